package workflows

import (
	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// reconnectUsers makes the Web servers available to users (the article, step 15): the Project services first, then
// the World Wide Web Publishing Service on one front-end Web server with a request per Web application and the smoke
// tests. What that one shows is put to the gate, where there is one; then the rest follow. Each service goes back to
// its recorded state and start mode, and only on a server that is proven.
func (r *run) reconnectUsers(ctx workflow.Context) error {
	if err := r.onServers(ctx, farm.ApplicationServers(r.farm), 0, func(ctx workflow.Context, s farm.Server) error {
		return r.restoreServices(ctx, s, r.isProject, farm.StepStartProjectServices)
	}); err != nil {
		return err
	}
	web := r.webServers()
	first := web[:min(1, len(web))]
	if err := r.onServers(ctx, first, 0, r.reconnectServer); err != nil {
		return err
	}
	if err := r.gate(ctx, farm.GateReconnect, "The first front-end is back: let all users back", r.reconnectFacts); err != nil {
		return err
	}
	if err := r.resumeMirroring(ctx); err != nil {
		return err
	}
	if err := r.onServers(ctx, web[len(first):], 0, r.reconnectServer); err != nil {
		return err
	}
	if err := r.resumeCrawls(ctx); err != nil {
		return err
	}
	r.status.UsersOff.Until = workflow.Now(ctx)
	return r.cleanUp(ctx)
}

// isProject tells the Project services from the others that were stopped.
func (r *run) isProject(service string) bool {
	return service != farm.ServiceWebPublishing && !r.isSearch(service)
}

func (r *run) reconnectServer(ctx workflow.Context, s farm.Server) error {
	if !r.status.Server(s.Name).Finalized {
		return r.step(ctx, stepSpec{kind: farm.StepStartWebPublishing, server: s.Name}, func(workflow.Context, attempt) error {
			return activities.Fail(farm.Failure{Kind: farm.FailureNotProven, Server: s.Name, Message: "the server is not finalized; users are not let onto it", Advice: "finalize it, then retry"})
		})
	}
	if err := r.restoreServices(ctx, s, func(name string) bool { return name == farm.ServiceWebPublishing }, farm.StepStartWebPublishing); err != nil {
		return err
	}
	rec := r.service(s.Name, farm.ServiceWebPublishing)
	if rec == nil || !rec.Running {
		return nil // it did not run before, so nobody is served from it
	}
	if err := r.warmUp(ctx, s); err != nil {
		return err
	}
	return r.smokeTest(ctx, s)
}

// warmUp asks a front-end for a page of each Web application.
func (r *run) warmUp(ctx workflow.Context, s farm.Server) error {
	return r.step(ctx, stepSpec{kind: farm.StepWarmUp, server: s.Name, skippable: true}, func(ctx workflow.Context, _ attempt) error {
		defer r.doing(ctx, s.Name, "warm up")()
		var w farm.WitnessResult
		if err := workflow.ExecuteActivity(readCall(ctx, r.queue, "Warm up "+s.Name), act.WarmUp,
			activities.WarmUpRequest{ServerTarget: r.target(s), URLs: r.status.Facts.Farm.WebApplications}).Get(ctx, &w); err != nil {
			return err
		}
		st := r.status.Server(s.Name)
		st.Witnesses = replaceWitnesses(st.Witnesses, []farm.WitnessResult{w})
		return nil
	})
}

// smokeTest asks a front-end for the pages of the file. A page that is not as expected is for people to judge: wait
// and ask again, leave it out with a reason, or end the run with the others still off.
func (r *run) smokeTest(ctx workflow.Context, s farm.Server) error {
	if len(r.farm.SmokeTests) == 0 {
		return nil
	}
	return r.step(ctx, stepSpec{kind: farm.StepSmokeTest, server: s.Name, skippable: true}, func(ctx workflow.Context, _ attempt) error {
		defer r.doing(ctx, s.Name, "smoke tests")()
		var w farm.WitnessResult
		if err := workflow.ExecuteActivity(readCall(ctx, r.queue, "Smoke tests on "+s.Name), act.SmokeTest,
			activities.SmokeTestRequest{ServerTarget: r.target(s), Tests: r.farm.SmokeTests}).Get(ctx, &w); err != nil {
			return err
		}
		st := r.status.Server(s.Name)
		st.Witnesses = replaceWitnesses(st.Witnesses, []farm.WitnessResult{w})
		return nil
	})
}

// restoreServices brings the recorded services of a server back that match.
func (r *run) restoreServices(ctx workflow.Context, s farm.Server, match func(name string) bool, kind farm.StepKind) error {
	for i := range r.status.Services {
		if rec := &r.status.Services[i]; rec.Server != s.Name || !match(rec.Name) || rec.StoppedAt.IsZero() && !rec.LeftRunning || !rec.RestoredAt.IsZero() {
			continue
		}
		if err := r.step(ctx, stepSpec{kind: kind, server: s.Name}, func(ctx workflow.Context, _ attempt) error {
			rec := &r.status.Services[i]
			defer r.doing(ctx, s.Name, "start "+rec.Name)()
			if err := workflow.ExecuteActivity(changeCall(ctx, r.queue, "Restore "+rec.Name+" on "+s.Name), act.RestoreService,
				activities.RestoreRequest{ServerTarget: r.target(s), State: rec.ServiceState, Step: kind}).Get(ctx, nil); err != nil {
				return err
			}
			r.status.Services[i].RestoredAt = workflow.Now(ctx)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// cleanUp removes farmhand's tasks and job folders and gives the lease back. What cannot be removed is
// told to people; it does not hold the farm up.
func (r *run) cleanUp(ctx workflow.Context) error {
	if err := r.removeJobs(ctx); err != nil {
		return err
	}
	if !r.leased {
		return nil // and an account that this host refused is not tried again
	}
	if err := workflow.ExecuteActivity(changeCall(ctx, r.queue, "Give the farm's lease back"), act.ReleaseLease, r.leaseRequest()).Get(ctx, nil); err != nil {
		r.status.Residual = append(r.status.Residual, r.farm.CentralAdministration().Name+": delete the farm's lease file by hand")
	}
	return nil
}

// removeJobs removes this run's tasks and job folders.
func (r *run) removeJobs(ctx workflow.Context) error {
	return r.onServers(ctx, r.farm.SharePointServers(), 0, func(ctx workflow.Context, s farm.Server) error {
		jobs, ran := r.jobs[s.Name]
		if !ran {
			return nil
		}
		if err := workflow.ExecuteActivity(changeCall(ctx, r.queue, "Remove tasks and job folders from "+s.Name), act.CleanUp,
			r.cleanUpRequest(s, jobs)).Get(ctx, nil); err != nil {
			r.status.Residual = append(r.status.Residual, s.Name+": delete farmhand's scheduled tasks (fh-...) and the folder "+s.Stage+`\jobs by hand`)
		}
		return nil
	})
}
