package workflows

import (
	"errors"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// FarmUpdate updates one farm. It runs the phases in the article's order and returns an outcome; it fails
// only when the engine or farmhand itself does.
func FarmUpdate(ctx workflow.Context, in FarmUpdateInput) (farm.Result, error) {
	if _, asked := in.Rollout.Gate(farm.GateContinue); !asked {
		// The check of the rollout file sees to it; a rollout that came another way must not pass without it.
		return farm.Result{}, activities.Fail(farm.Failure{
			Kind: farm.FailureConfig, Message: "the rollout names no gate " + string(farm.GateContinue),
			Advice: "nobody would approve what Central Administration shows: add the gate, and start the rollout with farmhand's own command",
		})
	}
	r, err := newRun(ctx, in)
	if err != nil {
		return farm.Result{}, err
	}
	// The run goes on when somebody cancels it: the request is honoured between steps (listenForCancel).
	work, _ := workflow.NewDisconnectedContext(ctx)
	r.listen(ctx, work)
	r.watchWindow(work)
	r.tellStarted(work)

	err = r.run(work)

	switch {
	case err == nil && len(r.status.Exceptions) > 0:
		r.end(work, farm.OutcomeCompletedWithExceptions)
	case err == nil:
		r.end(work, farm.OutcomeCompleted)
	case errors.Is(err, errRefused):
		r.endEarly(work, farm.OutcomeRefused)
	case errors.Is(err, errAborted):
		r.endEarly(work, farm.OutcomeAborted)
	default:
		return farm.Result{}, err
	}
	r.allTold(work)
	// Decisions that are still on their way are recorded before the run closes.
	r.drain(work)
	return r.result(), nil
}

// run is the procedure. A window that is missed before the first installer sends it back to before users were
// disconnected, to wait for the next.
func (r *run) run(ctx workflow.Context) error {
	err := r.runFrom(ctx, farm.PhasePreflight)
	for errors.Is(err, errWindowMissed) {
		if err := r.standDown(ctx); err != nil {
			return err
		}
		err = r.runFrom(ctx, farm.PhaseDisconnectUsers)
	}
	return err
}

// runFrom runs the phases from one on. Each phase carries the article's words in its doc comment.
func (r *run) runFrom(ctx workflow.Context, first farm.Phase) error {
	phases := []struct {
		phase farm.Phase
		do    func(workflow.Context) error
	}{
		{farm.PhasePreflight, r.preflight},
		{farm.PhaseDisconnectUsers, r.disconnectUsers},
		{farm.PhaseBackup, r.backup},
		{farm.PhaseInstall, r.install},
		{farm.PhaseStopProjectServices, r.stopProjectServices},
		{farm.PhaseFinalizeCentral, r.finalizeCentralAdministration},
		{farm.PhaseVerifyCentral, r.verifyCentralAdministration},
		{farm.PhaseFinalizeRemaining, r.finalizeRemaining},
		{farm.PhaseVerifyFarm, r.verifyFarm},
		{farm.PhaseReconnectUsers, r.reconnectUsers},
	}
	begun := false
	for _, p := range phases {
		if begun = begun || p.phase == first; !begun {
			continue
		}
		if err := r.checkpoint(ctx); err != nil {
			return err
		}
		if err := r.inWindow(ctx, p.phase); err != nil {
			return err
		}
		if r.status.Already { // as preflight found when it was run again
			return r.skipRest(ctx)
		}
		if err := r.manualTasks(ctx, farm.TaskBefore, p.phase); err != nil {
			return err
		}
		r.beginPhase(ctx, p.phase)
		if err := p.do(ctx); err != nil {
			return err
		}
		r.endPhase(ctx, p.phase)
		if r.status.Already {
			return r.skipRest(ctx)
		}
		if err := r.manualTasks(ctx, farm.TaskAfter, p.phase); err != nil {
			return err
		}
	}
	return nil
}

var (
	// errAborted ends a run because a person, or a cancellation, asked for it.
	errAborted = errors.New("aborted")
	// errRefused ends a run that preflight found no way for.
	errRefused = errors.New("refused")
)
