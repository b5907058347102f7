package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"google.golang.org/protobuf/types/known/timestamppb"
)

func TestEachMomentOfARolloutIsCountedOnce(t *testing.T) {
	at := func(seconds int) *timestamppb.Timestamp { return &timestamppb.Timestamp{Seconds: int64(seconds)} }
	event := func(seconds int, kind enumspb.EventType) *historypb.HistoryEvent {
		return &historypb.HistoryEvent{EventTime: at(seconds), EventType: kind}
	}
	completedTask := event(3, enumspb.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
	completedTask.Attributes = &historypb.HistoryEvent_WorkflowTaskCompletedEventAttributes{
		WorkflowTaskCompletedEventAttributes: &historypb.WorkflowTaskCompletedEventAttributes{ScheduledEventId: 1, StartedEventId: 2},
	}
	completed := event(10, enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED)
	completed.Attributes = &historypb.HistoryEvent_ActivityTaskCompletedEventAttributes{
		ActivityTaskCompletedEventAttributes: &historypb.ActivityTaskCompletedEventAttributes{ScheduledEventId: 4, StartedEventId: 5},
	}
	parent := []*historypb.HistoryEvent{
		event(0, enumspb.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED), event(1, enumspb.EVENT_TYPE_WORKFLOW_TASK_STARTED), completedTask,
		event(3, enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED), event(5, enumspb.EVENT_TYPE_ACTIVITY_TASK_STARTED), completed,
	}
	took := sweep(edgesOf(parent))
	require.Equal(t, [kinds]time.Duration{anActivity: 5 * time.Second, aWorkflowTask: 3 * time.Second, aQueue: 2 * time.Second}, took)

	// A task of a child from second 4 to 7 takes the place of the queue, and none of the activity's.
	task := event(7, enumspb.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
	task.Attributes = completedTask.GetAttributes()
	child := []*historypb.HistoryEvent{event(4, enumspb.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED), event(4, enumspb.EVENT_TYPE_WORKFLOW_TASK_STARTED), task}
	took = sweep(append(edgesOf(parent), edgesOf(child)...))
	require.Equal(t, [kinds]time.Duration{anActivity: 5 * time.Second, aWorkflowTask: 4 * time.Second, aQueue: time.Second}, took)
}
