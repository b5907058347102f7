package engine

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestAttend(t *testing.T) {
	require.Equal(t, Attendance{}, Attend(nil, noon))
	require.Equal(t, Attendance{Workers: 1, LastSeen: noon.Add(-pollFor)}, Attend([]time.Time{noon.Add(-2 * time.Minute), noon.Add(-pollFor)}, noon))
	require.Equal(t, Attendance{LastSeen: noon.Add(-absentAfter)}, Attend([]time.Time{noon.Add(-absentAfter)}, noon))
}

// TestWhateverTheOwnClockSaysALivingWorkerIsThere and one that was killed is missed: within a minute where the clocks agree.
func TestWhateverTheOwnClockSaysALivingWorkerIsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ago := func(label string, most time.Duration) time.Time {
			return noon.Add(-time.Duration(rapid.Int64Range(0, int64(most)).Draw(t, label)))
		}
		wrong := time.Duration(rapid.Int64Range(-int64(time.Hour), int64(time.Hour)).Draw(t, "own clock"))
		at := ServerClock(noon.Add(wrong), []time.Time{ago("another", 5*time.Minute), ago("answered", pollFor)})
		require.Equal(t, 1, Attend([]time.Time{ago("site", pollFor)}, at).Workers)
		require.Zero(t, Attend([]time.Time{noon.Add(-absentAfter - pollFor)}, at).Workers, "gone for long, whatever the clock says")
		right := ServerClock(noon, []time.Time{ago("answered", pollFor)})
		require.Equal(t, noon, right)
		require.Zero(t, Attend([]time.Time{noon.Add(-time.Minute)}, right).Workers)
	})
	require.Equal(t, noon, ServerClock(noon, nil))
}

func TestShortPolls(t *testing.T) {
	for method, short := range map[string]bool{
		workflowservice.WorkflowService_PollActivityTaskQueue_FullMethodName:       true,
		workflowservice.WorkflowService_PollWorkflowTaskQueue_FullMethodName:       true,
		workflowservice.WorkflowService_StartWorkflowExecution_FullMethodName:      false,
		workflowservice.WorkflowService_PollWorkflowExecutionUpdate_FullMethodName: false,
	} {
		called := false
		require.NoError(t, shortPolls(t.Context(), method, nil, nil, nil, func(ctx context.Context, m string, _, _ any, _ *grpc.ClientConn, _ ...grpc.CallOption) error {
			_, limited := ctx.Deadline()
			require.Equal(t, short, limited, method)
			require.Equal(t, method, m)
			called = true
			return nil
		}))
		require.True(t, called)
	}
}
