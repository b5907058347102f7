package activities

import (
	"context"

	"farmhand/internal/farm"
)

// CleanUpRequest names the jobs of a run on one server.
type CleanUpRequest struct {
	ServerTarget
	Jobs []string `json:"jobs"`
}

// CleanUp removes the scheduled tasks and job folders of a run from one server.
func (a *Activities) CleanUp(ctx context.Context, r CleanUpRequest) error {
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return err
	}
	for _, job := range r.Jobs {
		beat(ctx, "removing "+job)
		if err := h.DeleteJob(ctx, job); err != nil {
			return fail(r.Server.Name, farm.StepCleanUp, err)
		}
	}
	return nil
}
