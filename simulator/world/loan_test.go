package world_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/world"
)

func TestAScopeBorrowsWhatFarmsShare(t *testing.T) {
	w, _, err := world.Open(world.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	a := w.Scope("a")
	b := w.Scope("b").Borrow("sql/SQL01/", a)
	put := func(in *world.World, key, value string) {
		require.NoError(t, in.Update(func(tx *world.Tx) error { tx.Put(key, value); return nil }))
	}
	put(a, "sql/SQL01/database/one", "of a")
	put(b, "sql/SQL01/database/two", "of b")
	put(b, "sql/SQL02/database/three", "of b alone")
	put(b, "server/WFE01", "of b alone")
	for _, in := range []*world.World{a, b, b.Stretch(2)} {
		in.View(func(tx *world.Tx) {
			require.Equal(t, []string{"sql/SQL01/database/one", "sql/SQL01/database/two"}, tx.Keys("sql/SQL01/"))
			var value string
			require.True(t, tx.Get("sql/SQL01/database/two", &value))
			require.Equal(t, "of b", value)
			require.Equal(t, in != a, tx.Get("sql/SQL02/database/three", &value))
			require.Equal(t, in != a, tx.Get("server/WFE01", &value))
		})
	}
	require.NoError(t, b.Update(func(tx *world.Tx) error { tx.Delete("sql/SQL01/database/one"); return nil }))
	a.View(func(tx *world.Tx) { require.Equal(t, []string{"sql/SQL01/database/two"}, tx.Keys("sql/")) })
}
