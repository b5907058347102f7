package activities

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"farmhand/internal/farm"
	"farmhand/internal/mssql"
)

// inspectBackup reads what a backup of a SQL Server's databases needs: the folder and the room in it, the
// mirrored databases, and in mode differential the full backups it would be based on.
func inspectBackup(ctx context.Context, s *mssql.Server, q farm.SQLServer, f *farm.SQLFacts) error {
	var err error
	if q.Backup.Writes() {
		if f.BackupDirectory, err = s.DirectoryExists(ctx, q.Backup.Directory); err != nil {
			return err
		}
		if f.BackupFreeMB, err = freeFor(ctx, s, q.Backup.Directory); err != nil {
			return err
		}
	}
	if f.Mirrors, err = mirrors(ctx, s, q.Name, nil); err != nil {
		return err
	}
	if q.Backup.Mode != farm.BackupDifferential {
		return nil
	}
	for i := range f.Databases {
		base, found, err := s.DifferentialBase(ctx, f.Databases[i].Name)
		if err != nil {
			return err
		}
		if found {
			set := domainSet(base)
			f.Databases[i].Base = &set
		}
	}
	return nil
}

// freeFor is the free megabytes of the drive a folder lies on, -1 where SQL Server cannot tell: a share, or
// a drive that xp_fixeddrives does not list.
func freeFor(ctx context.Context, s *mssql.Server, folder string) (int, error) {
	free, err := s.FreeSpace(ctx)
	if err != nil {
		return -1, err
	}
	for drive, mb := range free {
		if strings.HasPrefix(strings.ToUpper(folder), strings.ToUpper(strings.TrimSuffix(drive, ":"))+":") {
			return int(mb), nil
		}
	}
	return -1, nil
}

// BackupRoomRequest names the databases that are about to be backed up.
type BackupRoomRequest struct {
	SQLTarget
	Databases []string `json:"databases"`
}

// CheckBackupRoom looks again, right before the backups, whether they have room: databases grow and disks
// fill while people decide. It asks for the size of the databases, for nobody promises compression. Where
// the room cannot be measured (a share) the backup itself will tell, and a differential is not measured.
func (a *Activities) CheckBackupRoom(ctx context.Context, r BackupRoomRequest) error {
	s, err := a.sql(r.SQLTarget)
	if err != nil {
		return err
	}
	defer s.Close()
	_, stop := keepBeating(ctx, "measuring room on "+r.Server.Name)
	defer stop()
	free, err := freeFor(ctx, s, r.Server.Backup.Directory)
	if err != nil {
		return fail(r.Server.Name, farm.StepBackupDatabase, err)
	}
	dbs, err := s.Databases(ctx)
	if err != nil {
		return fail(r.Server.Name, farm.StepBackupDatabase, err)
	}
	need := 0
	for _, d := range dbs {
		if slices.ContainsFunc(r.Databases, func(n string) bool { return strings.EqualFold(n, d.Name) }) {
			need += int(d.SizeMB)
		}
	}
	if free < 0 || free >= need || r.Server.Backup.Mode == farm.BackupDifferential {
		return nil
	}
	return failf(farm.FailureDiskFull, r.Server.Name, farm.StepBackupDatabase,
		fmt.Sprintf("%s has %d MB free, and the %d databases to back up are %d MB", r.Server.Backup.Directory, free, len(r.Databases), need),
		"make room on the backup drive, then retry")
}
