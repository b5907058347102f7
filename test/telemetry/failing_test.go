//go:build e2e && linux

package telemetry_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"farmhand/internal/engine"
	internaltelemetry "farmhand/internal/telemetry"
)

// failingQueue is a queue beside farmhand's.
const failingQueue = "telemetry-test"

// failOnPurpose makes a worker report what no good run does: an activity that fails, and code that does not fit a history.
// The process's own telemetry is the same as a worker's.
func failOnPurpose(t *testing.T, address string, environment []string) {
	t.Helper()
	for _, v := range environment {
		name, value, _ := strings.Cut(v, "=")
		before, was := os.LookupEnv(name)
		require.NoError(t, os.Setenv(name, value)) //nolint:usetesting // taken back below: what else the test does is not exported
		defer func() {
			if was {
				_ = os.Setenv(name, before) //nolint:usetesting // see above
			} else {
				_ = os.Unsetenv(name)
			}
		}()
	}
	shutdown, tel, err := internaltelemetry.Setup(t.Context(), "farmhand-test", internaltelemetry.WithOutput(t.Output()))
	require.NoError(t, err)
	defer func() { require.NoError(t, shutdown(t.Context())) }()
	o, err := engine.At(address, tel)
	require.NoError(t, err)
	c, err := engine.Connect(t.Context(), o, time.Minute)
	require.NoError(t, err)
	defer c.Close()

	worker.SetStickyWorkflowCacheSize(0) // every task replays the history
	begin := workflow.RegisterOptions{Name: "changed"}
	wait := func(ctx workflow.Context) { workflow.GetSignalChannel(ctx, "go on").Receive(ctx, nil) }
	fail := func(context.Context) error { return errors.New("on purpose") }
	first := func(ctx workflow.Context) error {
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 1}})
		if workflow.ExecuteActivity(ctx, "fail").Get(ctx, nil) == nil {
			return errors.New("it succeeded")
		}
		wait(ctx)
		return nil
	}
	second := func(ctx workflow.Context) error {
		wait(ctx)
		return nil
	}
	serve := func(code func(workflow.Context) error) (stop func()) {
		w := worker.New(c, failingQueue, worker.Options{})
		w.RegisterWorkflowWithOptions(code, begin)
		w.RegisterActivityWithOptions(fail, activity.RegisterOptions{Name: "fail"})
		require.NoError(t, w.Start())
		return w.Stop
	}

	stop := serve(first)
	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{TaskQueue: failingQueue}, begin.Name)
	require.NoError(t, err)
	eventsUntil(t, c, run, enumspb.EVENT_TYPE_ACTIVITY_TASK_FAILED)
	stop()
	stop = serve(second)
	defer stop()
	require.NoError(t, c.SignalWorkflow(t.Context(), run.GetID(), "", "go on", nil))
	eventsUntil(t, c, run, enumspb.EVENT_TYPE_WORKFLOW_TASK_FAILED)
	require.NoError(t, c.TerminateWorkflow(t.Context(), run.GetID(), "", "it has failed as it should"))
}

// eventsUntil waits until a run's history has an event of a type.
func eventsUntil(t *testing.T, c client.Client, run client.WorkflowRun, kind enumspb.EventType) {
	t.Helper()
	history := c.GetWorkflowHistory(t.Context(), run.GetID(), run.GetRunID(), true, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for history.HasNext() {
		e, err := history.Next()
		require.NoError(t, err)
		if e.GetEventType() == kind {
			return
		}
	}
	require.Fail(t, "the history has no "+kind.String())
}
