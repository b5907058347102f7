package integration

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/test/journal"
)

// TestVerifyByItself: the witnesses alone, before and after an update, without changing anything.
func TestVerifyByItself(t *testing.T) {
	f := Start(t, 4000)
	before := f.Verify(t)
	require.False(t, before.Proven)
	doubts := strings.Join(before.Doubts, "\n")
	for _, want := range []string{"packages: KB951695: no patch", "registry Version: 12.0.6219", "PWA_Draft is at 12.0.6219.1000 and not at 12.0.6318.5000"} {
		require.Contains(t, doubts, want)
	}
	events, err := journal.Read(f.Journal)
	require.NoError(t, err)
	require.Empty(t, journal.Changes(events, f.Rollout.Farms[0].Servers[0].Stage))

	r, s := f.Update(t, Approve)
	require.Equal(t, farm.OutcomeCompleted, r.Outcome, r.Why)
	require.False(t, s.Already)
	after := f.Verify(t)
	require.True(t, after.Proven, after.Doubts)
	for _, server := range after.Servers {
		for _, w := range server.Witnesses {
			require.True(t, w.Agrees, "%s: %s: %s", server.Name, w.Witness, w.Says)
		}
	}
	for _, d := range after.Databases {
		require.True(t, d.OK, d.Name)
	}

	again, s := f.Update(t, func(q farm.Question) (string, farm.Choice) {
		require.Fail(t, "a farm that needs nothing asks nobody", q.Title)
		return "", ""
	})
	require.Equal(t, farm.OutcomeCompleted, again.Outcome, again.Why)
	require.True(t, s.Already)
	require.True(t, s.UsersOff.Since.IsZero())
}
