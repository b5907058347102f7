package sqlserver

import (
	"context"
	"errors"
	"strings"
	"time"

	"farmhand/simulator/tds"
	"farmhand/simulator/world"
)

const (
	bytesPerMB = 1 << 20
	// Speeds of a disk array of 2008, in MB per second; the world's pace makes them faster.
	backupSpeed = 80
	verifySpeed = 160
	// backupOverhead is what even an empty database takes.
	backupOverhead = 300 * time.Millisecond
)

// backupCommand names the statement in messages and in sys.dm_exec_requests.
const backupCommand = "BACKUP DATABASE"

// backupJob is one BACKUP DATABASE under way.
type backupJob struct {
	*run
	database Database
	path     string
	more     []string // the other files of a striped backup
	options  mediaOptions
	set      BackupSet
	op       *operation
}

// backup runs BACKUP DATABASE. Until its end it leaves nothing behind: a client that cancels, a fault or the end of the
// server leaves no file and no history. An overwritten file is lost at the start, though, as in life.
func (r *run) backup(ctx context.Context, s backupStatement) error {
	err := r.prepareBackup(ctx, s)
	var e *tds.Error
	if !errors.As(err, &e) {
		return err
	}
	e.Line = s.line
	r.w.Error(e)
	return at(errTerminating(backupCommand), s.line)
}

func (r *run) prepareBackup(ctx context.Context, s backupStatement) error {
	name, err := r.text(s.database)
	if err != nil {
		return err
	}
	j := &backupJob{run: r, options: s.options}
	paths, err := r.texts(s.paths)
	if err != nil {
		return err
	}
	j.path, j.more = paths[0], paths[1:]
	if j.database, err = r.instance.usable(r.login, name); err != nil {
		return err
	}
	switch {
	case strings.EqualFold(name, "tempdb"):
		return sqlError(3147, 16, 3, "Backup and restore operations are not allowed on database tempdb.")
	case !r.login.mayBackUp(j.database.Name):
		return sqlError(262, 14, 1, "BACKUP DATABASE permission denied in database '%s'.", j.database.Name)
	}
	j.set = BackupSet{
		GUID: newGUID(), Database: j.database.Name, Type: "D", Path: j.path, More: j.more, Versions: j.database.Versions, Start: time.Now().UTC(), SizeBytes: int64(j.database.SizeMB) * bytesPerMB,
		CopyOnly: s.options.copyOnly, Checksum: s.options.checksum, User: r.session.User, Recovery: j.database.RecoveryModel,
	}
	if s.options.differential {
		if j.database.DifferentialBase == "" {
			return sqlError(3035, 16, 1, "Cannot perform a differential backup for database \"%s\", because a current database backup does not exist. "+
				"Perform a full database backup by reissuing BACKUP DATABASE, omitting the WITH DIFFERENTIAL option.", j.database.Name)
		}
		j.set.Type, j.set.Base = "I", j.database.DifferentialBase
		j.set.SizeBytes /= 10
	}
	if j.set.Name, err = r.text(s.options.name); err != nil {
		return err
	}
	if j.set.Description, err = r.text(s.options.description); err != nil {
		return err
	}
	if err := j.begin(); err != nil {
		return err
	}
	defer r.instance.finished(j.database.Name)
	if err := j.openDevice(); err != nil {
		return err
	}
	return j.write(ctx)
}

// begin claims the database: backups of one database are serialized by refusing the second (3023).
func (j *backupJob) begin() error {
	i, key := j.instance, strings.ToLower(j.database.Name)
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.running[key] != nil {
		return sqlError(3023, 16, 2, "Backup and file manipulation operations (such as ALTER DATABASE ADD FILE) on a database must be "+
			"serialized. Reissue the statement after the current backup or file manipulation operation is completed.")
	}
	j.op = &operation{session: j.session.ID, command: backupCommand, start: j.set.Start}
	i.running[key] = j.op
	return nil
}

func (i *Instance) finished(database string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.running, strings.ToLower(database))
}

// openDevice checks the folders and, with INIT or FORMAT, drops the old files.
func (j *backupJob) openDevice() error {
	i := j.instance
	return i.world.Update(func(tx *world.Tx) error {
		for _, path := range j.set.paths() {
			if !folderExists(tx, i.name, folderOf(path)) {
				return errDevice(path, 3)
			}
			if j.options.overwrite {
				removeFile(tx, i.name, path)
			}
		}
		return nil
	})
}

// write takes the time of the backup, tells of its progress and files the result.
func (j *backupJob) write(ctx context.Context) error {
	w, host, step := j.instance.world, j.instance.name, "backup "+j.database.Name
	fault, struck := w.Strike(host, step)
	duration := backupOverhead + time.Duration(j.set.SizeBytes/bytesPerMB)*time.Second/backupSpeed
	if struck && fault.Kind == "slow" {
		duration += fault.Delay
	}
	begin, end := w.Now(), w.After(duration)
	interval := 10
	if j.options.stats > 0 {
		interval = j.options.stats
	}
	held := false
	for percent := interval; ; percent = min(percent+interval, 100) {
		if err := w.WaitUntil(ctx, begin+(end-begin)*time.Duration(percent)/100); err != nil {
			return err
		}
		if percent >= 50 && !held {
			held = true
			if err := w.Point(ctx, host, step); err != nil {
				return err
			}
			if err := j.struckBy(fault, struck); err != nil {
				return err
			}
		}
		j.progress(percent)
		if j.options.stats > 0 && percent < 100 {
			j.w.Info(3211, 0, sqlError(3211, 0, 1, "%d percent processed.", percent).Message)
		}
		if err := j.w.Err(); err != nil {
			return err
		}
		if percent == 100 {
			break
		}
	}
	if err := j.file(struck && fault.Kind == "corrupt"); err != nil {
		return err
	}
	j.report(duration)
	return nil
}

// struckBy turns the fault of a twin file into what SQL Server says.
func (j *backupJob) struckBy(f world.Fault, struck bool) error {
	switch {
	case struck && f.Kind == FaultDown:
		j.instance.Stop(f.Delay)
		return errStopped
	case struck && f.Kind == FaultFailover:
		return j.failOver()
	case struck && f.Kind == "disk-full":
		return j.diskFull()
	case struck && f.Kind == "fail" && f.Code != 0:
		return sqlError(int32(f.Code), 16, 1, "%s", f.Text)
	case struck && f.Kind == "fail":
		return sqlError(3202, 16, 1, "Write on \"%s\" failed: %s", j.path, systemError(5))
	}
	full := false
	j.instance.world.View(func(tx *world.Tx) {
		var d Drive
		full = tx.Get(driveKey(j.instance.name, drive(j.path)), &d) && int64(d.FreeMB)*bytesPerMB < j.set.SizeBytes
	})
	if full {
		return j.diskFull()
	}
	return nil
}

func (j *backupJob) diskFull() error {
	return sqlError(3202, 16, 2, "Write on \"%s\" failed: %s", j.path, systemError(112))
}

func (j *backupJob) progress(percent int) {
	j.instance.mu.Lock()
	defer j.instance.mu.Unlock()
	j.op.percent = float64(percent)
}

// file stores the backup set, its history and the space it takes: one transaction, before the client hears of success.
func (j *backupJob) file(damaged bool) error {
	name := j.instance.name
	return j.instance.world.Update(func(tx *world.Tx) error {
		var first BackupFile
		tx.Get(fileKey(name, j.path), &first)
		j.set.ID = len(tx.Keys(prefix(name)+"history/")) + 1
		j.set.Position = len(first.Sets) + 1
		j.set.Finish = time.Now().UTC()
		for _, path := range j.set.paths() {
			var f BackupFile
			tx.Get(fileKey(name, path), &f)
			f.Path = path
			f.Sets = append(f.Sets, j.set)
			f.Damaged = f.Damaged || damaged
			tx.Put(fileKey(name, path), f)
		}
		tx.Put(historyKey(name, j.set.ID), j.set)
		changeFree(tx, name, j.path, -j.set.SizeBytes)
		if d, ok := FindDatabase(tx, name, j.database.Name); ok && j.set.Type == "D" && !j.set.CopyOnly {
			d.DifferentialBase = j.set.GUID // whoever takes a full backup that is not copy-only breaks the chain of the others
			PutDatabase(tx, name, d)
		}
		return nil
	})
}

// report says what was processed: 4035 for each file of the database, then 3014.
func (j *backupJob) report(duration time.Duration) {
	pages, logPages := j.set.SizeBytes/bytesPerMB*pagesPerMB, int64(1)
	processed := "Processed %d pages for database '%s', file '%s' on file %d."
	send := func(number int32, format string, args ...any) {
		j.w.Info(number, 0, sqlError(number, 0, 1, format, args...).Message)
	}
	send(4035, processed, pages, j.database.Name, j.database.Name, j.set.Position)
	if j.options.stats > 0 {
		send(3211, "%d percent processed.", 100)
	}
	send(4035, processed, logPages, j.database.Name, j.database.Name+"_log", j.set.Position)
	what := backupCommand
	if j.options.differential {
		what += " WITH DIFFERENTIAL"
	}
	send(3014, "%s successfully processed %d pages in %.3f seconds (%.3f MB/sec).", what, pages+logPages, duration.Seconds(),
		float64(pages+logPages)/pagesPerMB/duration.Seconds())
	j.w.DoneQuiet()
}
