package view_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

func TestSitesOfFarmsThatHaveNotEnded(t *testing.T) {
	require.Equal(t, []view.Site{{Name: "apac", Farms: []string{"tokyo"}}, {Name: "emea", Farms: []string{"berlin", "paris"}}},
		view.SitesOf([]view.Farm{
			{Name: "berlin", Site: "emea"}, {Name: "tokyo", Site: "apac"}, {Name: "paris", Site: "emea"},
			{Name: "lima", Site: "americas", Outcome: farm.OutcomeCompleted}, {Name: "unknown"},
		}))
	require.Empty(t, view.SitesOf(nil))
}

// TestALostSiteIsOnEveryScreen, and one that is served on none.
func TestALostSiteIsOnEveryScreen(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for word, sites := range map[string][]view.Site{
		"site emea: no worker, the last one asked for work 58s ago; nothing is lost": {{Name: "emea", LastSeen: now.Add(-58 * time.Second), Farms: []string{"berlin"}}},
		"site emea: no worker for some minutes; nothing is lost":                     {{Name: "emea", Farms: []string{"berlin"}}},
		"site emea: no worker, the last one asked for work 58s ago (or one that is busy with all it may do at once: this Temporal does not tell); nothing is lost": {
			{Name: "emea", LastSeen: now.Add(-58 * time.Second), Unreported: true, Farms: []string{"berlin"}},
		},
		"": {{Name: "emea", Workers: 1, LastSeen: now.Add(-20 * time.Second), Farms: []string{"berlin"}}},
	} {
		question := farm.Question{ID: "continue", Kind: farm.QuestionGate, Members: []string{"bob"}, Quorum: 1, Choices: []farm.Choice{farm.ChoiceApprove}}
		inbox := view.Gates([]farm.Status{{Farm: "berlin", Site: "emea", Questions: []farm.Question{question}}}, "", now)
		inbox.Sites = sites
		for _, screen := range []view.Screenable{
			view.Farm{Name: "berlin", Now: now}.AtSites(sites),
			view.Rollout{Name: "r", Now: now, Farms: []view.Farm{{Name: "berlin"}}}.AtSites(sites),
			view.Rollout{Name: "r", Now: now, Farms: []view.Farm{{Name: "berlin"}, {Name: "paris"}}}.AtSites(sites),
			inbox,
		} {
			var b strings.Builder
			require.NoError(t, view.Screen(&b, screen, view.Style{Width: 200}))
			if word == "" {
				require.NotContains(t, b.String(), "no worker")
				continue
			}
			require.Equal(t, 1, strings.Count(b.String(), word), b.String())
			require.Contains(t, b.String(), "worker --site emea")
		}
	}
}

// TestABusySiteIsShownAndIsNotLost: its workers ask for no work because they have no place for it.
func TestABusySiteIsShownAndIsNotLost(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for word, site := range map[string]view.Site{
		"site emea: its worker is busy with 7 activities, all that may run there at once; what else is due at 1 farm waits its turn": {Name: "emea", Workers: 1, Busy: 7, Farms: []string{"berlin"}},
		"site emea: its 2 workers are busy with 14 activities":                                                                       {Name: "emea", Workers: 2, Busy: 14, Farms: []string{"berlin"}},
	} {
		require.True(t, site.Served())
		require.Empty(t, view.SiteChanges([]view.Site{{Name: "emea", Workers: 1}}, []view.Site{site}, now))
		var b strings.Builder
		require.NoError(t, view.Screen(&b, view.Farm{Name: "berlin", Now: now}.AtSites([]view.Site{site}), view.Style{Width: 250}))
		require.Contains(t, b.String(), word)
		require.NotContains(t, b.String(), "no worker")
	}
}

func TestSiteChanges(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	there, gone := []view.Site{{Name: "emea", Workers: 2}}, []view.Site{{Name: "emea"}}
	require.Empty(t, view.SiteChanges(nil, there, now))
	require.Empty(t, view.SiteChanges(there, there, now))
	require.Empty(t, view.SiteChanges(gone, gone, now))
	require.Equal(t, []string{"2026-11-22T12:00:00Z site emea: a worker is there again"}, view.SiteChanges(gone, there, now))
	for _, before := range [][]view.Site{nil, there} {
		lines := view.SiteChanges(before, gone, now)
		require.Len(t, lines, 1)
		require.Contains(t, lines[0], "2026-11-22T12:00:00Z site emea: no worker")
	}
}
