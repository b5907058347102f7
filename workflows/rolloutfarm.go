package workflows

import (
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// start runs a farm's child beside the others and keeps its outcome.
func (r *fleet) start(ctx workflow.Context, name string) {
	f, _ := r.in.Rollout.Farm(name) // the schedule names farms of the rollout alone
	r.status.Handle(name).State = farm.RunRunning
	workflow.Go(ctx, func(ctx workflow.Context) {
		result, busy := r.updateFarm(ctx, f)
		h := r.status.Handle(name) // looked for again: the order of farms may have changed meanwhile
		if busy && r.waitsFor(h) {
			h.State, h.Again = farm.RunPending, workflow.Now(ctx).Add(tryAgainAfter(h.Busy))
		} else {
			h.State, h.Result, h.Again = farm.RunDone, bounded(result), time.Time{}
		}
		r.moved = true
	})
}

// updateFarm runs one farm's child and turns whatever comes of it into an outcome. busy says that another rollout works on the farm.
func (r *fleet) updateFarm(ctx workflow.Context, f farm.Farm) (result farm.Result, busy bool) {
	one := r.in.Rollout
	one.Farms, one.Waves = []farm.Farm{f}, nil
	ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
		WorkflowID: FarmUpdateID(f.Name),
		TaskQueue:  TaskQueue,
		// The default would terminate the farm in the middle of a step, without any clean-up.
		ParentClosePolicy:     enumspb.PARENT_CLOSE_POLICY_REQUEST_CANCEL,
		WaitForCancellation:   true,
		WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		StaticSummary:         fmt.Sprintf("%s: %s", f.Name, r.in.Release.Title),
		TypedSearchAttributes: temporal.NewSearchAttributes(
			AttributeRolloutID.ValueSet(r.in.Rollout.ID), AttributeFarmName.ValueSet(f.Name), AttributePhase.ValueSet(string(farm.PhasePreflight))),
	})
	result = farm.Result{Farm: f.Name, Started: workflow.Now(ctx)}
	err := workflow.ExecuteChildWorkflow(ctx, FarmUpdateWorkflow, FarmUpdateInput{
		Rollout: one, Release: r.in.Release, Digest: r.digest(), StartedBy: r.in.StartedBy, InstallParallel: r.in.InstallParallel,
	}).Get(ctx, &result)
	var taken *temporal.ChildWorkflowExecutionAlreadyStartedError
	switch {
	case errors.As(err, &taken):
		busy = true
		result.Outcome, result.Why = farm.OutcomeRefused, "another rollout works on this farm: "+FarmUpdateID(f.Name)
	case err != nil:
		result.Outcome, result.Why = farm.OutcomeFailed, err.Error()
	}
	if result.Finished.IsZero() {
		result.Finished = workflow.Now(ctx)
	}
	return result, busy
}

// maxBusy bounds how often farms are found busy over all of a rollout, each time about ten events of its history: beyond it a busy farm
// is refused. One farm alone may be busy for three weeks until then.
const maxBusy = 1000

// waitsFor reports whether a busy farm is tried again.
func (r *fleet) waitsFor(h *farm.FarmHandle) bool {
	h.Busy++
	r.busy++
	return r.in.Rollout.BusyFarms == farm.BusyWait && r.busy < maxBusy
}

// tryAgainAfter is how long a busy farm is left alone: a minute at first, twice as long each time, half an hour at most.
func tryAgainAfter(found int) time.Duration {
	const longest = 30 * time.Minute
	return min(longest, time.Minute<<min(found-1, 10))
}

// What of a farm's result its rollout keeps: the farm itself has all of it, and the status of 2,000 farms is one answer.
const (
	maxWhy        = 240
	maxExceptions = 3
)

// bounded is a result as a rollout keeps it.
func bounded(f farm.Result) *farm.Result {
	f.Why = firstOf(f.Why, maxWhy)
	if more := len(f.Exceptions) - maxExceptions; more > 0 {
		f.Exceptions = append(f.Exceptions[:maxExceptions:maxExceptions], fmt.Sprintf("and %d more: the farm's own report has them", more))
	}
	for i, e := range f.Exceptions {
		f.Exceptions[i] = firstOf(e, maxWhy)
	}
	return &f
}
