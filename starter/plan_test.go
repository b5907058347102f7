package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

// TestPlansFollowTheLimitOfASite: a farm that waits for its site is planned for the window that is open when its turn comes.
func TestPlansFollowTheLimitOfASite(t *testing.T) {
	f, err := load(contoso(t))
	require.NoError(t, err)
	second := f.rollout.Farms[0]
	second.Name = "second"
	f.rollout.Farms = append(f.rollout.Farms, second)
	once := ownPlan(f, second).Expected() // the window, that of a Sunday and a Monday, has room for one farm after the other no more
	f.rollout.Windows = []farm.Window{{Days: []string{"sun", "mon"}, From: "12:00", To: noon.Add(once * 3 / 2).Format("15:04"), Zone: "UTC"}}
	f.rollout.RestoreNeeds = 0

	turns := func(plans []view.Plan) (after []view.Seconds) {
		for _, p := range plans {
			after = append(after, p.Turn.After)
		}
		return after
	}
	require.Equal(t, []view.Seconds{0, 0}, turns(plansOf(f, noon)), "side by side")

	f.rollout.Sites = []farm.Site{{Name: second.Site, MaxParallel: 1}}
	plans := plansOf(f, noon)
	require.Equal(t, []view.Seconds{0, plans[0].Duration}, turns(plans), "one after the other")
	require.Equal(t, plans[0].Duration+plans[1].Duration, plans[1].Turn.Rollout)
	require.Equal(t, farm.TurnLimits{Site: 1}, plans[1].Turn.AtOnce)
	require.Zero(t, plans[0].Window.Opens)
	require.Equal(t, noon.Add(24*time.Hour), plans[1].Window.Opens, "the next day: on this one there is no time left for it")
}
