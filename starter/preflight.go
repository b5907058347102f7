package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"farmhand/internal/farm"
	"farmhand/internal/view"
	"farmhand/workflows"
)

// newPreflight is `starter preflight`.
func newPreflight(a *app) *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use: "preflight -f FILE", Short: "Look at every server of every farm and show all findings; starts no update", Args: cobra.NoArgs,
		Long: `Look at every server of every farm, through the workers of their sites, and show all findings with the plan.

Nothing is changed but farmhand's own folder and task, which are removed again. Exit codes: 0 nothing blocks, 5 something
blocks.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := load(path)
			if err != nil {
				return err
			}
			d, err := a.desk(cmd.Context())
			if err != nil {
				return err
			}
			defer d.close()
			return a.preflight(cmd.Context(), d, f)
		},
	}
	fileFlag(cmd, &path)
	return cmd
}

func (a *app) preflight(ctx context.Context, d *desk, f file) error {
	plans, turns := make([]view.Plan, len(f.rollout.Farms)), turnsOf(f)
	a.say("looking at %s; this takes a few minutes", count(len(plans), "farm"))
	blocking := make([]int, len(plans))
	err := sideBySide(ctx, len(plans), func(ctx context.Context, i int) error {
		one := f.rollout.Farms[i]
		found, err := d.preflight(ctx, f, one, a.who())
		if err != nil {
			return err
		}
		if found.Findings == nil {
			found.Findings = []farm.Finding{} // preflight has run, and found nothing
		}
		blocking[i] = len(farm.Blocking(found.Findings))
		plans[i] = planOf(f, one, turns, found.Findings, a.now())
		return nil
	})
	if err != nil {
		return err
	}
	if err := a.printPlans(plans); err != nil {
		return err
	}
	for _, n := range blocking {
		if n > 0 {
			return exit(exitEnded)
		}
	}
	return nil
}

// preflight runs the preflight of one farm by itself, or waits for the one that runs.
func (d *desk) preflight(ctx context.Context, f file, one farm.Farm, who string) (workflows.PreflightResult, error) {
	alone := f.rollout
	alone.Farms = []farm.Farm{one}
	var result workflows.PreflightResult
	run, err := d.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: workflows.PreflightFarmID(one.Name), TaskQueue: workflows.TaskQueue,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		StaticSummary:            "Preflight of " + one.Name,
	}, workflows.PreflightFarmWorkflow, workflows.FarmUpdateInput{
		Rollout: alone, Release: f.release, Digest: f.digest(), StartedBy: who,
	})
	if err == nil {
		err = run.Get(ctx, &result)
	}
	if err != nil {
		return result, fmt.Errorf("preflight of %s: %w", one.Name, err)
	}
	return result, nil
}
