package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/scripts"
	"farmhand/simulator"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

const (
	share   = `\\files\updates`
	address = "https://files.contoso/updates/"
	staging = `D:\farmhand\packages`
)

// from makes the rollout pull its packages.
func from(p farm.PackageSource) func(*simulator.Options) {
	return func(o *simulator.Options) { o.Rollout.Packages = p }
}

// stage is the request to pull both packages to a server.
func (w *twin) stage(server, job string) activities.StageRequest {
	w.Helper()
	r := activities.StageRequest{ServerTarget: w.server(server), Job: job, Source: w.options.Rollout.Packages}
	for _, p := range w.options.Release.Packages {
		f, ok := p.File(farm.X64)
		require.True(w, ok)
		r.Files = append(r.Files, f.Name)
	}
	return r
}

// pull runs a pull to its end.
func (w *twin) pull(r activities.StageRequest) activities.JobEnd {
	w.Helper()
	return do[activities.JobEnd](w, w.acts.AwaitJob, do[activities.JobRef](w, w.acts.StartStaging, r))
}

func (w *twin) copies(server string) []farm.PackageCopy {
	w.Helper()
	t := w.server(server)
	return do[[]farm.PackageCopy](w, w.acts.ReadCopies, activities.CopiesRequest{
		ServerTarget: t, Release: w.options.Release, Architecture: farm.X64, Directory: w.options.Rollout.Packages.Folder(t.Server),
	})
}

func TestPackagesArePulled(t *testing.T) {
	for name, source := range map[string]farm.PackageSource{"from a share": {UNC: share}, "from an address": {URL: address}} {
		t.Run(name, func(t *testing.T) {
			w := newTwin(t, from(source))
			for _, c := range w.copies(app01) {
				require.False(t, c.Exists)
			}
			end := w.pull(w.stage(app01, "run-packages-1"))
			require.Equal(t, scripts.PullDone, end.Exit)
			copies := w.copies(app01)
			require.Len(t, copies, 2)
			for i, c := range copies {
				require.True(t, c.Exists)
				require.Equal(t, staging+`\`+w.stage(app01, "").Files[i], c.Path)
				require.Len(t, c.SHA256, 64)
				require.False(t, c.Blocked)
				require.Equal(t, "Valid", c.Signature.Status)
				require.Contains(t, c.Signature.Signer, w.options.Release.Packages[i].Signer)
			}
			require.Contains(t, end.Tail[0], w.stage(app01, "").Files[0])

			// what is there stays, unless it was found damaged
			w.sim.World().View(func(tx *world.Tx) {
				f, _ := windows.GetFile(tx, app01, copies[0].Path)
				require.Equal(t, int64(64<<20), f.Size)
			})
			second := w.pull(w.stage(app01, "run-packages-2"))
			require.Equal(t, scripts.PullDone, second.Exit)
			require.NotEqual(t, end.Tail, second.Tail)
			again := w.stage(app01, "run-packages-3")
			again.Again = true
			require.Equal(t, end.Tail, w.pull(again).Tail)

			clean := activities.CleanUpRequest{ServerTarget: w.server(app01), Jobs: []string{"run-packages-1", "run-packages-2", "run-packages-3"}, Folder: staging, Packages: again.Files}
			do[none](w, w.acts.CleanUp, clean)
			do[none](w, w.acts.CleanUp, clean)
			w.sim.World().View(func(tx *world.Tx) { require.False(t, windows.FolderExists(tx, app01, `D:\farmhand`)) })
		})
	}
}

// What goes wrong with a pull is told by its exit code, and nothing that is half there has the package's name.
func TestPullThatFails(t *testing.T) {
	at := func(server, kind string) world.Fault {
		return world.Fault{Host: server, Step: "fetch " + office, Kind: kind}
	}
	w := newTwin(t, func(o *simulator.Options) {
		o.Rollout.Packages = farm.PackageSource{UNC: share}
		o.Twin.Faults = []world.Fault{at(app01, "down"), at(app02, "truncate"), at(wfe01, "disk-full"), at(wfe02, "corrupt")}
	})
	for server, exit := range map[string]int{app01: scripts.PullUnreadable, app02: scripts.PullEndedEarly, wfe01: scripts.PullEndedEarly} {
		require.Equal(t, exit, w.pull(w.stage(server, "run-packages-1")).Exit, server)
		copies := w.copies(server)
		require.True(t, copies[0].Exists, "the first file was whole")
		require.False(t, copies[1].Exists, server)
		require.Equal(t, scripts.PullDone, w.pull(w.stage(server, "run-packages-2")).Exit, server)
		require.True(t, w.copies(server)[1].Exists)
	}
	require.Zero(t, w.pull(w.stage(wfe02, "run-packages-1")).Exit, "nobody notices while it is copied")
	copies := w.copies(wfe02)
	require.True(t, copies[1].Signature.Broken())
	require.NotEqual(t, w.copies(app01)[1].SHA256, copies[1].SHA256)

	elsewhere := w.stage(app01, "run-packages-3")
	elsewhere.Source.UNC = `\\nowhere\updates`
	require.Equal(t, scripts.PullUnreadable, w.pull(elsewhere).Exit)
}

// A reboot ends the job; the next one does what is left.
func TestPullThatARebootEnds(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		o.Rollout.Packages = farm.PackageSource{URL: address}
		o.Twin.Faults = []world.Fault{{Host: app01, Step: "fetch " + office, Kind: "reboot"}}
	})
	ref := again[activities.JobRef](w, w.acts.StartStaging, w.stage(app01, "run-packages-1"))
	end := again[activities.JobEnd](w, w.acts.AwaitJob, ref)
	require.True(t, end.Gone)
	require.True(t, end.Rebooted)
	require.Zero(t, w.pull(w.stage(app01, "run-packages-2")).Exit)
	require.True(t, w.copies(app01)[1].Exists)
}

// Windows' own words about a file reach the facts.
func TestWhatWindowsSaysOfAPackage(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		o.Twin.Packages = []simulator.TwinPackage{
			{KB: wss, Zone: "3"}, {Server: app02, KB: office, Signature: "NotSigned"}, {Server: wfe01, KB: office, Signer: "CN=Contoso, O=Contoso"},
		}
	})
	require.True(t, w.copies(app01)[0].Blocked)
	require.Equal(t, farm.Signature{Status: "NotSigned"}, w.copies(app02)[1].Signature)
	require.Equal(t, "CN=Contoso, O=Contoso", w.copies(wfe01)[1].Signature.Signer)
}
