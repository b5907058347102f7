package world_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/world"
)

// FuzzOpen: whatever lies in a state directory opens as a world that takes changes and opens again with them, or is refused
// with the name of the file.
func FuzzOpen(f *testing.F) {
	f.Add([]byte(`{"world":1,"events":[{"seq":1,"event":"boot"}],"put":{"server/APP01/x":1,"farm/a/b":2}}`+"\n"+`{"world":2,"del":["farm/a/b"]}`+"\n"), []byte{1, 0, 0, 0, 0, 0, 0, 0})
	f.Add([]byte(`{"world":1,"put":{"farm/`), []byte{})
	f.Add([]byte("\n"), []byte("12345678"))
	f.Add([]byte(`{"world":-5,"put":{"hold/x":{}},"del":["",""]}`+"\n"), []byte{255, 255, 255, 255, 255, 255, 255, 255})
	f.Add([]byte(`null`+"\n"+`{"put":{"":null}}`+"\n"), []byte{0})
	f.Fuzz(func(t *testing.T, log, clock []byte) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "events.jsonl"), log, 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "clock"), clock, 0o600))
		w, _, err := world.Open(world.Options{Dir: dir})
		if err != nil {
			require.ErrorContains(t, err, dir)
			return
		}
		require.NoError(t, w.Update(func(tx *world.Tx) error {
			tx.Put("server/APP01/fuzz", true)
			return nil
		}))
		want := documents(w)
		require.NoError(t, w.Close())
		again := open(t, world.Options{Dir: dir})
		require.Equal(t, want, documents(again))
		require.NoError(t, again.Close())
	})
}
