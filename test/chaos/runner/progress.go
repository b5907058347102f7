package runner

import (
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
)

// progress tells for each kill how long it took until the run went on.
func progress(kills []Killed, histories []*historypb.History) {
	var moves []time.Time
	for _, h := range histories {
		for _, e := range h.Events {
			switch e.EventType {
			case enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED, enumspb.EVENT_TYPE_ACTIVITY_TASK_FAILED,
				enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
				enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
				moves = append(moves, e.EventTime.AsTime())
			default:
			}
		}
	}
	slices.SortFunc(moves, time.Time.Compare)
	for i := range kills {
		if at := slices.IndexFunc(moves, func(m time.Time) bool { return m.After(kills[i].At) }); at >= 0 {
			kills[i].Progress = moves[at].Sub(kills[i].At)
		}
	}
}
