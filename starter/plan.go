package main

import (
	"fmt"
	"time"

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
			return a.printPlans(plansOf(f, a.now()))
		},
	}
	fileFlag(cmd, &path)
	return cmd
}

// plansOf are the plans of the file's farms, with the windows they would use if they were started at a moment.
func plansOf(f file, now time.Time) []view.Plan {
	plans := make([]view.Plan, len(f.rollout.Farms))
	for i, one := range f.rollout.Farms {
		plans[i] = planOf(f, one, nil, now)
	}
	return plans
}

// planOf is the plan of one farm, with what preflight found.
func planOf(f file, one farm.Farm, findings []farm.Finding, now time.Time) view.Plan {
	p := farm.NewPlan(one, f.release, f.rollout.Gates).Staging(f.rollout.Packages, one, f.release).WithTasks(f.rollout)
	v := view.FromPlan(f.rollout, f.release, one, p, findings)
	c := f.rollout.Calendar(one)
	o, err := c.At(now, p.Room(c.RestoreNeeds), time.LoadLocation)
	if err != nil {
		return v // the check of the file has said so
	}
	return v.InWindow(c, p, o)
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
