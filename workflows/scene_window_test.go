package workflows_test

import (
	"context"
	"time"
	_ "time/tzdata"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// CheckWindow computes with the zone data of the test's process, as a worker does.
func (s *scene) CheckWindow(_ context.Context, r activities.WindowRequest) (farm.Opening, error) {
	unlock, err := s.call("check window")
	defer unlock()
	if err != nil {
		return farm.Opening{}, err
	}
	s.looks = append(s.looks, r.At)
	return r.Calendar.At(r.At, r.Room, time.LoadLocation)
}
