package view_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

// TestThePlanSaysWhenAFarmHasItsTurn, and which limits it shares; a farm alone in its rollout has its plan alone.
func TestThePlanSaysWhenAFarmHasItsTurn(t *testing.T) {
	one, two := contoso, contoso
	two.Name = "other"
	r := rolloutFile(one)
	r.Farms, r.Sites = []farm.Farm{one, two}, []farm.Site{{Name: one.Site, MaxParallel: 1}}
	plan := farm.NewPlan(two, release, nil)
	takes := map[string]time.Duration{one.Name: 4 * time.Hour, two.Name: 5 * time.Hour}
	v := view.FromPlan(r, release, two, plan, nil).InTurn(two, r.Turns(takes))
	text := printed(t, v, view.Style{Width: 150})
	require.Contains(t, text, "wave all, 1 of 1: starts ~4h00 after the rollout, which takes ~9h00 without the waits for people and windows")
	require.Contains(t, text, "at once: at most 1 farm of site "+one.Site)
	require.Equal(t, at(4*60), v.Starts(at(0)))
	require.Contains(t, printed(t, view.FromPlan(r, release, one, plan, nil).InTurn(one, r.Turns(takes)), view.Style{Width: 150}), "starts with the rollout")

	o, err := saturdayNight.At(v.Starts(at(300)), plan.Room(saturdayNight.RestoreNeeds), time.LoadLocation)
	require.NoError(t, err)
	require.Contains(t, printed(t, v.InWindow(saturdayNight, plan, o), view.Style{Width: 150}), "when its turn comes, it waits for that window")

	r.Farms = r.Farms[:1]
	alone := view.FromPlan(r, release, one, plan, nil)
	require.Equal(t, alone, alone.InTurn(one, r.Turns(takes)))
	require.Equal(t, at(0), alone.Starts(at(0)))
}
