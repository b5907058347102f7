package activities

import (
	"context"
	"errors"

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
	if err := inspectBackup(ctx, s, t.Server, &f); err != nil {
		return f, fail(t.Server.Name, farm.StepInspectSQLServer, err)
	}
	return f, nil
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
