package sqlserver

import (
	"context"
	"errors"
	"slices"
	"time"

	"farmhand/simulator/tds"
	"farmhand/simulator/world"
)

// restore runs RESTORE DATABASE and the forms that only read: VERIFYONLY, HEADERONLY and FILELISTONLY.
func (r *run) restore(ctx context.Context, s restoreStatement) error {
	paths, err := r.texts(s.paths)
	if err != nil {
		return err
	}
	err = r.read(ctx, s, paths)
	var e *tds.Error
	if !errors.As(err, &e) {
		return err
	}
	e.Line = s.line
	r.w.Error(e)
	switch s.kind {
	case "VERIFYONLY":
		return at(errTerminating("VERIFY DATABASE"), s.line)
	case "DATABASE":
		return at(errTerminating("RESTORE DATABASE"), s.line)
	}
	return at(errTerminating("RESTORE "+s.kind), s.line)
}

func (r *run) read(ctx context.Context, s restoreStatement, paths []string) error {
	path := paths[0]
	var file BackupFile
	for _, p := range slices.Backward(paths) { // the first is looked at last: its sets are those that count
		var err error
		if file, err = r.open(p); err != nil {
			return err
		}
	}
	if s.kind == "HEADERONLY" {
		r.headers(file)
		return nil
	}
	position := max(s.options.file, 1)
	if position > len(file.Sets) {
		return sqlError(4038, 16, 1, "Cannot find file ID %d on device '%s'.", position, path)
	}
	set := file.Sets[position-1]
	if n := len(set.paths()); n > len(paths) {
		return sqlError(3132, 16, 1, "The media set has %d media families but only %d are provided. All members must be provided.", n, len(paths))
	}
	switch s.kind {
	case "FILELISTONLY":
		r.fileList(set)
		return nil
	case "DATABASE":
		name, err := r.text(s.database)
		if err != nil {
			return err
		}
		return r.restoreDatabase(ctx, name, set, s.options)
	}
	return r.verify(ctx, set, s.options)
}

// open finds one file of a media set and sees whether it can be read.
func (r *run) open(path string) (file BackupFile, err error) {
	var found, folder bool
	r.instance.world.View(func(tx *world.Tx) {
		found = tx.Get(fileKey(r.instance.name, path), &file)
		folder = folderExists(tx, r.instance.name, folderOf(path))
	})
	switch {
	case !folder:
		return file, errDevice(path, 3)
	case !found:
		return file, errDevice(path, 2)
	case file.Damaged:
		return file, sqlError(3203, 16, 1, "Read on \"%s\" failed: %s", path, systemError(23))
	}
	return file, nil
}

// verify reads the whole set. Checksums are checked when the set has them, asked for or not.
func (r *run) verify(ctx context.Context, set BackupSet, o mediaOptions) error {
	if o.checksum && !set.Checksum {
		return sqlError(3187, 16, 1, "RESTORE WITH CHECKSUM cannot be specified because the backup set does not contain checksum information.")
	}
	if err := r.instance.world.Wait(ctx, time.Duration(set.SizeBytes/bytesPerMB)*time.Second/verifySpeed); err != nil {
		return err
	}
	if set.Checksum && set.ChecksumBad {
		return sqlError(3189, 16, 1, "Damage to the backup set was detected.")
	}
	r.w.Info(3262, 0, sqlError(3262, 0, 1, "The backup set on file %d is valid.", set.Position).Message)
	r.w.DoneQuiet()
	return nil
}

// headers answers with the columns an administrator looks at, under their own names.
func (r *run) headers(file BackupFile) {
	r.w.Columns(
		column("BackupName", sysname), column("BackupDescription", tds.NVarChar(255)), column("BackupType", tds.SmallInt),
		column("Position", tds.SmallInt), column("UserName", sysname), column("ServerName", sysname), column("DatabaseName", sysname),
		column("BackupSize", tds.Numeric(20)), column("BackupStartDate", tds.DateTime), column("BackupFinishDate", tds.DateTime),
		column("HasBackupChecksums", tds.Bit), column("IsDamaged", tds.Bit), column("IsCopyOnly", tds.Bit), column("RecoveryModel", tds.NVarChar(60)),
	)
	types := map[string]int64{"D": 1, "I": 5}
	for _, b := range file.Sets {
		r.w.Row(orNull(b.Name), orNull(b.Description), types[b.Type], b.Position, b.User, r.instance.name, b.Database,
			b.SizeBytes, b.Start, b.Finish, b.Checksum, false, b.CopyOnly, b.Recovery)
	}
	r.w.Done(uint64(len(file.Sets)))
}

func (r *run) fileList(set BackupSet) {
	r.w.Columns(column("LogicalName", sysname), column("PhysicalName", tds.NVarChar(260)), column("Type", tds.NVarChar(1)), column("Size", tds.Numeric(20)))
	r.w.Row(set.Database, defaultDirectory+`\`+set.Database+".mdf", "D", set.SizeBytes)
	r.w.Row(set.Database+"_log", defaultDirectory+`\`+set.Database+"_log.ldf", "L", int64(bytesPerMB))
	r.w.Done(2)
}
