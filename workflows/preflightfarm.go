package workflows

import (
	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// PreflightResult is what a preflight by itself found.
type PreflightResult struct {
	Farm     string         `json:"farm"`
	Findings []farm.Finding `json:"findings"`
	Facts    farm.Facts     `json:"facts"`
}

// PreflightFarm reads one farm and reports every finding, without starting an update. It changes nothing
// but farmhand's own folder and task, and removes what it put there.
func PreflightFarm(ctx workflow.Context, in FarmUpdateInput) (PreflightResult, error) {
	r, err := newRun(ctx, in)
	if err != nil {
		return PreflightResult{}, err
	}
	facts, findings := r.gather(ctx, 1)
	if err := r.removeJobs(ctx); err != nil {
		return PreflightResult{}, err
	}
	return PreflightResult{
		Farm: r.farm.Name, Facts: facts,
		Findings: append(findings, farm.Findings(in.Rollout, in.Release, r.farm, facts)...),
	}, nil
}
