package main

import (
	"context"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// sampled is how many farms of a rollout have their histories weighed; the others are like them.
const sampled = 5

// weigh counts events and bytes of the rollout's own history, and of some of its farms', first and last included.
func (s *stage) weigh(ctx context.Context, r farm.Rollout, into *row) error {
	events, bytes, _, err := s.history(ctx, workflows.RolloutID(r.ID))
	if err != nil {
		return err
	}
	into.rolloutEvents, into.rolloutBytes = float64(events)/float64(len(r.Farms)), bytes/len(r.Farms)
	step := max(1, (len(r.Farms)-1)/(sampled-1))
	farms := 0
	for i := 0; i < len(r.Farms); i += step {
		f := r.Farms[i]
		farms++
		ids := []string{workflows.FarmUpdateID(f.Name)}
		for _, srv := range f.Servers {
			ids = append(ids, workflows.FinalizeServerID(f.Name, srv.Name))
		}
		for _, id := range ids {
			events, bytes, activities, err := s.history(ctx, id)
			if err != nil {
				return err
			}
			into.events += float64(events)
			into.bytes += bytes
			into.activities += float64(activities)
		}
	}
	into.events /= float64(farms)
	into.bytes /= farms
	into.activities /= float64(farms)
	return nil
}

// history counts the events, bytes and activities of the newest run of a workflow.
func (s *stage) history(ctx context.Context, id string) (events, bytes, activities int, err error) {
	for it := s.client.GetWorkflowHistory(ctx, id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); it.HasNext(); {
		var e *historypb.HistoryEvent
		if e, err = it.Next(); err != nil {
			return 0, 0, 0, err
		}
		events++
		bytes += e.Size()
		if e.GetActivityTaskScheduledEventAttributes() != nil {
			activities++
		}
	}
	return events, bytes, activities, nil
}
