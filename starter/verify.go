package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"farmhand/internal/farm"
	"farmhand/internal/view"
	"farmhand/workflows"
)

// newVerify is `starter verify`.
func newVerify(a *app) *cobra.Command {
	var path, name string
	cmd := &cobra.Command{
		Use: "verify -f FILE", Short: "Ask every witness whether farms stand at the release, whoever installed it; starts no update", Args: cobra.NoArgs,
		Long: `Ask every witness of every server and database whether the farms of a rollout file stand at its release or past it,
whoever installed it: the article's "Verify the installation", by itself.

Nothing is changed but farmhand's own folder and task, which are removed again. Exit codes: 0 every farm is proven, 5 one
is not.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := load(path)
			if err != nil {
				return err
			}
			if name != "" {
				one, ok := f.rollout.Farm(name)
				if !ok {
					return fmt.Errorf("the file has no farm %q", name)
				}
				f.rollout.Farms = []farm.Farm{one}
			}
			d, err := a.desk(cmd.Context())
			if err != nil {
				return err
			}
			defer d.close()
			return a.verify(cmd.Context(), d, f)
		},
	}
	fileFlag(cmd, &path)
	cmd.Flags().StringVar(&name, "farm", "", "verify this farm of the file alone")
	return cmd
}

func (a *app) verify(ctx context.Context, d *desk, f file) error {
	a.say("asking the witnesses of %s; this takes a few minutes", count(len(f.rollout.Farms), "farm"))
	found := make([]view.Verification, len(f.rollout.Farms))
	err := sideBySide(ctx, len(found), func(ctx context.Context, i int) error {
		v, err := d.verify(ctx, f, f.rollout.Farms[i], a.who())
		found[i] = view.FromVerification(v)
		return err
	})
	if err != nil {
		return err
	}
	if a.json() {
		err = a.printJSON(found)
	}
	for i := 0; i < len(found) && !a.json() && err == nil; i++ {
		err = a.print(found[i])
	}
	if err == nil && slices.ContainsFunc(found, func(v view.Verification) bool { return !v.Proven }) {
		return exit(exitEnded)
	}
	return err
}

// verify asks the witnesses of one farm, or waits for whoever is asking them.
func (d *desk) verify(ctx context.Context, f file, one farm.Farm, who string) (farm.Verification, error) {
	alone := f.rollout
	alone.Farms = []farm.Farm{one}
	var v farm.Verification
	run, err := d.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: workflows.VerifyFarmID(one.Name), TaskQueue: workflows.TaskQueue,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		StaticSummary:            "Verification of " + one.Name,
	}, workflows.VerifyFarmWorkflow, workflows.FarmUpdateInput{
		Rollout: alone, Release: f.release, Digest: f.digest(), StartedBy: who,
	})
	if err == nil {
		err = run.Get(ctx, &v)
	}
	if err != nil {
		return v, fmt.Errorf("verification of %s: %w", one.Name, err)
	}
	return v, nil
}
