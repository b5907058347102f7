package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/simulator"
	"farmhand/simulator/world"
)

func TestReboot(t *testing.T) {
	w := newTwin(t, nil)
	before := do[time.Time](w, w.acts.BootTime, w.server(wfe01))
	require.False(t, before.IsZero())
	r := activities.RebootRequest{ServerTarget: w.server(wfe01), BootBefore: before}
	boot := do[time.Time](w, w.acts.Reboot, r)
	require.True(t, boot.After(before))
	require.Equal(t, boot, do[time.Time](w, w.acts.Reboot, activities.RebootRequest{ServerTarget: w.server(wfe01), BootBefore: before, Only: true}))
	require.Equal(t, boot, do[time.Time](w, w.acts.BootTime, w.server(wfe01)))
	require.Len(t, w.events(wfe01, "boot", ""), 1)
}

// An installer's own reboot is waited for and not asked for.
func TestRebootOfAnInstaller(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		o.Twin.Faults = []world.Fault{{Host: wfe01, Step: "package " + wss, Kind: "exit", Code: 1641}}
	})
	ref := again[activities.JobRef](w, w.acts.StartPackage, w.pkg(wfe01, wss, "run-install-1"))
	end := again[activities.JobEnd](w, w.acts.AwaitJob, ref)
	require.False(t, end.Gone)
	require.Equal(t, farm.ExitRebooting, farm.PackageExit(end.Exit).Class)
	boot := do[time.Time](w, w.acts.Reboot, activities.RebootRequest{ServerTarget: w.server(wfe01), BootBefore: ref.Boot, Only: true})
	require.True(t, boot.After(ref.Boot), "the boot that the job was started in is none to wait for")
	require.Len(t, w.events(wfe01, "boot", ""), 1)
	require.True(t, w.detect(wfe01).Packages[0].Installed)
}
