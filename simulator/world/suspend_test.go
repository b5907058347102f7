//go:build linux

package world_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/world"
)

// /dev/full takes nothing, as a full disk does. What was answered before is there at the next start, and the journal is
// made again.
func TestAWorldThatCannotBeWrittenIsSuspended(t *testing.T) {
	const full = "/dev/full"
	change := func(w *world.World) error {
		return w.Update(func(tx *world.Tx) error {
			tx.Put("n", 1)
			tx.Record(world.Event{Host: "APP01", Protocol: world.ProtocolSystem, Event: "boot"})
			return nil
		})
	}
	dir := t.TempDir()
	journal := filepath.Join(dir, "journal")
	require.NoError(t, os.Symlink(full, journal))
	w := open(t, world.Options{Dir: dir, Journal: journal})
	require.NoError(t, w.Failure())
	require.ErrorContains(t, change(w), "journal: write "+journal)
	<-w.Done()
	require.ErrorContains(t, w.Failure(), "no space left on device")
	require.ErrorIs(t, change(w), world.ErrClosed)

	require.NoError(t, os.Remove(journal))
	again := open(t, world.Options{Dir: dir, Journal: journal})
	events, _ := again.Events(0)
	require.Len(t, events, 1, "the log had it")
	text, err := os.ReadFile(journal)
	require.NoError(t, err)
	require.Contains(t, string(text), `"boot"`)
	require.NoError(t, again.Close())
	require.NoError(t, again.Failure(), "it was asked to close")
}
