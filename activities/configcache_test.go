package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/simulator"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// How long a test waits for what the farm does by itself, and how often it looks.
const eventually, tick = 30 * time.Second, 20 * time.Millisecond

// TestAStaleCacheIsCleared: the wizard fails with the conflict that people met until the cache of the server
// is cleared, and the fix does what KB939308 says, on both generations of Windows.
func TestAStaleCacheIsCleared(t *testing.T) {
	for _, os := range []string{"2008", "2003"} {
		t.Run(os, func(t *testing.T) {
			w := newTwin(t, func(o *simulator.Options) {
				installed(o)
				for i, s := range o.Twin.Servers {
					o.Twin.Servers[i].StaleCache, o.Twin.Servers[i].OS = s.Name == wfe01, os
				}
			})
			w.usersOff()
			end, logs := w.configure("run-wizard-1")
			require.Equal(t, 1, end.Exit)
			known := farm.RecogniseFailure(logs.UpgradeLines, logs.Summary)
			require.Equal(t, "update conflict", known[0].Name)
			require.Equal(t, farm.ChoiceClearConfigCache, known[0].Fix)

			before := do[farm.ConfigCache](w, w.acts.ClearConfigCache, w.server(wfe01))
			require.Equal(t, "16449", before.Stamp)
			require.Positive(t, before.Files)
			require.Contains(t, before.Folder, `\Microsoft\SharePoint\Config\`)
			w.sim.World().View(func(tx *world.Tx) {
				timer, _ := windows.GetService(tx, wfe01, farm.ServiceTimer)
				require.Equal(t, windows.Stopped, timer.State)
				require.Len(t, windows.Files(tx, wfe01, before.Folder), 1, "cache.ini alone; never the folder itself")
			})
			again := do[farm.ConfigCache](w, w.acts.ClearConfigCache, w.server(wfe01))
			require.Equal(t, farm.ConfigCacheReset, again.Stamp)
			require.Zero(t, again.Files)

			for range 2 {
				require.True(t, do[farm.ConfigCache](w, w.acts.RebuildConfigCache, w.server(wfe01)).Rebuilt())
			}
			end, _ = w.configure("run-wizard-2")
			require.Zero(t, end.Exit)
		})
	}
}

// TestAServerWithoutACache has nothing to clear.
func TestAServerWithoutACache(t *testing.T) {
	w := newTwin(t, nil)
	cache := do[farm.ConfigCache](w, w.acts.ClearConfigCache, w.server(wfe01))
	require.NoError(t, w.sim.World().Update(func(tx *world.Tx) error {
		windows.RemoveFile(tx, wfe01, cache.Folder)
		return nil
	}))
	require.Empty(t, do[farm.ConfigCache](w, w.acts.ClearConfigCache, w.server(wfe01)).Folder)
	require.Empty(t, do[farm.ConfigCache](w, w.acts.RebuildConfigCache, w.server(wfe01)).Folder)
	require.True(t, do[activities.WizardGround](w, w.acts.LookBeforeWizard, w.server(wfe01)).Timer)
}
