package integration

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// TestPackagesFromAShare: each server fetches them itself, before W3SVC is touched, and they are gone at the end.
func TestPackagesFromAShare(t *testing.T) {
	f := Start(t, 4000, func(o *simulator.Options) { o.Rollout.Packages = farm.PackageSource{UNC: `\\files\updates`} })
	r, s := f.Update(t, func(q farm.Question) (string, farm.Choice) {
		require.Equal(t, farm.QuestionGate, q.Kind, q.Facts)
		return Approve(q)
	})
	require.Equal(t, farm.OutcomeCompleted, r.Outcome, r.Why)
	f.Simulator.World().View(func(tx *world.Tx) {
		for _, srv := range s.Servers {
			require.False(t, windows.FolderExists(tx, srv.Name, `D:\farmhand`), srv.Name)
		}
	})
	pulled := s.Plan.Phases[0].Steps
	require.Equal(t, farm.StepStagePackages, pulled[len(pulled)-1].Kind)
}
