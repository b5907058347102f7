package main

import (
	"context"
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
)

// doing is what a rollout is at in a moment. Of what happens side by side the least counts: where an activity runs, the engine
// keeps nobody waiting.
type doing int

// The values of doing.
const (
	anActivity    doing = iota // runs at the worker
	aWorkflowTask              // from its scheduling to its completion: the engine's writes, and the worker's answer
	aQueue                     // an activity is scheduled, and no worker has it yet
	kinds
)

// edge is where something begins or ends.
type edge struct {
	at   time.Time
	what doing
	by   int // +1 or -1
}

// timeline says where the time of a rollout went, as its histories have it. What is left is waiting: for people, timers, and the
// engine to pass a result on.
func timeline(ctx context.Context, c client.Client, rollout string) ([]Figure, error) {
	var edges []edge
	var events int
	var first, last time.Time
	for ids := []string{rollout}; len(ids) > 0; ids = ids[1:] {
		history, err := wholeHistory(ctx, c, ids[0])
		if err != nil {
			return nil, err
		}
		if ids[0] == rollout {
			first, last = history[0].GetEventTime().AsTime(), history[len(history)-1].GetEventTime().AsTime()
		}
		events += len(history)
		edges = append(edges, edgesOf(history)...)
		ids = append(ids, childrenOf(history)...)
	}
	took := sweep(edges)
	rest := last.Sub(first) - took[anActivity] - took[aWorkflowTask] - took[aQueue]
	return []Figure{
		{"of it an activity runs", took[anActivity].Seconds(), "s"},
		{"of it workflow tasks only", took[aWorkflowTask].Seconds(), "s"},
		{"of it activities wait for the worker", took[aQueue].Seconds(), "s"},
		{"of it none of these", rest.Seconds(), "s"},
		{"events", float64(events), ""},
	}, nil
}

func wholeHistory(ctx context.Context, c client.Client, id string) (out []*historypb.HistoryEvent, err error) {
	for it := c.GetWorkflowHistory(ctx, id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); it.HasNext(); {
		e, err := it.Next()
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// childrenOf are the ids of the workflows that one started.
func childrenOf(history []*historypb.HistoryEvent) (ids []string) {
	for _, e := range history {
		if a := e.GetChildWorkflowExecutionStartedEventAttributes(); a != nil {
			ids = append(ids, a.GetWorkflowExecution().GetWorkflowId())
		}
	}
	return ids
}

// edgesOf pairs what was scheduled, started and ended. What never ended has no length.
func edgesOf(history []*historypb.HistoryEvent) (edges []edge) {
	at := func(id int64) time.Time { return history[id-1].GetEventTime().AsTime() } // events count from one
	stretch := func(what doing, begin, end time.Time) {
		edges = append(edges, edge{begin, what, 1}, edge{end, what, -1})
	}
	type pair interface {
		GetScheduledEventId() int64
		GetStartedEventId() int64
	}
	for _, e := range history {
		var activity, task pair
		switch e.GetEventType() {
		case enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
			activity = e.GetActivityTaskCompletedEventAttributes()
		case enumspb.EVENT_TYPE_ACTIVITY_TASK_FAILED:
			activity = e.GetActivityTaskFailedEventAttributes()
		case enumspb.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
			task = e.GetWorkflowTaskCompletedEventAttributes()
		default:
			continue
		}
		end := e.GetEventTime().AsTime()
		if activity != nil {
			stretch(aQueue, at(activity.GetScheduledEventId()), at(activity.GetStartedEventId()))
			stretch(anActivity, at(activity.GetStartedEventId()), end)
			continue
		}
		stretch(aWorkflowTask, at(task.GetScheduledEventId()), end)
	}
	return edges
}

// sweep goes over the edges in the order of time and gives each moment to the first kind that is under way.
func sweep(edges []edge) (took [kinds]time.Duration) {
	slices.SortStableFunc(edges, func(a, b edge) int { return a.at.Compare(b.at) })
	var under [kinds]int
	for i, e := range edges {
		if i > 0 {
			if what := slices.IndexFunc(under[:], func(n int) bool { return n > 0 }); what >= 0 {
				took[what] += e.at.Sub(edges[i-1].at)
			}
		}
		under[e.what] += e.by
	}
	return took
}
