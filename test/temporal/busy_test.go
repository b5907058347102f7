//go:build e2e

package temporal_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"farmhand/internal/engine"
	"farmhand/internal/telemetry"
)

// TestABusyWorkerIsNotAnAbsentOne: a worker whose only place is taken asks for nothing more, and its reports tell it from one
// that is gone.
func TestABusyWorkerIsNotAnAbsentOne(t *testing.T) {
	t.Parallel()
	const queue = "busy"
	o, err := engine.At(devserver(t), telemetry.Quiet())
	require.NoError(t, err)
	o.WorkerHeartbeatInterval = time.Second
	c, err := engine.Connect(t.Context(), o, time.Minute)
	require.NoError(t, err)
	t.Cleanup(c.Close)

	done := make(chan struct{})
	w := sdk.New(c, queue, sdk.Options{MaxConcurrentActivityExecutionSize: 1})
	w.RegisterActivityWithOptions(func(ctx context.Context) error { <-done; return nil }, activity.RegisterOptions{Name: "work"})
	w.RegisterWorkflowWithOptions(func(ctx workflow.Context) error {
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Hour})
		return workflow.ExecuteActivity(ctx, "work").Get(ctx, nil)
	}, workflow.RegisterOptions{Name: "busy"})
	require.NoError(t, w.Start())
	stop := func() { close(done); w.Stop() }
	t.Cleanup(func() { stop() })
	_, err = c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{TaskQueue: queue}, "busy")
	require.NoError(t, err)

	// The last report comes seconds after the last question: at a moment nearly a minute later, only it is new enough.
	var at time.Time
	require.Eventually(t, func() bool {
		seen, err := engine.Pollers(t.Context(), c, queue, enumspb.TASK_QUEUE_TYPE_ACTIVITY)
		require.NoError(t, err)
		reports, err := engine.Reports(t.Context(), c, o.Namespace, queue)
		require.NoError(t, err)
		for _, r := range reports {
			at = r.At.Add(50 * time.Second)
			if r.Taken == 1 && r.Free == 0 && engine.Attend(seen, at).Workers == 0 {
				return true
			}
		}
		return false
	}, long, often)
	a, err := engine.Attends(t.Context(), c, o.Namespace, queue, at)
	require.NoError(t, err)
	require.Equal(t, 1, a.Workers)
	require.Equal(t, 1, a.Places)

	stop()
	stop = func() {}
	require.Eventually(t, func() bool { // one that stops says so
		reports, err := engine.Reports(t.Context(), c, o.Namespace, queue)
		return err == nil && len(reports) == 0
	}, long, often)
}
