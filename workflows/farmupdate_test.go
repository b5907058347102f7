package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

func TestFarmRunsInTheArticlesOrder(t *testing.T) {
	w := newWorld(t)
	w.approveEvery()

	r := w.run()

	require.Equal(t, farm.OutcomeCompleted, r.Outcome, r.Why)
	s := w.status()
	for _, p := range s.Phases {
		require.Equal(t, farm.StepDone, p.State, p.Phase)
	}
	// Every database is backed up after W3SVC is stopped and before the first package.
	for _, d := range s.Databases {
		at := w.index("backup " + d.Name)
		require.Greater(t, at, w.index("stop W3SVC WFE01"))
		require.Greater(t, at, w.index("stop W3SVC WFE02"))
		for _, srv := range w.farm.Servers {
			require.Less(t, at, w.index("install KB951695 "+srv.Name))
		}
	}
	// Packages in order on each server, all of them before Project services stop, all of that before a wizard.
	for _, srv := range w.farm.Servers {
		require.Less(t, w.index("install KB951695 "+srv.Name), w.index("install KB951297 "+srv.Name))
		for _, app := range []string{"APP01", "APP02"} {
			require.Less(t, w.index("install KB951297 "+srv.Name), w.index("stop Queue "+app))
			require.Less(t, w.index("stop Queue "+app), w.index("wizard APP01"))
		}
	}
	require.Less(t, w.index("wizard APP01"), w.index("wizard APP02"))
	require.Less(t, w.index("wizard APP02"), w.index("wizard WFE01"))
	require.Less(t, w.index("wizard WFE01"), w.index("wizard WFE02"))
	// VERSIONS are read between the first wizard and the next, and at the end.
	require.Greater(t, w.index("versions 2"), w.index("wizard APP01"))
	require.Less(t, w.index("versions 2"), w.index("wizard APP02"))
	require.Greater(t, w.index("versions 3"), w.index("wizard WFE02"))
	// Project services come back before users, and one front-end Web server before the other.
	require.Less(t, w.index("restore Queue APP02"), w.index("restore W3SVC WFE01"))
	require.Less(t, w.index("warm up WFE01"), w.index("restore W3SVC WFE02"))
	require.False(t, s.UsersOff.Until.IsZero())
	for job, n := range w.jobs {
		require.Equal(t, 1, n, job)
	}
}
