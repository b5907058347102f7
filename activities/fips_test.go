package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/simulator"
	"farmhand/simulator/world"
)

// A server under the FIPS policy is inspected, has packages pulled and jobs run; only its packages' hashes are SHA-1.
func TestServersUnderTheFIPSPolicy(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		o.Rollout.Packages = farm.PackageSource{UNC: share}
		o.Twin.Servers = []simulator.TwinServer{{Name: app01, FIPS: true}, {Name: wfe01, FIPS: true}, {Name: wfe02, FIPS: true}}
		o.Twin.Faults = []world.Fault{{Host: wfe02, Step: "fetch " + office, Kind: "corrupt"}}
	})
	for _, name := range []string{app01, app02, wfe01, wfe02} {
		require.Zero(t, w.pull(w.stage(name, "run-packages-1")).Exit, "its files are put and checked by the hash it has")
	}
	weak, strong := w.copies(app01), w.copies(app02)
	for i := range weak {
		require.Empty(t, weak[i].SHA256)
		require.Equal(t, "SHA-1", weak[i].Algorithm)
		require.Len(t, weak[i].Hash, 40)
		require.Empty(t, weak[i].HashError)
		require.Len(t, strong[i].SHA256, 64)
		require.Empty(t, strong[i].Algorithm)
	}
	require.Equal(t, weak[1].Hash, w.copies(wfe01)[1].Hash, "the same file")
	require.NotEqual(t, weak[1].Hash, w.copies(wfe02)[1].Hash, "a damaged one")
	inspection := w.inspection(app01)
	inspection.Directory = staging
	facts := do[farm.ServerFacts](w, w.acts.InspectServer, inspection)
	require.Equal(t, weak, facts.Copies)
}
