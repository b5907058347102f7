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

// InspectSQLServer reads one SQL Server: version, rights, databases, and room for the backups.
func (a *Activities) InspectSQLServer(ctx context.Context, t SQLTarget) (farm.SQLFacts, error) {
	s, err := a.sql(t)
	if err != nil {
		return farm.SQLFacts{}, err
	}
	defer s.Close()
	_, stop := keepBeating(ctx, "reading "+t.Server.Name)
	defer stop()
	f := farm.SQLFacts{Server: t.Server.Name, BackupFreeMB: -1}
	id, err := s.Identify(ctx)
	if err != nil {
		return f, fail(t.Server.Name, farm.StepInspectSQLServer, err)
	}
	f.ProductVersion, f.Edition, f.Sysadmin = id.ProductVersion, id.Edition, id.Sysadmin
	dbs, err := s.Databases(ctx)
	if err != nil {
		return f, fail(t.Server.Name, farm.StepInspectSQLServer, err)
	}
	for _, d := range dbs {
		f.Databases = append(f.Databases, farm.DatabaseFacts{Name: d.Name, Server: t.Server.Name, State: d.State, SizeMB: int(d.SizeMB), ReadOnly: d.ReadOnly})
	}
	if f.BackupDirectory, err = s.DirectoryExists(ctx, t.Server.Backup.Directory); err != nil {
		return f, fail(t.Server.Name, farm.StepInspectSQLServer, err)
	}
	free, err := s.FreeSpace(ctx)
	if err != nil {
		return f, fail(t.Server.Name, farm.StepInspectSQLServer, err)
	}
	for drive, mb := range free {
		if strings.HasPrefix(strings.ToUpper(t.Server.Backup.Directory), strings.ToUpper(strings.TrimSuffix(drive, ":"))+":") {
			f.BackupFreeMB = int(mb)
		}
	}
	return f, nil
}

// BackupRequest backs one database up.
type BackupRequest struct {
	SQLTarget
	Database string `json:"database"`
	File     string `json:"file"`
	Name     string `json:"name"`
	// NotBefore is when users went off, by the worker's clock: an older backup is no proof.
	NotBefore time.Time `json:"not_before"`
}

// BackupResult is a backup that was taken and verified.
type BackupResult struct {
	File     string    `json:"file"`
	Finished time.Time `json:"finished"`
	Verified bool      `json:"verified"`
	// Already is set when an earlier run of this activity had taken it.
	Already bool `json:"already,omitempty"`
}

// BackupDatabase takes a backup with checksums (copy-only unless the file says otherwise), reports its
// progress in heartbeats, and verifies it with RESTORE VERIFYONLY. A backup of this run that is in the
// server's history already is verified, not taken again.
func (a *Activities) BackupDatabase(ctx context.Context, r BackupRequest) (BackupResult, error) {
	s, err := a.sql(r.SQLTarget)
	if err != nil {
		return BackupResult{}, err
	}
	defer s.Close()
	say, stop := keepBeating(ctx, "backing up "+r.Database)
	defer stop()
	res := BackupResult{File: r.File}
	sets, err := s.Backups(ctx, r.Database, r.NotBefore)
	if err != nil {
		return res, fail(r.Server.Name, farm.StepBackupDatabase, err)
	}
	for _, b := range sets {
		if strings.EqualFold(b.File, r.File) {
			res.Already, res.Finished = true, b.Finished
		}
	}
	if !res.Already {
		_, err := s.Backup(ctx, mssql.BackupRequest{Database: r.Database, File: r.File, CopyOnly: r.Server.Backup.CopyOnly, Name: r.Name}, func(percent int) {
			say(fmt.Sprintf("%s %d percent", r.Database, percent))
		})
		if err != nil {
			return res, fail(r.Server.Name, farm.StepBackupDatabase, err)
		}
		res.Finished = now()
	}
	if err := s.Verify(ctx, r.File); err != nil {
		return res, fail(r.Server.Name, farm.StepBackupDatabase, err)
	}
	res.Verified = true
	return res, nil
}

// VersionsRequest asks for the VERSIONS of databases of one SQL Server.
type VersionsRequest struct {
	SQLTarget
	Databases []string `json:"databases"`
}

// DatabaseVersion is the newest build a database's Versions table names.
type DatabaseVersion struct {
	Database string       `json:"database"`
	Version  farm.Version `json:"version,omitzero"`
	// Raw is that row's text as the table spells it; empty when the database has no such table.
	Raw string `json:"raw"`
	// Rows is how many rows the history has.
	Rows int `json:"rows"`
}

// DatabaseVersions reads select * from Versions in each database (the article, "View Project Server
// version information"), and compares as numbers.
func (a *Activities) DatabaseVersions(ctx context.Context, r VersionsRequest) ([]DatabaseVersion, error) {
	s, err := a.sql(r.SQLTarget)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	_, stop := keepBeating(ctx, "reading VERSIONS on "+r.Server.Name)
	defer stop()
	out := make([]DatabaseVersion, 0, len(r.Databases))
	for _, d := range r.Databases {
		rows, err := s.Versions(ctx, d)
		if errors.Is(err, mssql.ErrNoVersions) {
			out = append(out, DatabaseVersion{Database: d})
			continue
		}
		if err != nil {
			return nil, fail(r.Server.Name, farm.StepVerifyDatabases, err)
		}
		v := DatabaseVersion{Database: d, Version: mssql.Highest(rows), Rows: len(rows)}
		v.Raw = v.Version.String()
		out = append(out, v)
	}
	return out, nil
}
