package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

// newPlan is `starter plan`: what a rollout would do. It needs neither Temporal nor the farms.
func newPlan(a *app) *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use: "plan -f FILE", Short: "Show what a rollout would do, farm by farm; starts nothing", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			f, err := load(path)
			if err != nil {
				return err
			}
			return a.printPlans(plansOf(f))
		},
	}
	fileFlag(cmd, &path)
	return cmd
}

func plansOf(f file) []view.Plan {
	plans := make([]view.Plan, len(f.rollout.Farms))
	for i, one := range f.rollout.Farms {
		plans[i] = view.FromPlan(f.rollout, f.release, one, farm.NewPlan(one, f.release, f.rollout.Gates).Staging(f.rollout.Packages, one, f.release).WithTasks(f.rollout), nil)
	}
	return plans
}

// printPlans shows plans one below the other, or as one JSON list.
func (a *app) printPlans(plans []view.Plan) error {
	if a.json() {
		return a.printJSON(plans)
	}
	for i, p := range plans {
		if i > 0 {
			fmt.Fprintln(a.out)
		}
		if err := a.print(p); err != nil {
			return err
		}
	}
	return nil
}
