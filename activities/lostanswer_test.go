package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/simulator/world"
)

// An answer that is lost after a change took effect must not make the change happen twice.
func TestALostAnswerChangesNothingTwice(t *testing.T) {
	// Each round loses the answer to a later command, until the activity is through before the fault strikes.
	rounds := func(t *testing.T, host string, round func(w *twin) (lost bool)) {
		for skip := 0; ; skip++ {
			w := newTwin(t, faults(world.Fault{Host: host, Step: "winrm Command", Kind: "lost-reply", Skip: skip}))
			if !round(w) {
				require.GreaterOrEqual(t, skip, 4, "a stop takes as many: look, set the mode, stop, look")
				return
			}
		}
	}
	t.Run("StartPackage", func(t *testing.T) {
		rounds(t, app01, func(w *twin) bool {
			r := w.pkg(app01, wss, "run-install-1")
			ref, err := try[activities.JobRef](w, w.acts.StartPackage, r)
			lost := err != nil
			if lost {
				f := w.requireFailure(err, farm.FailureInterrupted, app01, true)
				require.Equal(w, farm.StepInstallPackage, f.Step)
				ref = do[activities.JobRef](w, w.acts.StartPackage, r)
			}
			require.Zero(w, again[activities.JobEnd](w, w.acts.AwaitJob, ref).Exit)
			w.requireOnce(app01, wss)
			return lost
		})
	})
	t.Run("StopService", func(t *testing.T) {
		rounds(t, wfe01, func(w *twin) bool {
			r := activities.StopRequest{ServerTarget: w.server(wfe01), Name: farm.ServiceWebPublishing, StartMode: farm.StartManual}
			_, err := try[farm.ServiceState](w, w.acts.StopService, r)
			if err != nil {
				w.requireFailure(err, farm.FailureInterrupted, wfe01, true)
				require.False(w, do[farm.ServiceState](w, w.acts.StopService, r).Running)
			}
			require.Len(w, w.events(wfe01, "service-stopped", farm.ServiceWebPublishing), 1)
			require.Len(w, w.events(wfe01, "service-start-mode", farm.ServiceWebPublishing), 1)
			return err != nil
		})
	})
}

// A server restarts once, also where nobody heard that it was asked to. Whether it was is not known either: what a
// client that lost its answer cleans up may have ended the command first.
func TestALostAnswerToARestart(t *testing.T) {
	w := newTwin(t, faults(world.Fault{Host: wfe01, Step: "winrm Command", Kind: "lost-reply", Skip: 2}))
	before := do[time.Time](w, w.acts.BootTime, w.server(wfe01))
	r := activities.RebootRequest{ServerTarget: w.server(wfe01), BootBefore: before}
	_, err := try[time.Time](w, w.acts.Reboot, r)
	w.requireFailure(err, farm.FailureInterrupted, wfe01, true)
	require.True(t, again[time.Time](w, w.acts.Reboot, r).After(before))
	require.Len(t, w.events(wfe01, "boot", ""), 1)
}

// A backup whose end nobody heard of is in the history, and is verified and not taken again.
func TestALostAnswerToABackup(t *testing.T) {
	w := newTwin(t, faults(world.Fault{Host: sql01, Step: "sql batch", Kind: "reset-after", Skip: 4}))
	r := w.bak("PWA_Draft")
	_, err := try[activities.BackupResult](w, w.acts.BackupDatabase, r)
	w.requireFailure(err, farm.FailureUnreachable, sql01, true)
	require.Len(t, w.backups("PWA_Draft"), 1)
	res := do[activities.BackupResult](w, w.acts.BackupDatabase, r)
	require.True(t, res.Already)
	require.True(t, res.Verified)
	require.Len(t, w.backups("PWA_Draft"), 1)
}
