package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// disconnectUsers drains the Project queue and stops the World Wide Web Publishing Service on all Web servers (the article, step 1).
// State and start mode are recorded first; the start mode becomes manual, so that a boot does not bring
// users back, and never disabled, for psconfig may need the service. From here on users off is an
// invariant.
func (r *run) disconnectUsers(ctx workflow.Context) error {
	if err := r.drainQueue(ctx); err != nil {
		return err
	}
	web := r.webServers()
	if err := r.onServers(ctx, web, 0, func(ctx workflow.Context, s farm.Server) error {
		defer r.doing(ctx, s.Name, "stop W3SVC")()
		return r.step(ctx, stepSpec{kind: farm.StepStopWebPublishing, server: s.Name}, func(ctx workflow.Context, _ attempt) error {
			return r.stopService(ctx, s, farm.ServiceWebPublishing, farm.StepStopWebPublishing)
		})
	}); err != nil {
		return err
	}
	r.status.UsersOff.Since = workflow.Now(ctx)
	for _, s := range web {
		r.status.UsersOff.Servers = append(r.status.UsersOff.Servers, s.Name)
	}
	if err := r.pauseCrawls(ctx); err != nil {
		return err
	}
	if err := r.proveUsersOff(ctx, r.heldServers(), "after disconnecting"); err != nil {
		return err
	}
	return r.queueAfterOff(ctx)
}

func (r *run) webServers() []farm.Server { return farm.WebServers(r.farm, r.status.Facts) }

// stopService records a service and stops it. The record is in the history before anything changes.
func (r *run) stopService(ctx workflow.Context, s farm.Server, name string, kind farm.StepKind) error {
	if r.service(s.Name, name) == nil {
		var states []farm.ServiceState
		if err := workflow.ExecuteActivity(readCall(ctx, r.queue, "Record "+name+" on "+s.Name), act.ReadServices,
			activities.ServiceRequest{ServerTarget: r.target(s), Names: []string{name}}).Get(ctx, &states); err != nil {
			return err
		}
		if len(states) == 0 {
			return activities.Fail(farm.Failure{Kind: farm.FailureNotFound, Server: s.Name, Message: "there is no service " + name, Advice: "correct the roles of the server in the file"})
		}
		r.record(ctx, states)
	}
	if err := workflow.ExecuteActivity(changeCall(ctx, r.queue, "Stop "+name+" on "+s.Name), act.StopService,
		activities.StopRequest{ServerTarget: r.target(s), Name: name, StartMode: farm.StartManual, Step: kind}).Get(ctx, nil); err != nil {
		return err
	}
	if rec := r.service(s.Name, name); rec.StoppedAt.IsZero() {
		rec.StoppedAt, rec.Step = workflow.Now(ctx), kind
	}
	return nil
}

// proveUsersOff looks at W3SVC and the stopped Project services of the given servers, again after each
// boot, package and wizard. What something else has started is stopped again and reported.
func (r *run) proveUsersOff(ctx workflow.Context, servers []farm.Server, when string) error {
	if r.status.UsersOff.Since.IsZero() {
		return nil
	}
	violations := len(r.status.UsersOff.Violations)
	err := r.onServers(ctx, servers, 0, func(ctx workflow.Context, s farm.Server) error {
		names := r.stoppedOn(s.Name)
		if len(names) == 0 {
			return nil
		}
		return r.step(ctx, stepSpec{kind: farm.StepStopWebPublishing, server: s.Name}, func(ctx workflow.Context, _ attempt) error {
			return r.proveServerOff(readCall(ctx, r.queue, "Prove users off on "+s.Name), s, when)
		})
	})
	if err == nil {
		r.noteLook(ctx, servers, when, violations)
	}
	// A look at some of the servers is no proof of the invariant.
	if held := len(r.heldServers()); err == nil && held > 0 && len(servers) == held {
		r.usersOffProven(ctx)
	}
	return err
}

func (r *run) usersOffProven(ctx workflow.Context) {
	r.status.UsersOff.LastProof = workflow.Now(ctx)
	r.status.UsersOff.Proofs++
}

// proveServerOff looks at one server by the call of ctx. What was started again is stopped.
func (r *run) proveServerOff(ctx workflow.Context, s farm.Server, when string) error {
	names := r.stoppedOn(s.Name)
	if len(names) == 0 {
		return nil
	}
	var states []farm.ServiceState
	if err := workflow.ExecuteActivity(ctx, act.ReadServices, activities.ServiceRequest{ServerTarget: r.target(s), Names: names}).Get(ctx, &states); err != nil {
		return err
	}
	for _, st := range states {
		if !st.Running && st.StartMode == farm.StartManual {
			continue
		}
		v := fmt.Sprintf("%s: %s was found running or not manual %s, and was stopped again", s.Name, st.Name, when)
		r.status.UsersOff.Violations = append(r.status.UsersOff.Violations, v)
		r.log(farm.TimelineEntry{At: workflow.Now(ctx), Server: s.Name, Kind: "finding", What: v})
		if err := r.stopService(ctx, s, st.Name, farm.StepStopWebPublishing); err != nil {
			return err
		}
	}
	return nil
}

// stoppedOn names the services that farmhand stopped on a server and has not brought back.
func (r *run) stoppedOn(server string) []string {
	var names []string
	for _, s := range r.status.Services {
		if s.Server == server && !s.StoppedAt.IsZero() && s.RestoredAt.IsZero() {
			names = append(names, s.Name)
		}
	}
	return names
}

// heldServers are the servers on which something was stopped.
func (r *run) heldServers() []farm.Server {
	var out []farm.Server
	for _, s := range r.farm.Servers {
		if len(r.stoppedOn(s.Name)) > 0 {
			out = append(out, s)
		}
	}
	return out
}
