package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCreateSurvivesAnEarlierCrash(t *testing.T) {
	db := filepath.Join(t.TempDir(), "sub", "x.db")
	require.NoError(t, os.MkdirAll(filepath.Dir(db), 0o700))
	for _, leftover := range []string{db + ".new", db + ".new-journal", db + "-wal", db + ".version.new"} {
		require.NoError(t, os.WriteFile(leftover, []byte("half a file"), 0o600))
	}
	require.NoError(t, prepareDatabase(t.Context(), db))
	require.NoError(t, prepareDatabase(t.Context(), db), "and the second start finds it")
	require.NoFileExists(t, db+".new")
}

func TestForeignDatabaseIsRefused(t *testing.T) {
	cases := []struct {
		name  string
		stamp func(t *testing.T, path string)
		wrong string
	}{
		{"no stamp", func(t *testing.T, path string) { require.NoError(t, os.Remove(path)) }, "nobody can tell"},
		{"another version", func(t *testing.T, path string) {
			require.NoError(t, os.WriteFile(path, []byte("temporal-server 1.29.1\n"), 0o600))
		}, "1.29.1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			db := filepath.Join(t.TempDir(), "x.db")
			require.NoError(t, prepareDatabase(t.Context(), db))
			c.stamp(t, stampPath(db))
			err := prepareDatabase(t.Context(), db)
			require.ErrorIs(t, err, ErrForeignDatabase)
			require.ErrorContains(t, err, c.wrong)
			require.ErrorContains(t, err, "fresh file (--db)")
		})
	}
}

func TestBrokenFileIsExplained(t *testing.T) {
	db := filepath.Join(t.TempDir(), "x.db")
	require.NoError(t, os.WriteFile(db, []byte("this is no database, however long it may be"), 0o600))
	require.NoError(t, writeStamp(db))
	require.ErrorContains(t, prepareDatabase(t.Context(), db), "not a healthy SQLite database")
}

func TestDatabaseIsPrivate(t *testing.T) {
	db := filepath.Join(t.TempDir(), "x.db")
	require.NoError(t, prepareDatabase(t.Context(), db))
	info, err := os.Stat(db)
	require.NoError(t, err)
	require.Zero(t, info.Mode().Perm()&0o077, "histories name servers and accounts")
}
