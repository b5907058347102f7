package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.temporal.io/server/common/headers"
	sqliteschema "go.temporal.io/server/schema/sqlite"
)

// ErrForeignDatabase says that the database was written by another server version, or by nobody we know.
//
// Temporal never migrates a SQLite schema. A newer server opens an older file without complaint and fails hours later,
// on the first feature whose table is missing. So the version is kept beside the file, and compared before it is
// opened.
var ErrForeignDatabase = errors.New("database of another server version")

// stampText is what this build writes: the server and the two schemas it carries.
func stampText() string {
	return fmt.Sprintf("temporal-server %s, sqlite schema %s, visibility schema %s\n",
		headers.ServerVersion, sqliteschema.Version, sqliteschema.VisibilityVersion)
}

// stampPath is where the version of a database is kept.
func stampPath(db string) string { return db + ".version" }

// checkStamp refuses an existing database that this build did not create.
func checkStamp(db string) error {
	const wayOut = "finish or export its rollouts with the farmhand build that wrote it, or start with a fresh file (--db)"
	text, err := os.ReadFile(stampPath(db))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: %s has no %s beside it, so nobody can tell which server wrote it: %s",
			ErrForeignDatabase, db, filepath.Base(stampPath(db)), wayOut)
	case err != nil:
		return fmt.Errorf("version of %s: %w", db, err)
	case string(text) != stampText():
		return fmt.Errorf("%w: %s was written by %q and this is %q: %s",
			ErrForeignDatabase, db, strings.TrimSpace(string(text)), strings.TrimSpace(stampText()), wayOut)
	}
	return nil
}

// writeStamp records the version of a database that is about to appear. It reaches the disk before the database gets
// its name, so a crash leaves a stamp without a database and never the reverse.
func writeStamp(db string) error {
	aside := stampPath(db) + ".new"
	if err := writeSynced(aside, stampText()); err != nil {
		return fmt.Errorf("version of %s: %w", db, err)
	}
	if err := os.Rename(aside, stampPath(db)); err != nil {
		return fmt.Errorf("version of %s: %w", db, err)
	}
	return nil
}

// writeSynced writes a file and waits until it is on the disk.
func writeSynced(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close())
}
