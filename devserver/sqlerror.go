package main

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// primaryCode is the mask that strips the extension from a SQLite result code.
const primaryCode = 0xff

// openError puts a failure to open the database into an administrator's words.
func openError(db string, err error) error {
	if sqliteErr, ok := errors.AsType[*sqlite.Error](err); ok {
		switch sqliteErr.Code() & primaryCode {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			return fmt.Errorf("%w: another process has %s open: stop it, or start with another file (--db)", ErrDatabaseInUse, db)
		case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
			return fmt.Errorf("%s is not a healthy SQLite database: restore it from a backup, or start with another file (--db): %w", db, err)
		}
	}
	return fmt.Errorf("open database %s: %w", db, err)
}
