package workflows

import (
	"errors"
	"fmt"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// Rollout updates the farms of one change side by side. Farms are children with ids of their own, so that
// a farm is never worked on twice; what happens in a farm is that child's to tell. One farm's failure
// never hides another's: every farm ends in an outcome.
func Rollout(ctx workflow.Context, in RolloutInput) (farm.RolloutStatus, error) {
	status := farm.RolloutStatus{
		Rollout: in.Rollout.ID, Digest: in.Digest, Release: in.Release.Name, Change: in.Rollout.Change,
		StartedBy: in.StartedBy, Started: workflow.Now(ctx),
	}
	for _, f := range in.Rollout.Farms {
		status.Farms = append(status.Farms, farm.FarmHandle{Farm: f.Name, Site: f.Site, WorkflowID: FarmUpdateID(f.Name), State: farm.RunRunning})
	}
	if err := workflow.SetQueryHandlerWithOptions(ctx, QueryStatus, func() (farm.RolloutStatus, error) { return status, nil },
		workflow.QueryHandlerOptions{Description: "The farms of this rollout and their outcomes"}); err != nil {
		return status, err
	}
	if err := workflow.UpsertTypedSearchAttributes(ctx, AttributeRolloutID.ValueSet(in.Rollout.ID)); err != nil {
		return status, err
	}

	wg := workflow.NewWaitGroup(ctx)
	for i := range status.Farms {
		wg.Add(1)
		workflow.Go(ctx, func(ctx workflow.Context) {
			defer wg.Done()
			result := updateFarm(ctx, in, in.Rollout.Farms[i])
			status.Farms[i].State, status.Farms[i].Result = farm.RunDone, &result
		})
	}
	waiting, _ := workflow.NewDisconnectedContext(ctx) // cancelled children still clean up, and are waited for
	wg.Wait(waiting)

	status.Finished = workflow.Now(ctx)
	status.Outcome = worst(status.Farms)
	return status, workflow.UpsertTypedSearchAttributes(waiting, AttributeOutcome.ValueSet(string(status.Outcome)))
}

// updateFarm runs one farm's child and turns whatever comes of it into an outcome.
func updateFarm(ctx workflow.Context, in RolloutInput, f farm.Farm) farm.Result {
	one := in.Rollout
	one.Farms = []farm.Farm{f}
	ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
		WorkflowID: FarmUpdateID(f.Name),
		TaskQueue:  TaskQueue,
		// The default would terminate the farm in the middle of a step, without any clean-up.
		ParentClosePolicy:     enumspb.PARENT_CLOSE_POLICY_REQUEST_CANCEL,
		WaitForCancellation:   true,
		WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		StaticSummary:         fmt.Sprintf("%s: %s", f.Name, in.Release.Title),
		TypedSearchAttributes: temporal.NewSearchAttributes(
			AttributeRolloutID.ValueSet(in.Rollout.ID), AttributeFarmName.ValueSet(f.Name)),
	})
	result := farm.Result{Farm: f.Name, Started: workflow.Now(ctx)}
	err := workflow.ExecuteChildWorkflow(ctx, FarmUpdateWorkflow, FarmUpdateInput{
		Rollout: one, Release: in.Release, Digest: in.Digest, StartedBy: in.StartedBy, InstallParallel: in.InstallParallel,
	}).Get(ctx, &result)
	var busy *temporal.ChildWorkflowExecutionAlreadyStartedError
	switch {
	case errors.As(err, &busy):
		result.Outcome, result.Why = farm.OutcomeRefused, "another rollout works on this farm: "+FarmUpdateID(f.Name)
	case err != nil:
		result.Outcome, result.Why = farm.OutcomeFailed, err.Error()
	}
	if result.Finished.IsZero() {
		result.Finished = workflow.Now(ctx)
	}
	return result
}

// worst is the outcome of a rollout: the worst of its farms'.
func worst(farms []farm.FarmHandle) farm.Outcome {
	rank := []farm.Outcome{farm.OutcomeCompleted, farm.OutcomeCompletedWithExceptions, farm.OutcomeRefused, farm.OutcomeAborted, farm.OutcomeFailed}
	out := 0
	for _, f := range farms {
		for i, o := range rank {
			if f.Result != nil && f.Result.Outcome == o {
				out = max(out, i)
			}
		}
	}
	return rank[out]
}
