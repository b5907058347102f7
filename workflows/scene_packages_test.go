package workflows_test

import (
	"context"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// StartStaging starts the pull of packages; what it will do is settled then.
func (s *scene) StartStaging(_ context.Context, r activities.StageRequest) (activities.JobRef, error) {
	what := "pull " + r.Server.Name
	if r.Again {
		what = "pull again " + r.Server.Name
	}
	unlock, err := s.call(what)
	defer unlock()
	if err != nil {
		return activities.JobRef{}, err
	}
	s.jobs[r.Job]++
	s.pending[r.Job] = s.end("pull " + r.Server.Name)
	return activities.JobRef{ServerTarget: r.ServerTarget, Job: r.Job, Boot: s.boots[r.Server.Name], Ran: "pull.cmd"}, nil
}

// ReadCopies finds every package in its folder.
func (s *scene) ReadCopies(_ context.Context, r activities.CopiesRequest) ([]farm.PackageCopy, error) {
	unlock, err := s.call("copies " + r.Server.Name)
	defer unlock()
	return s.facts(r.Server.Name, true).Copies, err
}
