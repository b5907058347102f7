package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.temporal.io/server/common/config"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/schema"
)

// ErrDatabaseInUse says that another server has the database open.
var ErrDatabaseInUse = errors.New("database in use")

// schemaFiles are the tables of the two stores. Both live in one SQLite file.
var schemaFiles = []string{"sqlite/v3/temporal/schema.sql", "sqlite/v3/visibility/schema.sql"}

// storeConfig tells Temporal how to open the database.
//
//   - journal_mode=WAL doubles the throughput of SQLite's default.
//   - locking_mode=EXCLUSIVE keeps a second server away: two of them on one file would corrupt each other's shards.
//   - one connection: more of them answer "database is locked" under load, WAL or not.
func (o options) storeConfig() *config.SQL {
	return &config.SQL{
		PluginName:   sqliteplugin.PluginName,
		DatabaseName: o.db,
		MaxConns:     1,
		MaxIdleConns: 1,
		ConnectAttributes: map[string]string{
			"mode":         "rw",
			"journal_mode": "WAL",
			"synchronous":  o.synchronous,
			"locking_mode": "EXCLUSIVE",
		},
	}
}

// prepareDatabase makes sure that the file exists, is ours and is free. It returns ErrForeignDatabase and
// ErrDatabaseInUse with the way out in words.
func prepareDatabase(ctx context.Context, db string) error {
	_, err := os.Stat(db)
	switch {
	case err == nil:
		if err := checkStamp(db); err != nil {
			return err
		}
	case errors.Is(err, fs.ErrNotExist):
		if err := createDatabase(ctx, db); err != nil {
			return fmt.Errorf("create database %s: %w", db, err)
		}
	default:
		return fmt.Errorf("database %s: %w", db, err)
	}
	return checkUnused(ctx, db)
}

// createDatabase builds the schema in a file aside and renames it when it is complete. Temporal's own set-up runs the
// statements one by one in the real file: killed halfway, it leaves a database that nothing ever completes.
func createDatabase(ctx context.Context, db string) error {
	if err := os.MkdirAll(filepath.Dir(db), 0o700); err != nil {
		return err
	}
	aside := db + ".new"
	for _, leftover := range []string{aside, aside + "-journal", db + "-wal", db + "-shm"} {
		if err := os.Remove(leftover); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := writeSynced(aside, ""); err != nil { // SQLite would create it readable by everybody
		return err
	}
	if err := createSchema(ctx, aside); err != nil {
		return err
	}
	if err := writeStamp(db); err != nil {
		return err
	}
	return os.Rename(aside, db)
}

// createSchema runs the embedded schema in one transaction. The journal mode stays SQLite's default here, so that the
// finished file needs no second one beside it and can be renamed.
func createSchema(ctx context.Context, path string) (err error) {
	conn, err := sql.Open("sqlite", "file:"+path+"?_pragma=synchronous=FULL")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit this does nothing
	for _, name := range schemaFiles {
		text, err := fs.ReadFile(schema.Assets(), name)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, string(text)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return tx.Commit()
}

// checkUnused takes the lock of the database for a moment. The server that starts next takes it for good.
func checkUnused(ctx context.Context, db string) (err error) {
	conn, err := sql.Open("sqlite", "file:"+db+"?mode=rw&_pragma=locking_mode=EXCLUSIVE")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	conn.SetMaxOpenConns(1)
	var tables int
	if err := conn.QueryRowContext(ctx, "select count(*) from sqlite_master").Scan(&tables); err != nil {
		return openError(db, err)
	}
	return nil
}
