package workflows_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	historypb "go.temporal.io/api/history/v1"
	"google.golang.org/protobuf/proto"
)

const (
	// Temporal ends a run whose history has more events or bytes than this, and warns at a fifth.
	mostEvents, mostBytes = 51200, 50 << 20
	// eventsPerActivity is what TestCostOfAFarm counts for each activity: scheduled, started, completed, and a workflow
	// task of three events.
	eventsPerActivity = 6
)

// TestCostOfRecordedHistories holds the guesses of TestCostOfAFarm against what a real server wrote: no run has more
// events than guessed for its activities, nor an event that is large.
func TestCostOfRecordedHistories(t *testing.T) {
	files, err := filepath.Glob(next + "/*.json.gz")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		h := unpack(t, file)
		activities, others, largest := measure(h)
		name := filepath.Base(file)
		// What is no activity (a signal, a timer, a child) may cost two events of its own and a workflow task.
		require.LessOrEqual(t, len(h.Events), eventsPerActivity*(activities+others)+5, name)
		require.Less(t, len(h.Events), mostEvents/10, name)
		require.Less(t, proto.Size(h), mostBytes/10, name)
		require.Less(t, largest, 256_000, "%s: the server warns of a payload that is larger", name)
	}
}

// measure counts the activities of a history and what else wakes its workflow, and finds its largest event in bytes.
func measure(h *historypb.History) (activities, others, largest int) {
	for _, e := range h.Events {
		largest = max(largest, proto.Size(e))
		switch {
		case e.GetActivityTaskScheduledEventAttributes() != nil:
			activities++
		case e.GetTimerStartedEventAttributes() != nil, e.GetWorkflowExecutionSignaledEventAttributes() != nil,
			e.GetStartChildWorkflowExecutionInitiatedEventAttributes() != nil, e.GetWorkflowExecutionUpdateAcceptedEventAttributes() != nil,
			e.GetUpsertWorkflowSearchAttributesEventAttributes() != nil, e.GetMarkerRecordedEventAttributes() != nil,
			e.GetActivityTaskCancelRequestedEventAttributes() != nil, e.GetWorkflowExecutionCancelRequestedEventAttributes() != nil:
			others++
		}
	}
	return activities, others, largest
}
