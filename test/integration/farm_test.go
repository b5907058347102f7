package integration

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

func TestFarmIsUpdatedOnTheWire(t *testing.T) {
	f := Start(t, 4000)
	r, s := f.Update(t, func(q farm.Question) (string, farm.Choice) {
		require.Equal(t, farm.QuestionGate, q.Kind, q.Facts)
		return Approve(q)
	})
	require.Equal(t, farm.OutcomeCompleted, r.Outcome, r.Why)
	require.Empty(t, s.UsersOff.Violations)
	for _, srv := range s.Servers {
		require.True(t, srv.Finalized, srv.Name)
	}
	for _, d := range s.Databases {
		require.True(t, d.OK, d.Name)
		require.True(t, d.Verified, d.Name)
	}
}
