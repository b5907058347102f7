package activities

import (
	"context"
	"strings"

	"farmhand/internal/farm"
	"farmhand/internal/winhost"
)

// CleanUpRequest names the jobs of a run on one server.
type CleanUpRequest struct {
	ServerTarget
	Jobs []string `json:"jobs"`
	// Packages are the files that were pulled into Folder, farmhand's own.
	Folder   string   `json:"folder,omitempty"`
	Packages []string `json:"packages,omitempty"`
}

// CleanUp removes the scheduled tasks and job folders of a run from one server, and farmhand's own folder
// when nothing else lies in it. A job that still runs is refused.
func (a *Activities) CleanUp(ctx context.Context, r CleanUpRequest) error {
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return err
	}
	say, stop := keepBeating(ctx, "removing what a run left on "+r.Server.Name)
	defer stop()
	for _, job := range r.Jobs {
		say("removing " + job)
		if err := h.DeleteJob(ctx, job); err != nil {
			return fail(r.Server.Name, farm.StepCleanUp, err)
		}
	}
	if len(r.Packages) > 0 {
		say("removing the packages")
		if err := removePackages(ctx, h, r.Folder, r.Packages); err != nil {
			return fail(r.Server.Name, farm.StepCleanUp, err)
		}
	}
	stage := strings.TrimRight(r.Server.Stage, `\`)
	return fail(r.Server.Name, farm.StepCleanUp, removeEmpty(ctx, h, stage+`\jobs`, stage))
}

// removeEmpty removes folders that are empty. Without /s rd refuses others, and that is as it should be.
func removeEmpty(ctx context.Context, h *winhost.Host, folders ...string) error {
	for _, folder := range folders {
		if _, err := h.Command(ctx, `rd "`+folder+`"`); err != nil {
			return err
		}
	}
	return nil
}
