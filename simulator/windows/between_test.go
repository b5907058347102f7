package windows

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/world"
)

// Boots that follow one another at once have times that clients tell apart, whatever the pace.
func TestBootTimesLieApart(t *testing.T) {
	w, _, err := world.Open(world.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.Close() })
	require.NoError(t, w.Update(func(tx *world.Tx) error {
		last := BootTime(tx, "APP01")
		for range 3 {
			startWindows(tx, "APP01", getBoot(tx, "APP01"))
			now := BootTime(tx, "APP01")
			require.GreaterOrEqual(t, now.Sub(last), betweenBoots)
			require.Equal(t, now, now.Truncate(time.Second))
			last = now
		}
		return nil
	}))
}
