package view_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

// TestTheLimitOfASiteIsShown, and who waits for it.
func TestTheLimitOfASiteIsShown(t *testing.T) {
	r := farm.Rollout{
		ID: "r", Sites: []farm.Site{{Name: "emea", MaxParallel: 1}}, Waves: []farm.Wave{{Name: "one", Farms: []string{"a", "b"}}, {Name: "two", Farms: []string{"c"}}},
		Farms: []farm.Farm{{Name: "a", Site: "emea"}, {Name: "b", Site: "emea"}, {Name: "c", Site: "apac"}},
	}
	s := farm.NewRolloutStatus(r, false)
	s.Handle("a").State = farm.RunRunning
	s.Note(s.Schedule(at(1)), at(1))
	text := printed(t, view.FromRollout(s, nil, at(2)), view.Style{})
	require.Contains(t, text, "site emea: at most 1 farm at once")
	require.Contains(t, text, "site emea is full: 1 farm later")
}
