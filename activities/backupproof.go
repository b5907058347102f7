package activities

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"farmhand/internal/farm"
	"farmhand/internal/mssql"
)

// outOfReach says why SQL Server cannot read a file that somebody else wrote: moved away, or closed to its
// service account. That is no proof against the backup.
func outOfReach(err error) (string, bool) {
	e, ok := errors.AsType[*mssql.Error](err)
	if !ok || e.Kind != mssql.KindNotFound && e.Kind != mssql.KindDenied {
		return "", false
	}
	return e.Message, true
}

// noneSince is the failure of a proof: no backup of anybody's began since users went off.
func (j *backupJob) noneSince(ctx context.Context, since []mssql.BackupSet, after time.Time) error {
	message := fmt.Sprintf("msdb has no backup of %s that began since users went off at %s", j.Database, after.UTC().Format("2006-01-02 15:04:05 UTC"))
	earlier, err := j.newestFull(ctx, time.Time{})
	if err != nil {
		return err
	}
	switch {
	case len(since) > 0 && since[0].Damaged:
		message += "; the one in " + strings.Join(since[0].Files, ", ") + " was taken from a damaged database"
	case len(since) > 0:
		message += fmt.Sprintf("; the one that ended %s had begun before, at %s", clockText(since[0].Finished), clockText(since[0].Started))
	case earlier != nil:
		message += "; the newest full one is of " + clockText(earlier.Finished)
	}
	return failf(farm.FailureNotProven, j.Server.Name, farm.StepBackupDatabase, message,
		"have the DBA take it now (a full one, or a differential one), then retry; or abort")
}

// earlier is the newest full backup from before the set that this run relies on.
func (j *backupJob) earlier(ctx context.Context, relied mssql.BackupSet) (*farm.BackupSet, error) {
	return j.newestFull(ctx, relied.Started)
}

// history is how far back an earlier backup is looked for.
const history = 35 * 24 * time.Hour

// newestFull is the newest full backup that finished before a moment; the zero time means any.
func (j *backupJob) newestFull(ctx context.Context, before time.Time) (*farm.BackupSet, error) {
	sets, err := j.server.Backups(ctx, j.Database, j.NotBefore.Add(-history))
	if err != nil {
		return nil, err
	}
	for _, s := range sets {
		if s.Type == mssql.SetFull && !s.Damaged && (before.IsZero() || s.Finished.Before(before)) {
			set := domainSet(s)
			return &set, nil
		}
	}
	return nil, nil
}

// domainSet is a backup set in the words of the domain.
func domainSet(s mssql.BackupSet) farm.BackupSet {
	kind := farm.SetFull
	if s.Type == mssql.SetDifferential {
		kind = farm.SetDifferential
	}
	return farm.BackupSet{
		Kind: kind, Files: s.Files, Position: s.Position, Started: s.Started, Finished: s.Finished, CopyOnly: s.CopyOnly, Checksums: s.HasChecksums, By: s.User,
	}
}

func clockText(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
