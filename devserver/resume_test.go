package main

import (
	"context"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// twoSteps runs an activity, waits for a person and for a timer, and runs the activity again.
func twoSteps(ctx workflow.Context) (int, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
	var first, second int
	if err := workflow.ExecuteActivity(ctx, addOne, 1).Get(ctx, &first); err != nil {
		return 0, err
	}
	timer := workflow.NewTimer(ctx, time.Second)
	workflow.GetSignalChannel(ctx, "decide").Receive(ctx, nil)
	if err := timer.Get(ctx, nil); err != nil {
		return 0, err
	}
	err := workflow.ExecuteActivity(ctx, addOne, first).Get(ctx, &second)
	return second, err
}

func addOne(_ context.Context, n int) (int, error) { return n + 1, nil }

// A worker and a client outlive the server: after kill -9 and a start on the same port the run goes on where it was.
func TestRunGoesOnAfterKillNine(t *testing.T) {
	db := filepath.Join(t.TempDir(), "farmhand.db")
	first := start(t, db, "--headless")
	c := first.client(t)
	w := worker.New(c, "steps", worker.Options{})
	w.RegisterWorkflow(twoSteps)
	w.RegisterActivity(addOne)
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: "rollout/one", TaskQueue: "steps"}, twoSteps)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return waits(t.Context(), c, run) }, time.Minute, 20*time.Millisecond)
	first.kill(t)

	_, port, err := net.SplitHostPort(first.line.Address)
	require.NoError(t, err)
	start(t, db, "--headless", "--port", port)
	require.NoError(t, c.SignalWorkflow(t.Context(), run.GetID(), run.GetRunID(), "decide", "approve"))
	var sum int
	require.NoError(t, run.Get(t.Context(), &sum))
	require.Equal(t, 3, sum)
}

// waits reports whether the run's first activity is done and its timer is set.
func waits(ctx context.Context, c client.Client, run client.WorkflowRun) bool {
	history := c.GetWorkflowHistory(ctx, run.GetID(), run.GetRunID(), false, 0)
	for history.HasNext() {
		event, err := history.Next()
		if err != nil {
			return false
		}
		if event.GetTimerStartedEventAttributes() != nil {
			return true
		}
	}
	return false
}
