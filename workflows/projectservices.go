package workflows

import (
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// stopProjectServices stops the Project Server Events and Queue service on the application servers, if
// available (the article, step 9). One that does not stop may be left running by an operator: "If the
// services are not stopped, a reboot may be required at completion of setup". That reboot is then expected
// and done (rebootAfterSetup).
func (r *run) stopProjectServices(ctx workflow.Context) error {
	return r.onServers(ctx, farm.ApplicationServers(r.farm), 0, func(ctx workflow.Context, s farm.Server) error {
		defer r.doing(ctx, s.Name, "stop Project services")()
		var found []farm.ServiceState
		stuck := false // a service was told to stop and did not: only that may be left as it is
		if err := r.step(ctx, stepSpec{kind: farm.StepStopProjectServices, server: s.Name, skippableIf: func() bool { return stuck }}, func(ctx workflow.Context, _ attempt) error {
			if err := workflow.ExecuteActivity(readCall(ctx, r.queue, "Find Project services on "+s.Name), act.FindProjectServices,
				activities.ProjectServiceRequest{ServerTarget: r.target(s), Names: r.farm.Services}).Get(ctx, &found); err != nil {
				return err
			}
			r.record(ctx, found)
			for _, svc := range found {
				if err := r.stopService(ctx, s, svc.Name, farm.StepStopProjectServices); err != nil {
					f := activities.FailureOf(err)
					if stuck = f.Kind == farm.FailureService || f.Kind == farm.FailureCommand; !stuck {
						return err
					}
					f.Advice = strings.TrimSpace(f.Advice + " To leave " + svc.Name + " running, skip: the article expects a reboot at completion of setup then, and " +
						s.Name + " is rebooted after its wizard where Windows asks for it")
					return activities.Fail(f)
				}
			}
			return nil
		}); err != nil {
			return err
		}
		for _, svc := range found {
			if rec := r.service(s.Name, svc.Name); rec.StoppedAt.IsZero() {
				rec.LeftRunning = true // only an operator's skip leads here
			}
		}
		return nil
	})
}

// rebootAfterSetup reboots a server that Windows wants rebooted after its wizard, where Project services
// were left running: the reboot the article speaks of. Any other pending reboot is left to people: nothing
// of this procedure asked for it.
func (r *run) rebootAfterSetup(ctx workflow.Context, s farm.Server, pending []string) error {
	if len(pending) == 0 {
		return nil
	}
	left := r.leftRunning(s.Name)
	why := strings.Join(pending, ", ")
	if len(left) == 0 {
		text := s.Name + ": Windows wants a reboot after the wizard (" + why + "); reboot it when it suits"
		r.status.Residual = append(r.status.Residual, text)
		r.log(farm.TimelineEntry{At: workflow.Now(ctx), Server: s.Name, Kind: "finding", What: text})
		return nil
	}
	var before time.Time
	if err := r.step(ctx, stepSpec{kind: farm.StepRebootAfterSetup, server: s.Name}, func(ctx workflow.Context, _ attempt) error {
		return r.rebootServer(ctx, s, &before)
	}); err != nil {
		return err
	}
	r.log(farm.TimelineEntry{At: workflow.Now(ctx), Server: s.Name, Kind: "reboot", What: "rebooted after its wizard, as expected: " + strings.Join(left, ", ") + " had not been stopped (" + why + ")"})
	// They are manual, so the boot has not brought them back: from here on they are held like the others.
	for _, name := range left {
		rec := r.service(s.Name, name)
		rec.LeftRunning, rec.StoppedAt = false, workflow.Now(ctx)
	}
	return r.proveUsersOff(ctx, []farm.Server{s}, "after the reboot at completion of setup")
}

// leftRunning names the Project services that an operator left running on a server.
func (r *run) leftRunning(server string) []string {
	var names []string
	for _, s := range r.status.Services {
		if s.Server == server && s.LeftRunning {
			names = append(names, s.Name)
		}
	}
	return names
}
