package activities_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/simulator"
	"farmhand/simulator/world"
)

// detect is what detection says of the farm's packages on a server.
func (w *twin) detect(server string) activities.DetectResult {
	w.Helper()
	return do[activities.DetectResult](w, w.acts.DetectPackages, activities.DetectRequest{ServerTarget: w.server(server), Release: w.options.Release})
}

func (w *twin) requireOnce(server, text string) {
	w.Helper()
	require.Len(w, w.events(server, "started", text), 1)
	require.Len(w, w.events(server, "exited", text), 1)
}

func TestAPackageIsInstalledOnce(t *testing.T) {
	w := newTwin(t, nil)
	r := w.pkg(app01, wss, "run-install-1")
	require.False(t, w.detect(app01).Packages[0].Installed)

	ref := do[activities.JobRef](w, w.acts.StartPackage, r)
	require.False(t, ref.Boot.IsZero(), "a later boot could not be told")
	require.Contains(t, ref.Ran, "/quiet /norestart", "the wizard must not start by itself")
	require.Equal(t, ref, do[activities.JobRef](w, w.acts.StartPackage, r))
	end := do[activities.JobEnd](w, w.acts.AwaitJob, ref)
	require.Equal(t, activities.JobEnd{Boot: ref.Boot, Log: farm.PackageLog{Result: new(0)}, Read: end.Read}, end)
	require.Equal(t, ref.Log, end.Read.Path)
	require.Positive(t, end.Read.Lines)
	require.Regexp(t, "^[0-9a-f]{64}$", end.Read.SHA256)
	require.Equal(t, end, do[activities.JobEnd](w, w.acts.AwaitJob, ref))
	require.Equal(t, ref, do[activities.JobRef](w, w.acts.StartPackage, r), "an ended job is found, not started")
	w.requireOnce(app01, wss)

	found := w.detect(app01)
	require.True(t, found.Packages[0].Installed)
	require.Contains(t, found.Packages[0].Evidence, wss)
	require.False(t, found.Packages[1].Installed)
	require.Equal(t, "B2B_UPGRADE", found.SetupType)
}

func TestAPackageOnServer2003(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) { o.Twin.Servers = []simulator.TwinServer{{Name: app02, OS: "2003"}} })
	r := w.pkg(app02, wss, "run-install-1")
	ref := do[activities.JobRef](w, w.acts.StartPackage, r)
	require.Zero(t, do[activities.JobEnd](w, w.acts.AwaitJob, ref).Exit)
	require.Equal(t, ref, do[activities.JobRef](w, w.acts.StartPackage, r))
	w.requireOnce(app02, wss)
}

// The code is what the workflow judges; detection says what became of the server.
func TestExitCodesOfAPackage(t *testing.T) {
	at := func(server, kind string, code int) world.Fault {
		return world.Fault{Host: server, Step: "package " + wss, Kind: kind, Code: code, Text: "as the fault says"}
	}
	w := newTwin(t, func(o *simulator.Options) {
		o.Twin.Faults = []world.Fault{at(app01, "exit", 17031), at(app02, "exit", 3010), at(wfe01, "fail", 0), at(wfe02, "disk-full", 0)}
	})
	for _, tc := range []struct {
		server    string
		exit      int
		class     farm.ExitClass
		installed bool
	}{
		{app01, 17031, farm.ExitPrerequisite, false},
		{app02, 3010, farm.ExitReboot, true},
		{wfe01, 17029, farm.PackageExit(17029).Class, false},
		{wfe02, 17303, farm.PackageExit(17303).Class, false},
	} {
		ref := do[activities.JobRef](w, w.acts.StartPackage, w.pkg(tc.server, wss, "run-install-1"))
		end := do[activities.JobEnd](w, w.acts.AwaitJob, ref)
		require.False(t, end.Gone)
		require.Equal(t, tc.exit, end.Exit)
		require.Equal(t, tc.class, farm.PackageExit(end.Exit).Class)
		found := w.detect(tc.server)
		require.Equal(t, tc.installed, found.Packages[0].Installed, tc.server)
		require.Equal(t, tc.exit == 3010, len(found.PendingReboot) > 0, tc.server)
		w.requireOnce(tc.server, wss)
	}
}

func TestAPackageThatCannotRun(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		o.Twin.Servers = []simulator.TwinServer{
			{Name: app01, Missing: []string{wss}}, {Name: app02, Installed: []string{wss}}, {Name: wfe01, Baseline: "12.0.4518.1016"},
		}
	})
	run := func(server string) activities.JobEnd {
		return do[activities.JobEnd](w, w.acts.AwaitJob, do[activities.JobRef](w, w.acts.StartPackage, w.pkg(server, wss, "run-install-1")))
	}
	w.part("not there", func(t *testing.T) {
		end := run(app01)
		require.False(t, end.Gone)
		require.False(t, farm.PackageExit(end.Exit).Class.Succeeded(), end.Exit)
		require.NotEmpty(t, end.Tail, "nobody could tell why")
		require.Empty(t, w.events(app01, "started", wss))
	})
	w.part("installed before", func(t *testing.T) {
		require.True(t, w.detect(app02).Packages[0].Installed)
		require.Equal(t, farm.ExitBenign, farm.PackageExit(run(app02).Exit).Class)
	})
	w.part("without the baseline", func(t *testing.T) {
		require.Equal(t, farm.ExitPrerequisite, farm.PackageExit(run(wfe01).Exit).Class)
	})
}

func TestAwaitJobIsCancelledAndRunAgain(t *testing.T) {
	const step = "package " + wss
	w := newTwin(t, func(o *simulator.Options) { o.Twin.Holds = []world.Hold{{Host: app01, Step: step}} })
	ref := do[activities.JobRef](w, w.acts.StartPackage, w.pkg(app01, wss, "run-install-1"))
	w.await(app01, "held", wss)

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	from := w.last()
	go func() {
		_ = w.next(ctx, from, app01, "script", "job-state.ps1") // it has begun to look
		cancel()
	}()
	_, err := w.run(ctx, w.acts.AwaitJob, ref)
	w.requireFailure(err, farm.FailureInterrupted, app01, true) // nobody asked Temporal for it: as when a worker stops
	w.sim.World().Release(app01, step)
	end := do[activities.JobEnd](w, w.acts.AwaitJob, ref)
	require.Equal(t, activities.JobEnd{Boot: ref.Boot, Log: farm.PackageLog{Result: new(0)}, Read: end.Read}, end)
	w.requireOnce(app01, wss)
}

// A worker that is told to stop lets go of a job at once, long before its other activities are cut off.
func TestAStoppingWorkerHandsAJobOver(t *testing.T) {
	const step = "package " + wss
	w := newTwin(t, func(o *simulator.Options) { o.Twin.Holds = []world.Hold{{Host: app01, Step: step}} })
	ref := do[activities.JobRef](w, w.acts.StartPackage, w.pkg(app01, wss, "run-install-1"))
	w.await(app01, "held", wss)

	stop, from := make(chan struct{}), w.last()
	go func() {
		_ = w.next(t.Context(), from, app01, "script", "job-state.ps1") // it has begun to look
		close(stop)
	}()
	env := newEnvironment()
	env.SetWorkerStopChannel(stop)
	env.RegisterActivity(w.acts)
	_, err := env.ExecuteActivity(w.acts.AwaitJob, ref)
	w.requireFailure(err, farm.FailureInterrupted, app01, true)
	w.sim.World().Release(app01, step)
	require.Zero(t, do[activities.JobEnd](w, w.acts.AwaitJob, ref).Exit, "another worker finds it")
	w.requireOnce(app01, wss)
}

func TestAServerThatRebootsUnderAJob(t *testing.T) {
	for _, kind := range []string{"reboot", "power-loss"} {
		t.Run(kind, func(t *testing.T) {
			w := newTwin(t, func(o *simulator.Options) {
				o.Twin.Faults = []world.Fault{{Host: app01, Step: "package " + wss, Kind: kind}}
				o.Twin.Holds = []world.Hold{{Host: app01, Step: "boot", For: 250 * time.Millisecond}} // long enough to be seen down
			})
			r := w.pkg(app01, wss, "run-install-1")
			ref := again[activities.JobRef](w, w.acts.StartPackage, r)
			end := again[activities.JobEnd](w, w.acts.AwaitJob, ref)
			require.True(t, end.Gone)
			require.True(t, end.Rebooted)
			require.True(t, end.Boot.After(ref.Boot), "%s is not after %s", end.Boot, ref.Boot)
			require.False(t, w.detect(app01).Packages[0].Installed)

			// A worker that was down all the while finds the same: the job is not started a second time.
			require.Equal(t, ref, do[activities.JobRef](w, w.acts.StartPackage, r))
			require.Equal(t, end, do[activities.JobEnd](w, w.acts.AwaitJob, ref))
			require.Len(t, w.events(app01, "started", wss), 1)
			require.Len(t, w.events(app01, "boot", ""), 1)
		})
	}
}

func TestAJobOutlivesTheSimulator(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		o.Dir = t.TempDir()
		o.Twin.Holds = []world.Hold{{Host: app01, Step: "package " + wss}}
	})
	r := w.pkg(app01, wss, "run-install-1")
	ref := do[activities.JobRef](w, w.acts.StartPackage, r)
	w.await(app01, "held", wss)
	require.NoError(t, w.sim.Close())
	_, err := try[activities.JobEnd](w, w.acts.AwaitJob, ref)
	w.requireFailure(err, farm.FailureUnreachable, app01, true)

	w.start()
	end := do[activities.JobEnd](w, w.acts.AwaitJob, ref)
	require.Equal(t, activities.JobEnd{Boot: ref.Boot, Log: farm.PackageLog{Result: new(0)}, Read: end.Read}, end)
	require.Equal(t, ref, do[activities.JobRef](w, w.acts.StartPackage, r))
	w.requireOnce(app01, wss)
	require.True(t, w.detect(app01).Packages[0].Installed)
}

func TestARunAsAccountThatIsRefused(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) { o.Twin.Servers = []simulator.TwinServer{{Name: wfe01, OS: "2003"}} })
	for _, server := range []string{app01, wfe01} {
		r := w.pkg(server, wss, "run-install-1")
		r.RunAs = mistaken()
		_, err := try[activities.JobRef](w, w.acts.StartPackage, r)
		f := w.requireFailure(err, farm.FailureAuth, server, false)
		require.Contains(t, f.Message, setupUser)
		require.Equal(t, farm.StepInstallPackage, f.Step)
		require.Empty(t, w.events(server, "started", wss))
		require.Empty(t, w.events(server, "auth-failed", ""), "WinRM's own logon is right")
	}
}
