package mssql

import (
	"context"
	"database/sql"
	"strings"
	"time"

	driver "github.com/microsoft/go-mssqldb"
)

// SetType is the kind of a backup as msdb writes it (Books Online, "backupset").
type SetType string

// The types that bring a database back. A differential needs the full backup it is based on.
const (
	SetFull         SetType = "D"
	SetDifferential SetType = "I"
)

// deviceDisk is the device_type of a file. A tape, or the virtual device of another program, cannot be read by a statement.
const deviceDisk = 2

// BackupSet is one full or differential backup in the history that msdb keeps.
type BackupSet struct {
	// ID is the set's own GUID (backup_set_uuid); Base that of the full backup a differential builds on.
	ID       string  `json:"id"`
	Base     string  `json:"base,omitempty"`
	Type     SetType `json:"type"`
	Database string  `json:"database"`
	// Files are the files of the media set, more than one when the backup is striped over several.
	Files []string `json:"files"`
	// OnDisk is set when every file is a file: neither a tape nor the virtual device of another program.
	OnDisk bool `json:"on_disk"`
	// Position of the set inside its files, from 1; RESTORE needs it when a file holds several.
	Position int `json:"position"`
	// Started and Finished in UTC, to the second. msdb keeps the server's local time; Offset is what was taken off, the
	// server's offset at the moment of the question, which is wrong for a backup from before a change of the clocks.
	Started      time.Time     `json:"started"`
	Finished     time.Time     `json:"finished"`
	Offset       time.Duration `json:"offset"`
	CopyOnly     bool          `json:"copy_only"`
	HasChecksums bool          `json:"has_checksums"`
	// Damaged is set when the backup went on in spite of damaged pages.
	Damaged bool   `json:"damaged"`
	Bytes   int64  `json:"bytes"`
	User    string `json:"user"`
}

// File is the first of the set's files.
func (b BackupSet) File() string {
	if len(b.Files) == 0 {
		return ""
	}
	return b.Files[0]
}

// firstDateTime is the earliest moment the type datetime can hold.
var firstDateTime = time.Date(1753, 1, 1, 0, 0, 0, 0, time.UTC)

const (
	clockStatement = `SELECT GETDATE() AS local_clock, GETUTCDATE() AS utc_clock`

	// Mirrored media (another meaning of the word: the same files a second time) are left out.
	setsStatement = `SELECT CAST(s.backup_set_uuid AS nvarchar(36)) AS set_id, CAST(s.differential_base_guid AS nvarchar(36)) AS base_id, s.type, ` +
		`s.database_name, s.backup_start_date, s.backup_finish_date, s.is_copy_only, s.has_backup_checksums, ` +
		`s.is_damaged, s.position, CAST(s.backup_size AS bigint) AS backup_size, s.user_name, m.physical_device_name, m.device_type ` +
		`FROM msdb.dbo.backupset AS s JOIN msdb.dbo.backupmediafamily AS m ON m.media_set_id = s.media_set_id `
	setsOrder = ` AND m.mirror = 0 ORDER BY s.backup_finish_date DESC, s.backup_set_id DESC, m.family_sequence_number`

	historyStatement = setsStatement + `WHERE s.type IN ('D', 'I') AND s.database_name = @p1 AND s.backup_finish_date >= @p2` + setsOrder
	setStatement     = setsStatement + `WHERE s.type IN ('D', 'I') AND CAST(s.backup_set_uuid AS nvarchar(36)) = @p1` + setsOrder

	// The base is a fact of the data files: it knows what msdb may have forgotten.
	baseStatement = `SELECT CAST(differential_base_guid AS nvarchar(36)) AS base_id FROM sys.master_files WHERE database_id = DB_ID(@p1) AND type = 0`
)

// Backups returns the full and differential backups of a database that finished at or after since, newest first. A backup
// that proves that nobody's work is lost must have Started after users went off.
func (s *Server) Backups(ctx context.Context, database string, since time.Time) ([]BackupSet, error) {
	op := operation{span: "sql.backup-history", doing: "read the backup history of " + database, database: database}
	offset, _, err := s.clock(ctx)
	if err != nil {
		return nil, err
	}
	// msdb rounds to the second, so the limit does too.
	limit := since.UTC().Add(offset).Truncate(time.Second)
	if limit.Before(firstDateTime) {
		limit = firstDateTime
	}
	return s.sets(ctx, op, offset, historyStatement, database, driver.DateTime1(limit))
}

// DifferentialBase returns the full backup that a differential of the database would be based on. It is false where there
// is none, or where msdb does not know it any more: the server remembers only its id then.
func (s *Server) DifferentialBase(ctx context.Context, database string) (BackupSet, bool, error) {
	op := operation{span: "sql.differential-base", doing: "look for the differential base of " + database, database: database}
	base := ""
	if err := s.query(ctx, op, func(rows *sql.Rows) error {
		var id sql.NullString
		err := rows.Scan(&id)
		if id.String != "" {
			base = id.String
		}
		return err
	}, baseStatement, database); err != nil || base == "" {
		return BackupSet{}, false, err
	}
	return s.BackupSet(ctx, base)
}

// BackupSet returns the backup with that id. It is false where msdb does not know it.
func (s *Server) BackupSet(ctx context.Context, id string) (BackupSet, bool, error) {
	op := operation{span: "sql.backup-history", doing: "look for the backup set " + id}
	offset, _, err := s.clock(ctx)
	if err != nil {
		return BackupSet{}, false, err
	}
	sets, err := s.sets(ctx, op, offset, setStatement, strings.ToUpper(id))
	if err != nil || len(sets) == 0 {
		return BackupSet{}, false, err
	}
	return sets[0], true, nil
}

// sets reads backup sets; the rows of one that is striped over several files become one.
func (s *Server) sets(ctx context.Context, op operation, offset time.Duration, statement string, args ...any) ([]BackupSet, error) {
	var sets []BackupSet
	err := s.query(ctx, op, func(rows *sql.Rows) error {
		b := BackupSet{Offset: offset}
		var id, base, file, user sql.NullString
		var started, finished time.Time
		var size, device sql.NullInt64
		var copyOnly, checksums, damaged sql.NullBool
		if err := rows.Scan(&id, &base, &b.Type, &b.Database, &started, &finished, &copyOnly, &checksums, &damaged, &b.Position, &size, &user, &file, &device); err != nil {
			return err
		}
		b.ID, b.Base, b.User = id.String, base.String, user.String
		b.Started, b.Finished = started.UTC().Add(-offset), finished.UTC().Add(-offset)
		b.CopyOnly, b.HasChecksums, b.Damaged, b.Bytes = copyOnly.Bool, checksums.Bool, damaged.Bool, size.Int64
		b.Files, b.OnDisk = []string{file.String}, device.Int64 == deviceDisk
		if n := len(sets); n > 0 && b.ID != "" && sets[n-1].ID == b.ID {
			sets[n-1].Files = append(sets[n-1].Files, file.String)
			sets[n-1].OnDisk = sets[n-1].OnDisk && b.OnDisk
			return nil
		}
		sets = append(sets, b)
		return nil
	}, statement, args...)
	return sets, err
}

// Skew is how far the server's clock is ahead of this machine's: msdb writes the server's times, and whoever compares them
// with his own has to know.
func (s *Server) Skew(ctx context.Context) (time.Duration, error) {
	before := time.Now()
	_, utc, err := s.clock(ctx)
	return utc.Sub(before.UTC().Add(time.Since(before) / 2)), err
}

// clock asks how far the server's local time is from UTC, and for its UTC time.
func (s *Server) clock(ctx context.Context) (offset time.Duration, utc time.Time, err error) {
	op := operation{span: "sql.clock", doing: "read its clock", harmless: true}
	err = s.query(ctx, op, func(rows *sql.Rows) error {
		var local time.Time
		err := rows.Scan(&local, &utc)
		offset = clockOffset(local, utc)
		return err
	}, clockStatement)
	return offset, utc, err
}
