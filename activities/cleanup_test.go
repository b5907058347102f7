package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/simulator"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

func TestCleanUp(t *testing.T) {
	const step = "package " + wss
	w := newTwin(t, func(o *simulator.Options) { o.Twin.Holds = []world.Hold{{Host: app01, Step: step}} })
	const folder = `D:\farmhand\jobs\run-install-1`
	ref := do[activities.JobRef](w, w.acts.StartPackage, w.pkg(app01, wss, "run-install-1"))
	w.await(app01, "held", wss)
	r := activities.CleanUpRequest{ServerTarget: w.server(app01), Jobs: []string{"run-never-1", "run-install-1"}}
	_, err := try[none](w, w.acts.CleanUp, r)
	f := w.requireFailure(err, farm.FailureCommand, app01, false)
	require.Contains(t, f.Message, "still runs")
	require.True(t, w.exists(app01, folder))
	require.Len(t, w.tasks(app01), 1)

	w.sim.World().Release(app01, step)
	do[activities.JobEnd](w, w.acts.AwaitJob, ref)
	for range 2 {
		do[none](w, w.acts.CleanUp, r)
		require.False(t, w.exists(app01, folder))
		require.False(t, w.exists(app01, `D:\farmhand`), "nothing of farmhand stays")
		require.Empty(t, w.tasks(app01))
	}
	end := do[activities.JobEnd](w, w.acts.AwaitJob, ref)
	require.True(t, end.Gone, "a job that was cleaned up has no end to tell")

	w.part("what is not farmhand's stays", func(t *testing.T) {
		lease := activities.LeaseRequest{ServerTarget: w.server(app01), Owner: "run-1"}
		do[none](w, w.acts.AcquireLease, lease)
		do[none](w, w.acts.CleanUp, r)
		require.True(t, w.exists(app01, `D:\farmhand\farm.lease`))
		do[none](w, w.acts.ReleaseLease, lease)
		require.False(t, w.exists(app01, `D:\farmhand`))
	})
}

// tasks are the scheduled tasks of a simulated server.
func (w *twin) tasks(server string) (out []windows.Task) {
	w.sim.World().View(func(tx *world.Tx) { out = windows.Tasks(tx, server) })
	return out
}

// exists reports whether a simulated server has a file or folder.
func (w *twin) exists(server, path string) (ok bool) {
	w.sim.World().View(func(tx *world.Tx) { _, ok = windows.GetFile(tx, server, path) })
	return ok
}
