package farm_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// TestSitesHaveALimitOfTheirOwn: farms of other sites go on meanwhile, and people may change it.
func TestSitesHaveALimitOfTheirOwn(t *testing.T) {
	s := farm.NewRolloutStatus(farm.Rollout{
		ID: "r", MaxParallel: 9, Sites: []farm.Site{{Name: "emea", MaxParallel: 1}},
		Farms: []farm.Farm{{Name: "e1", Site: "emea"}, {Name: "e2", Site: "emea"}, {Name: "a1", Site: "apac"}, {Name: "e3", Site: "emea"}},
	}, false)
	s.Operators = []string{"dave"}
	plan := s.Schedule(time.Time{})
	require.Equal(t, []string{"e1", "a1"}, plan.Start)
	require.Equal(t, "site emea is full: 2 farms later", plan.Waits)

	change := farm.FleetChange{Kind: farm.FleetParallel, Site: "emea", Parallel: 2, Who: "dave", Reason: "quiet night"}
	require.NoError(t, s.CheckChange(change, nil))
	for _, wrong := range []farm.FleetChange{{Site: "emae"}, {Site: "emea", Wave: farm.AllFarms}} {
		wrong.Kind, wrong.Parallel, wrong.Who, wrong.Reason = change.Kind, 2, "dave", "quiet night"
		require.Error(t, s.CheckChange(wrong, nil))
	}
	require.Equal(t, "site emea runs 2 farms at once", s.ApplyChange(change))
	require.Equal(t, []string{"e1", "e2", "a1"}, s.Schedule(time.Time{}).Start)
	change.Site, change.Parallel = "apac", 1
	s.ApplyChange(change)
	carried := s.Carried(farm.Rollout{Sites: []farm.Site{{Name: "emea", MaxParallel: 1}}})
	require.Equal(t, []farm.Site{{Name: "emea", MaxParallel: 2}, {Name: "apac", MaxParallel: 1}}, carried.Sites)
}
