package farm_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
)

// TestQueueStates: the drain gate of domain.md A.5.
func TestQueueStates(t *testing.T) {
	moving := map[farm.QueueState]bool{1: true, 2: true, 3: true, 11: true, 12: true}
	standing := map[farm.QueueState]bool{0: true, 5: true, 8: true, 10: true}
	for s := farm.QueueState(0); s <= 12; s++ {
		require.Equal(t, moving[s], s.Moving(), s.String())
		require.Equal(t, standing[s], s.Standing(), s.String())
		require.NotContains(t, s.String(), "state ", "every known state has a label")
	}
	require.True(t, farm.QueueState(2).GettingQueued())
	require.True(t, farm.QueueState(77).Standing(), "a state that nobody has written down is warned about")
	require.False(t, farm.QueueState(77).Moving())
	require.Equal(t, "state 77", farm.QueueState(77).String())
}

// TestQueueCounts: every job is moving, standing or done, and none is both.
func TestQueueCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r farm.QueueReading
		all := 0
		for _, s := range rapid.SliceOfDistinct(rapid.IntRange(-1, 20), rapid.ID[int]).Draw(t, "states") {
			n := rapid.IntRange(0, 50).Draw(t, "jobs")
			all += n
			r.Counts = append(r.Counts, farm.QueueCount{State: farm.QueueState(s), Jobs: n})
		}
		done := r.Jobs(func(s farm.QueueState) bool { return !s.Moving() && !s.Standing() })
		require.Equal(t, all, r.Jobs(farm.QueueState.Moving)+r.Jobs(farm.QueueState.Standing)+done)
		require.LessOrEqual(t, r.Jobs(farm.QueueState.GettingQueued), r.Jobs(farm.QueueState.Moving))
	})
}

func TestQueueSays(t *testing.T) {
	r := farm.QueueReading{QueueSource: farm.QueueSource{Database: "PWA_Draft"}, Counts: []farm.QueueCount{{State: 1, Jobs: 4}, {State: 2, Jobs: 1}, {State: 4, Jobs: 900}, {State: 5, Jobs: 0}}}
	require.Equal(t, "PWA_Draft: 4 waiting, 1 getting queued", r.Says())
	require.Equal(t, "PWA_Draft: empty", farm.QueueReading{QueueSource: r.QueueSource}.Says())
	r.Unreadable = "no such view"
	require.Equal(t, "PWA_Draft cannot be read: no such view", r.Says())
	require.Len(t, farm.Unread([]farm.QueueReading{r, {}}), 1)
}

func TestQueues(t *testing.T) {
	f := farm.Farm{ProjectWebAccess: []farm.ProjectWebAccess{{URL: "http://a", On: "SQL01", Draft: "A_Draft", Published: "A_Pub"}, {URL: "http://b", On: "SQL02", Draft: "B_Draft", Published: "B_Pub"}}}
	require.Equal(t, []farm.QueueSource{
		{URL: "http://a", Server: "SQL01", Database: "A_Draft", View: "V", Column: "C"},
		{URL: "http://b", Server: "SQL02", Database: "B_Draft", View: "V", Column: "C"},
	}, farm.Queues(f, farm.QueueViews{DraftView: "V", StateColumn: "C"}))
	require.Len(t, farm.Queues(f, farm.QueueViews{DraftView: "V", TimesheetView: "T", StateColumn: "C"}), 4)
	require.Len(t, farm.Queues(f, farm.QueueViews{}), 2, "a release that names no view leaves the queues to people")
	require.Empty(t, farm.Queues(farm.Farm{}, farm.QueueViews{DraftView: "V"}))
}
