package activities

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"farmhand/internal/farm"
	"farmhand/internal/mssql"
)

// BackupRequest backs one database up, or proves that somebody else did.
type BackupRequest struct {
	SQLTarget
	Database string `json:"database"`
	// File and Name are the backup's; empty where nothing is written.
	File string `json:"file,omitempty"`
	Name string `json:"name,omitempty"`
	// NotBefore is when users went off, by the worker's clock: an older backup is no proof.
	NotBefore time.Time `json:"not_before"`
}

// BackupResult is a backup that was taken, or found, and verified.
type BackupResult struct {
	File     string    `json:"file"`
	Finished time.Time `json:"finished"`
	// Verified is set when every set of it is.
	Verified bool `json:"verified"`
	// Already is set when an earlier run of this activity had taken it.
	Already bool `json:"already,omitempty"`
	// Sets bring the database back, in the order they are restored.
	Sets []farm.BackupSet `json:"sets"`
	// Earlier is the newest full backup from before users went off, nil where msdb knows none: extra.
	Earlier *farm.BackupSet `json:"earlier,omitempty"`
	// Busy is the number of places for backups on the SQL Server where all of them are taken: nothing was done, and
	// the caller asks again later.
	Busy int `json:"busy,omitempty"`
	// Unlimited says why the places could not be counted where SQL Server refused it; the backup was taken all the same.
	Unlimited string `json:"unlimited,omitempty"`
}

// BackupDatabase takes a backup with checksums (full and copy-only unless the file says otherwise, or
// differential), reports its progress in heartbeats, and verifies it with RESTORE VERIFYONLY. A backup of
// this run that is in the server's history already is verified, not taken again.
func (a *Activities) BackupDatabase(ctx context.Context, r BackupRequest) (BackupResult, error) {
	return a.onSQL(ctx, r, "backing up", func(ctx context.Context, j *backupJob) (BackupResult, error) {
		// msdb has the server's times, and users went off by the worker's.
		skew, err := j.server.Skew(ctx)
		if err != nil {
			return BackupResult{}, err
		}
		set, found, err := j.find(ctx, j.NotBefore.Add(skew))
		if err != nil {
			return BackupResult{}, err
		}
		if !found {
			if err := j.take(ctx); err != nil {
				return BackupResult{}, err
			}
			if set, found, err = j.find(ctx, time.Time{}); err != nil { // it is the newest in its file, whatever the clocks say
				return BackupResult{}, err
			}
			if !found {
				return BackupResult{}, failf(farm.FailureBackup, r.Server.Name, farm.StepBackupDatabase,
					"SQL Server reported the backup of "+r.Database+" as done, and its history in msdb does not hold "+r.File,
					"look at msdb.dbo.backupset; a history that is purged or broken proves nothing")
			}
		} else {
			j.result.Already = true
		}
		return j.prove(ctx, set, true)
	})
}

// ProveBackup looks for a backup that somebody else took: the newest full or differential one that began
// after users went off, in msdb, and reads it with RESTORE VERIFYONLY where SQL Server can reach it. None
// is a failure for people: they have it taken, and then it is looked for again.
func (a *Activities) ProveBackup(ctx context.Context, r BackupRequest) (BackupResult, error) {
	return a.onSQL(ctx, r, "looking for a backup of", func(ctx context.Context, j *backupJob) (BackupResult, error) {
		// A clock of the server that is ahead must not let an older backup pass.
		skew, err := j.server.Skew(ctx)
		if err != nil {
			return BackupResult{}, err
		}
		since := r.NotBefore.Add(skew)
		sets, err := j.server.Backups(ctx, r.Database, since)
		if err != nil {
			return BackupResult{}, err
		}
		i := slices.IndexFunc(sets, func(s mssql.BackupSet) bool { return !s.Started.Before(since) && !s.Damaged })
		if i < 0 {
			return BackupResult{}, j.noneSince(ctx, sets, since)
		}
		return j.prove(ctx, sets[i], false)
	})
}

// backupJob is the work on one database.
type backupJob struct {
	BackupRequest
	server *mssql.Server
	say    func(string)
	result BackupResult
}

// onSQL opens the SQL Server of a request, takes a place there, works on it with a heartbeat, and turns errors into
// failures.
func (a *Activities) onSQL(ctx context.Context, r BackupRequest, what string, work func(context.Context, *backupJob) (BackupResult, error)) (BackupResult, error) {
	s, err := a.sql(r.SQLTarget)
	if err != nil {
		return BackupResult{}, err
	}
	defer s.Close()
	say, stop := keepBeating(ctx, what+" "+r.Database)
	defer stop()
	result, err := inPlace(ctx, s, r.Server.Backup.Parallel, func(s *mssql.Server) (BackupResult, error) {
		return work(ctx, &backupJob{BackupRequest: r, server: s, say: say})
	})
	return result, fail(r.Server.Name, farm.StepBackupDatabase, err)
}

// find looks for this run's own backup in msdb: by its file, whose name no other run has.
func (j *backupJob) find(ctx context.Context, since time.Time) (mssql.BackupSet, bool, error) {
	sets, err := j.server.Backups(ctx, j.Database, since)
	i := slices.IndexFunc(sets, func(s mssql.BackupSet) bool { return strings.EqualFold(s.File(), j.File) })
	if err != nil || i < 0 {
		return mssql.BackupSet{}, false, err
	}
	return sets[i], true, nil
}

func (j *backupJob) take(ctx context.Context) error {
	b := j.Server.Backup
	_, err := j.server.Backup(ctx, mssql.BackupRequest{
		Database: j.Database, File: j.File, CopyOnly: b.CopyOnly, Differential: b.Mode == farm.BackupDifferential, Name: j.Name,
	}, func(percent int) {
		j.say(fmt.Sprintf("%s %d percent", j.Database, percent))
	})
	return err
}

// prove gathers what a restore of the set needs and verifies it: the set, and the full backup that a
// differential is based on, whoever took that.
func (j *backupJob) prove(ctx context.Context, set mssql.BackupSet, own bool) (BackupResult, error) {
	sets := []mssql.BackupSet{set}
	if set.Type == mssql.SetDifferential {
		base, found, err := j.server.BackupSet(ctx, set.Base)
		switch {
		case err != nil:
			return j.result, err
		case !found:
			return j.result, failf(farm.FailureBackup, j.Server.Name, farm.StepBackupDatabase,
				"msdb does not know the full backup that the differential backup "+set.File()+" of "+j.Database+" is based on",
				"without it the differential cannot be restored: have a full backup taken, not copy-only, then retry; or use mode: full")
		}
		sets = []mssql.BackupSet{base, set}
	}
	j.result.File, j.result.Finished, j.result.Verified = set.File(), set.Finished, true
	for _, s := range sets {
		proven, err := j.verify(ctx, s, own)
		if err != nil {
			return j.result, err
		}
		j.result.Verified = j.result.Verified && proven.Verified
		j.result.Sets = append(j.result.Sets, proven)
	}
	earlier, err := j.earlier(ctx, sets[0])
	j.result.Earlier = earlier
	return j.result, err
}

// verify has one set read. One of somebody else's that SQL Server cannot reach, a tape or a snapshot, is
// noted and left unverified; one that it can reach and that is bad is a failure.
func (j *backupJob) verify(ctx context.Context, s mssql.BackupSet, own bool) (farm.BackupSet, error) {
	set := domainSet(s)
	if !own && !s.OnDisk {
		set.Note = "not verified: it is on a tape or in another program's hands"
		return set, nil
	}
	j.say("verifying " + s.File())
	err := j.server.Verify(ctx, mssql.Media{Files: s.Files, Position: s.Position, Checksums: s.HasChecksums})
	if err != nil {
		if why, ok := outOfReach(err); ok && !own {
			set.Note = "not verified: " + why
			return set, nil
		}
		return set, err
	}
	set.Verified = true
	return set, nil
}
