package main

import (
	"context"
	"fmt"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// The names of the floor program's workflows, activity and queue.
const (
	floorFleet    = "FloorFleet"
	floorFarm     = "FloorFarm"
	floorActivity = "Nothing"
	floorQueue    = "floor"
)

// floor is the cheapest program that does what a rollout does to the engine: as many children at once, each with as many activities as a
// farm, of the same payload sizes, side by side where the farm's are. It decides nothing and keeps nothing.
type floor struct {
	turns [][]size
}

// size is how many bytes an activity takes and gives.
type size struct{ in, out int }

// floorInput says how many farms there are, and how many of them run at once.
type floorInput struct {
	Name            string
	Farms, Parallel int
}

// newFloor gives the floor program the shape of the recorded farm.
func newFloor(r recording) floor {
	var f floor
	for i, c := range r.Calls {
		s := size{len(c.Input), len(c.Result)}
		if i > 0 && c.Workflow == r.Calls[i-1].Workflow && c.Turn == r.Calls[i-1].Turn {
			f.turns[len(f.turns)-1] = append(f.turns[len(f.turns)-1], s)
			continue
		}
		f.turns = append(f.turns, []size{s})
	}
	return f
}

// fleet is the workflow that stands beside Rollout.
func (f floor) fleet(ctx workflow.Context, in floorInput) error {
	free := workflow.NewSemaphore(ctx, int64(in.Parallel))
	all := workflow.NewWaitGroup(ctx)
	var first error
	for i := range in.Farms {
		if err := free.Acquire(ctx, 1); err != nil {
			return err
		}
		all.Add(1)
		workflow.Go(ctx, func(ctx workflow.Context) {
			defer all.Done()
			defer free.Release(1)
			ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
				WorkflowID: fmt.Sprintf("%s/%04d", in.Name, i), ParentClosePolicy: enumspb.PARENT_CLOSE_POLICY_REQUEST_CANCEL,
			})
			if err := workflow.ExecuteChildWorkflow(ctx, floorFarm).Get(ctx, nil); err != nil && first == nil {
				first = err
			}
		})
	}
	all.Wait(ctx)
	return first
}

// farm is the workflow that stands beside FarmUpdate and its children.
func (f floor) farm(ctx workflow.Context) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: timeout, HeartbeatTimeout: heartbeat, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 3},
	})
	for _, turn := range f.turns {
		var running []workflow.Future
		for _, s := range turn {
			running = append(running, workflow.ExecuteActivity(ctx, floorActivity, s.out, filler(s.in)))
		}
		for _, r := range running {
			if err := r.Get(ctx, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// nothing is the activity.
func nothing(_ context.Context, out int, _ string) (string, error) { return filler(out), nil }

// filler is a text of a size.
func filler(n int) string { return strings.Repeat("x", n) }
