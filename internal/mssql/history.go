package mssql

import (
	"context"
	"database/sql"
	"time"

	driver "github.com/microsoft/go-mssqldb"
)

// BackupSet is one full backup in the history that msdb keeps.
type BackupSet struct {
	Database string `json:"database"`
	File     string `json:"file"`
	// Position of the set inside the file, from 1; RESTORE needs it when a file holds several.
	Position int `json:"position"`
	// Started and Finished in UTC, to the second. msdb keeps the server's local time; Offset is what was taken off, the
	// server's offset at the moment of the question, which is wrong for a backup from before a change of the clocks.
	Started      time.Time     `json:"started"`
	Finished     time.Time     `json:"finished"`
	Offset       time.Duration `json:"offset"`
	CopyOnly     bool          `json:"copy_only"`
	HasChecksums bool          `json:"has_checksums"`
	// Damaged is set when the backup went on in spite of damaged pages.
	Damaged bool  `json:"damaged"`
	Bytes   int64 `json:"bytes"`
}

// firstDateTime is the earliest moment the type datetime can hold.
var firstDateTime = time.Date(1753, 1, 1, 0, 0, 0, 0, time.UTC)

const (
	clockStatement = `SELECT GETDATE() AS local_clock, GETUTCDATE() AS utc_clock`

	// Type D is a full database backup.
	historyStatement = `SELECT s.database_name, s.backup_start_date, s.backup_finish_date, s.is_copy_only, s.has_backup_checksums, ` +
		`s.is_damaged, s.position, CAST(s.backup_size AS bigint) AS backup_size, m.physical_device_name ` +
		`FROM msdb.dbo.backupset AS s JOIN msdb.dbo.backupmediafamily AS m ON m.media_set_id = s.media_set_id ` +
		`WHERE s.type = 'D' AND s.database_name = @p1 AND s.backup_finish_date >= @p2 ORDER BY s.backup_finish_date DESC`
)

// Backups returns the full backups of a database that finished at or after since, newest first. A backup that proves that
// nobody's work is lost must have Started after users went off.
func (s *Server) Backups(ctx context.Context, database string, since time.Time) ([]BackupSet, error) {
	op := operation{span: "sql.backup-history", doing: "read the backup history of " + database, database: database}
	offset, err := s.offset(ctx)
	if err != nil {
		return nil, err
	}
	var sets []BackupSet
	// msdb rounds to the second, so the limit does too.
	limit := since.UTC().Add(offset).Truncate(time.Second)
	if limit.Before(firstDateTime) {
		limit = firstDateTime
	}
	err = s.query(ctx, op, func(rows *sql.Rows) error {
		b := BackupSet{Offset: offset}
		var started, finished time.Time
		var size sql.NullInt64
		var copyOnly, checksums, damaged sql.NullBool
		if err := rows.Scan(&b.Database, &started, &finished, &copyOnly, &checksums, &damaged, &b.Position, &size, &b.File); err != nil {
			return err
		}
		b.Started, b.Finished = started.UTC().Add(-offset), finished.UTC().Add(-offset)
		b.CopyOnly, b.HasChecksums, b.Damaged, b.Bytes = copyOnly.Bool, checksums.Bool, damaged.Bool, size.Int64
		sets = append(sets, b)
		return nil
	}, historyStatement, database, driver.DateTime1(limit))
	return sets, err
}

// offset asks how far the server's local time is from UTC.
func (s *Server) offset(ctx context.Context) (time.Duration, error) {
	op := operation{span: "sql.clock", doing: "read its clock", harmless: true}
	var offset time.Duration
	err := s.query(ctx, op, func(rows *sql.Rows) error {
		var local, utc time.Time
		err := rows.Scan(&local, &utc)
		offset = clockOffset(local, utc)
		return err
	}, clockStatement)
	return offset, err
}
