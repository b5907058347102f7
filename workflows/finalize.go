package workflows

import (
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

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
	defer r.timeServer(ctx, r.status.Phase)()
	st := r.status.Server(s.Name)
	if r.spared(ctx, s) {
		return nil
	}
	forcible := func() bool { return len(st.Wizards) > 1 }
	var pending []string
	if err := r.step(ctx, stepSpec{kind: farm.StepRunWizard, server: s.Name, verifiable: true, forcible: forcible}, func(ctx workflow.Context, a attempt) error {
		defer r.doing(ctx, s.Name, "configuration wizard")()
		if err := r.readyForWizard(ctx, s, a); err != nil {
			return err
		}
		if err := r.provePrincipals(ctx, s); err != nil {
			return err
		}
		if !a.VerifyOnly {
			r.passNoReturn(ctx)
		}
		var res FinalizeResult
		child := workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
			WorkflowID: FinalizeServerID(r.farm.Name, s.Name), TaskQueue: TaskQueue,
			ParentClosePolicy: enumspb.PARENT_CLOSE_POLICY_REQUEST_CANCEL, WaitForCancellation: true,
			StaticSummary: fmt.Sprintf("Finalize %s, try %d", s.Name, a.Try),
		})
		var in FinalizeInput
		if s.ByHand() && !a.VerifyOnly {
			var err error
			if res, err = r.wizardByHand(ctx, s, a); err != nil {
				return err
			}
		} else {
			in = r.finalizeInput(s, a)
			if err := workflow.ExecuteChildWorkflow(child, FinalizeServerWorkflow, in).Get(ctx, &res); err != nil {
				return err
			}
		}
		if res.Wizard != nil {
			st.Wizards = append(st.Wizards, *res.Wizard)
		}
		for _, name := range res.TimersStarted {
			r.correct(ctx, name, name+": "+farm.ServiceTimer+" was found stopped before the wizard on "+s.Name+", and was started again")
		}
		if res.AskedObjectModel {
			r.keepJob(r.farm.CentralAdministration().Name, in.UpgradeJobsJob)
		}
		if res.StatusRemoved {
			r.dropJob(s.Name, in.StatusJob)
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
		pending = res.PendingReboot
		return nil
	}); err != nil {
		return err
	}
	return r.rebootAfterSetup(ctx, s, pending)
}

// readyForWizard proves what a wizard needs of the farm: users are off, and no upgrade job is at work. What
// it needs of each server, FinalizeServer proves. A look at the witnesses alone needs no more than the first.
func (r *run) readyForWizard(ctx workflow.Context, s farm.Server, a attempt) error {
	when := "before the wizard on " + s.Name
	if workflow.Now(ctx).Sub(r.status.UsersOff.LastProof) > freshProof {
		if err := r.proveUsersOff(ctx, r.heldServers(), when); err != nil {
			return err
		}
	}
	if a.VerifyOnly {
		return nil
	}
	return r.upgradeJobsIdle(ctx, when)
}

func (r *run) finalizeInput(s farm.Server, a attempt) FinalizeInput {
	r.looks[s.Name]++
	in := FinalizeInput{
		Queue: r.queue, Target: r.target(s), Release: r.in.Release, Hive: r.hives[s.Name], Try: a.Try,
		VerifyOnly: a.VerifyOnly, Force: a.Force, AllowedBy: a.AllowedBy,
		Job: r.job(s.Name, "wizard", a.Try), StatusJob: r.job(s.Name, "status", r.looks[s.Name]),
		UpgradeJobs: r.upgradeJobSources(), UpgradeJobsJob: r.jobID(r.farm.CentralAdministration().Name, "upgrade-jobs-"+s.Name, a.Try),
		UpgradeJobsWait: r.in.Rollout.UpgradeJobs.Wait,
	}
	for _, o := range r.farm.SharePointServers() {
		in.Farm = append(in.Farm, r.target(o))
	}
	if a.VerifyOnly {
		in.Last = r.lastTries[s.Name]
	}
	return in
}
