package workflows_test

import (
	"context"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// ReadProjectQueue tells the jobs of the scene, the next look each time until the last one stays.
func (s *scene) ReadProjectQueue(_ context.Context, r activities.QueueRequest) (farm.QueueReading, error) {
	unlock, err := s.call("queue " + r.Queue.Database)
	defer unlock()
	out := farm.QueueReading{QueueSource: r.Queue}
	if left := s.queueLooks[r.Queue.Database]; len(left) > 0 {
		out.Counts, out.Unreadable = left[0].Counts, left[0].Unreadable
		if len(left) > 1 {
			s.queueLooks[r.Queue.Database] = left[1:]
		}
	}
	return out, err
}

// SmokeTest shows every page.
func (s *scene) SmokeTest(_ context.Context, r activities.SmokeTestRequest) (farm.WitnessResult, error) {
	unlock, err := s.call("smoke test " + r.Server.Name)
	defer unlock()
	return farm.WitnessResult{Witness: farm.WitnessSmokeTests, Mandatory: true, Agrees: true, Says: "as expected"}, err
}
