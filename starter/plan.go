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

// plansOf are the plans of the file's farms, with the windows they would use if the rollout were started at a moment.
func plansOf(f file, now time.Time) []view.Plan {
	plans, turns := make([]view.Plan, len(f.rollout.Farms)), turnsOf(f)
	for i, one := range f.rollout.Farms {
		plans[i] = planOf(f, one, turns, nil, now)
	}
	return plans
}

// turnsOf are the turns of the file's farms in its rollout.
func turnsOf(f file) farm.Turns {
	takes := make(map[string]time.Duration, len(f.rollout.Farms))
	for _, one := range f.rollout.Farms {
		takes[one.Name] = ownPlan(f, one).Expected()
	}
	return f.rollout.Turns(takes)
}

// ownPlan is what happens to one farm, whatever its turn.
func ownPlan(f file, one farm.Farm) farm.Plan {
	return farm.NewPlan(one, f.release, f.rollout.Gates).Staging(f.rollout.Packages, one, f.release).WithTasks(f.rollout)
}

// planOf is the plan of one farm, with what preflight found.
func planOf(f file, one farm.Farm, turns farm.Turns, findings []farm.Finding, now time.Time) view.Plan {
	p := ownPlan(f, one)
	v := view.FromPlan(f.rollout, f.release, one, p, findings).InTurn(one, turns)
	c := f.rollout.Calendar(one)
	o, err := c.At(v.Starts(now), p.Room(c.RestoreNeeds), time.LoadLocation)
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
