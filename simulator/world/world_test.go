package world_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/simulator/world"
)

func open(t *testing.T, o world.Options) *world.World {
	t.Helper()
	w, _, err := world.Open(o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.Close() })
	return w
}

// killed returns a copy of a live world's directory: what a kill -9 at this moment leaves on disk.
func killed(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	require.NoError(t, os.CopyFS(to, os.DirFS(dir)))
	return to
}

func documents(w *world.World) map[string]string {
	out := map[string]string{}
	w.View(func(tx *world.Tx) {
		for _, k := range tx.Keys("") {
			var raw json.RawMessage
			tx.Get(k, &raw)
			out[k] = string(raw)
		}
	})
	return out
}

func TestAKillLosesNothingThatWasAnswered(t *testing.T) {
	dir := t.TempDir()
	w, fresh, err := world.Open(world.Options{Dir: dir})
	require.NoError(t, err)
	require.True(t, fresh)
	t.Cleanup(func() { _ = w.Close() })
	require.NoError(t, w.Update(func(tx *world.Tx) error {
		tx.Put("server/APP01/service/w3svc", "Running")
		tx.Put("server/APP01/gone", 1)
		tx.Record(world.Event{Host: "APP01", Protocol: world.ProtocolSystem, Event: "boot"})
		return nil
	}))
	require.NoError(t, w.Update(func(tx *world.Tx) error {
		tx.Delete("server/APP01/gone")
		return nil
	}))

	again, fresh, err := world.Open(world.Options{Dir: killed(t, dir)})
	require.NoError(t, err)
	t.Cleanup(func() { _ = again.Close() })
	require.False(t, fresh)
	require.Equal(t, documents(w), documents(again))
	events, _ := again.Events(0)
	require.Len(t, events, 1)
	require.Equal(t, int64(1), events[0].Seq)

	require.NoError(t, again.Update(func(tx *world.Tx) error {
		tx.Record(world.Event{Host: "APP01", Event: "shutdown"})
		return nil
	}))
	events, _ = again.Events(1)
	require.Len(t, events, 1)
	require.Equal(t, int64(2), events[0].Seq)
}

func TestALineCutShortIsCutOff(t *testing.T) {
	dir := t.TempDir()
	w := open(t, world.Options{Dir: dir})
	for i := range 3 {
		require.NoError(t, w.Update(func(tx *world.Tx) error { tx.Put("n", i); return nil }))
	}
	require.NoError(t, w.Close())
	path := filepath.Join(dir, "events.jsonl")
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	for cut := 1; cut < 20; cut++ {
		require.NoError(t, os.WriteFile(path, whole[:len(whole)-cut], 0o600))
		again := open(t, world.Options{Dir: dir})
		var n int
		again.View(func(tx *world.Tx) { tx.Get("n", &n) })
		require.Equal(t, 1, n, "cut by %d", cut)
		require.NoError(t, again.Update(func(tx *world.Tx) error { tx.Put("n", 7); return nil }))
		require.NoError(t, again.Close())
		third := open(t, world.Options{Dir: dir})
		third.View(func(tx *world.Tx) { tx.Get("n", &n) })
		require.Equal(t, 7, n)
		require.NoError(t, third.Close())
	}
	require.NoError(t, os.WriteFile(path, []byte("{}\nnot json\n"), 0o600))
	_, _, err = world.Open(world.Options{Dir: dir})
	require.ErrorContains(t, err, "byte 3")
}

func TestAnErrorDropsTheTransaction(t *testing.T) {
	w := open(t, world.Options{})
	boom := errors.New("boom")
	require.ErrorIs(t, w.Update(func(tx *world.Tx) error {
		tx.Put("a", 1)
		tx.Record(world.Event{Event: "boot"})
		return boom
	}), boom)
	require.Empty(t, documents(w))
	events, _ := w.Events(0)
	require.Empty(t, events)
	require.NoError(t, w.Close())
	require.ErrorIs(t, w.Update(func(*world.Tx) error { return nil }), world.ErrClosed)
}

func TestATransactionSeesItsOwnChanges(t *testing.T) {
	w := open(t, world.Options{})
	require.NoError(t, w.Update(func(tx *world.Tx) error { tx.Put("a/1", 1); tx.Put("a/2", 2); tx.Put("b", 3); return nil }))
	require.NoError(t, w.Update(func(tx *world.Tx) error {
		tx.Delete("a/1")
		tx.Put("a/0", 0)
		require.Equal(t, []string{"a/0", "a/2"}, tx.Keys("a/"))
		require.False(t, tx.Get("a/1", new(int)))
		tx.Put("a/1", 9)
		require.Equal(t, []string{"a/0", "a/1", "a/2"}, tx.Keys("a/"))
		return nil
	}))
	w.View(func(tx *world.Tx) {
		require.Equal(t, []string{"a/0", "a/1", "a/2"}, tx.Keys("a/"))
		require.Panics(t, func() { tx.Put("x", 1) })
	})
}

func TestTheJournalIsAProjectionOfTheLog(t *testing.T) {
	dir := t.TempDir()
	journal := filepath.Join(t.TempDir(), "journal.jsonl")
	w := open(t, world.Options{Dir: dir, Journal: journal})
	w.Record(world.Event{Host: "APP01", Protocol: world.ProtocolJob, Event: "exited", Text: "psconfig.exe", Exit: new(0)})
	w.Record(world.Event{Host: "WFE01", Protocol: world.ProtocolSystem, Event: "boot"})
	first, err := os.ReadFile(journal)
	require.NoError(t, err)
	require.Len(t, strings.Split(strings.TrimSpace(string(first)), "\n"), 2)
	require.Contains(t, string(first), `"exit":0`)
	require.NotContains(t, string(first), `"farm"`)
	require.NoError(t, w.Close())
	require.NoError(t, os.Remove(journal))
	open(t, world.Options{Dir: dir, Journal: journal})
	second, err := os.ReadFile(journal)
	require.NoError(t, err)
	require.Equal(t, string(first), string(second))
}

func TestFarmsShareNothing(t *testing.T) {
	w := open(t, world.Options{Faults: []world.Fault{{Farm: "b", Host: "APP01", Step: "wizard", Kind: "fail"}}})
	a, b := w.Scope("a"), w.Scope("b")
	require.NoError(t, a.Update(func(tx *world.Tx) error {
		tx.Put("server/APP01", "a")
		tx.Record(world.Event{Host: "APP01", Event: "boot"})
		return nil
	}))
	require.Empty(t, documents(b))
	require.Equal(t, map[string]string{"server/APP01": `"a"`}, documents(a))
	require.NoError(t, w.Scope("ab").Update(func(tx *world.Tx) error { tx.Put("server/APP02", "ab"); return nil }))
	require.Len(t, documents(a), 1, "a name that begins like another's is another farm")
	require.Len(t, documents(w), 2, "the whole world sees both")
	require.NoError(t, a.Update(func(tx *world.Tx) error { tx.Delete("server/APP01"); return nil }))
	require.Empty(t, documents(a))
	events, _ := b.Events(0)
	require.Equal(t, "a", events[0].Farm)
	_, hit := a.Strike("APP01", "wizard")
	require.False(t, hit)
	_, hit = b.Strike("app01", "Wizard")
	require.True(t, hit)
}

// TestReplay: whatever transactions ran, a world read from the log equals the live one.
func TestReplay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "world") //nolint:usetesting // one folder for each case that rapid draws
		require.NoError(t, err)
		defer func() { require.NoError(t, os.RemoveAll(dir)) }()
		w, _, err := world.Open(world.Options{Dir: dir})
		require.NoError(t, err)
		defer func() { require.NoError(t, w.Close()) }()
		key := rapid.SampledFrom([]string{"a", "a/b", "a/c", "b", "b/a", "c"})
		scope := rapid.SampledFrom([]string{"", "x", "y"})
		for range rapid.IntRange(1, 20).Draw(t, "transactions") {
			in, failed := w, rapid.Bool().Draw(t, "failed")
			if s := scope.Draw(t, "scope"); s != "" {
				in = w.Scope(s)
			}
			_ = in.Update(func(tx *world.Tx) error {
				for range rapid.IntRange(0, 5).Draw(t, "operations") {
					switch k := key.Draw(t, "key"); rapid.IntRange(0, 2).Draw(t, "operation") {
					case 0:
						tx.Put(k, rapid.String().Draw(t, "value"))
					case 1:
						tx.Delete(k)
					case 2:
						tx.Record(world.Event{Host: k, Event: "boot", Text: rapid.String().Draw(t, "text")})
					}
				}
				if failed {
					return errors.New("dropped")
				}
				return nil
			})
		}
		again, _, err := world.Open(world.Options{Dir: dir})
		require.NoError(t, err)
		defer func() { require.NoError(t, again.Close()) }()
		require.Equal(t, documents(w), documents(again))
		live, _ := w.Events(0)
		replayed, _ := again.Events(0)
		require.Len(t, replayed, len(live))
		for i := range live {
			require.True(t, live[i].Time.Equal(replayed[i].Time))
			replayed[i].Time = live[i].Time
		}
		require.Equal(t, live, replayed)
	})
}

func TestARevisionChangesWithDocumentsAlone(t *testing.T) {
	w := open(t, world.Options{Dir: t.TempDir()})
	a, b := w.Scope("a"), w.Scope("b")
	revision := func(w *world.World) (n int64) {
		w.View(func(tx *world.Tx) { n = tx.Revision() })
		return n
	}
	put := func(w *world.World) {
		require.NoError(t, w.Update(func(tx *world.Tx) error { tx.Put("k", 1); return nil }))
	}
	seen := []int64{revision(a), revision(b)}
	put(a)
	require.Greater(t, revision(a), seen[0])
	require.Equal(t, seen[1], revision(b))
	put(w)
	require.Greater(t, revision(b), seen[1])
	last := revision(a)
	a.Record(world.Event{Host: "WFE01", Event: "boot"})
	require.Error(t, a.Update(func(tx *world.Tx) error { tx.Put("k", 2); return errors.New("dropped") }))
	require.Equal(t, last, revision(a))
	require.NoError(t, a.Update(func(tx *world.Tx) error { tx.Delete("k"); return nil }))
	require.Greater(t, revision(a), last)
}
