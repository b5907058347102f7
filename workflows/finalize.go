package workflows

import (
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// stopProjectServices stops the Project Server Events and Queue service on the application servers, if
// available (the article, step 9: else a reboot may be required at completion of setup).
func (r *run) stopProjectServices(ctx workflow.Context) error {
	return r.onServers(ctx, farm.ApplicationServers(r.farm), 0, func(ctx workflow.Context, s farm.Server) error {
		defer r.doing(ctx, s.Name, "stop Project services")()
		return r.step(ctx, stepSpec{kind: farm.StepStopProjectServices, server: s.Name}, func(ctx workflow.Context, _ attempt) error {
			var found []farm.ServiceState
			if err := workflow.ExecuteActivity(readCall(ctx, r.queue, "Find Project services on "+s.Name), act.FindProjectServices,
				activities.ProjectServiceRequest{ServerTarget: r.target(s), Names: r.farm.Services}).Get(ctx, &found); err != nil {
				return err
			}
			r.record(ctx, found)
			for _, svc := range found {
				if err := r.stopService(ctx, s, svc.Name, farm.StepStopProjectServices); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// finalizeCentralAdministration runs the wizard on the host of Central Administration (the article, steps
// 10 to 12), as a child workflow with a history of its own.
func (r *run) finalizeCentralAdministration(ctx workflow.Context) error {
	return r.finalize(ctx, r.farm.CentralAdministration())
}

// finalizeRemaining runs the wizard on the remaining servers, one at a time, in the article's order (step
// 14 and its notes): never two at once.
func (r *run) finalizeRemaining(ctx workflow.Context) error {
	for _, s := range farm.FinalizeOrder(r.farm)[1:] {
		if err := r.finalize(ctx, s); err != nil {
			return err
		}
	}
	return r.attachContentDatabases(ctx)
}

// freshProof is how old the last proof that users are off may be when a wizard starts: the proof after the
// wizard before is fresh enough, one from before a wait for people is not.
const freshProof = time.Minute

// finalize runs the wizard on one server and proves the result. The wizard is tried once; whatever comes
// after is a person's decision.
func (r *run) finalize(ctx workflow.Context, s farm.Server) error {
	start := workflow.Now(ctx)
	defer r.timeServer(ctx, s, r.status.Phase)()
	st := r.status.Server(s.Name)
	forcible := func() bool { return len(st.Wizards) > 1 }
	return r.step(ctx, stepSpec{kind: farm.StepRunWizard, server: s.Name, verifiable: true, forcible: forcible}, func(ctx workflow.Context, a attempt) error {
		defer r.doing(ctx, s.Name, "configuration wizard")()
		if workflow.Now(ctx).Sub(r.status.UsersOff.LastProof) > freshProof {
			if err := r.proveUsersOff(ctx, r.heldServers(), "before the wizard on "+s.Name); err != nil {
				return err
			}
		}
		if err := r.provePrincipals(ctx, s); err != nil {
			return err
		}
		var res FinalizeResult
		child := workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
			WorkflowID: FinalizeServerID(r.farm.Name, s.Name), TaskQueue: TaskQueue,
			ParentClosePolicy: enumspb.PARENT_CLOSE_POLICY_REQUEST_CANCEL, WaitForCancellation: true,
			StaticSummary: fmt.Sprintf("Finalize %s, try %d", s.Name, a.Try),
		})
		if s.ByHand() && !a.VerifyOnly {
			var err error
			if res, err = r.wizardByHand(ctx, s, a); err != nil {
				return err
			}
		} else if err := workflow.ExecuteChildWorkflow(child, FinalizeServerWorkflow, r.finalizeInput(s, a)).Get(ctx, &res); err != nil {
			return err
		}
		if res.Wizard != nil {
			st.Wizards = append(st.Wizards, *res.Wizard)
		}
		if res.Last != nil {
			r.lastTries[s.Name] = res.Last
		}
		st.Witnesses = res.Witnesses
		if !res.Version.IsZero() {
			st.Version = res.Version
		}
		if err := r.proveUsersOff(ctx, r.heldServers(), "after the wizard on "+s.Name); err != nil {
			return err
		}
		if res.Failure != nil {
			return activities.Fail(*res.Failure)
		}
		st.Finalized, st.FinalizedAt = true, workflow.Now(ctx)
		r.log(farm.TimelineEntry{At: start, Until: st.FinalizedAt, Server: s.Name, Kind: "step", What: "finalized"})
		return nil
	})
}

func (r *run) finalizeInput(s farm.Server, a attempt) FinalizeInput {
	r.looks[s.Name]++
	in := FinalizeInput{
		Queue: r.queue, Target: r.target(s), Release: r.in.Release, Hive: r.hives[s.Name], Try: a.Try,
		VerifyOnly: a.VerifyOnly, Force: a.Force, AllowedBy: a.AllowedBy,
		Job: r.job(s.Name, "wizard", a.Try), StatusJob: r.job(s.Name, "status", r.looks[s.Name]),
	}
	for _, o := range r.farm.SharePointServers() {
		in.Farm = append(in.Farm, r.target(o))
	}
	if a.VerifyOnly {
		in.Last = r.lastTries[s.Name]
	}
	return in
}
