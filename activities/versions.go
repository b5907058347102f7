package activities

import (
	"context"
	"errors"

	"farmhand/internal/farm"
	"farmhand/internal/mssql"
)

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
	// Components is the newest row of each component, the one that speaks for the database among them.
	Components []farm.VersionRow `json:"components,omitempty"`
	// Unfinished is set when that row has no FinalizeTimeStamp: an upgrade may have begun and not ended.
	Unfinished bool `json:"unfinished,omitempty"`
	// Differing are components of the same numbering (12.…) whose newest row names another build.
	Differing []ComponentVersion `json:"differing,omitempty"`
}

// ComponentVersion is the newest row of one component of a VERSIONS table.
type ComponentVersion struct {
	Component string `json:"component"`
	Raw       string `json:"raw"`
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
		out = append(out, databaseVersion(d, rows))
	}
	return out, nil
}

func databaseVersion(database string, rows []mssql.VersionRow) DatabaseVersion {
	current := mssql.Current(rows)
	v := DatabaseVersion{Database: database, Version: current.Version, Raw: current.Text, Rows: len(rows), Unfinished: current.Unfinished()}
	for _, c := range mssql.Components(rows) {
		v.Components = append(v.Components, farm.VersionRow{Component: c.Component, Version: c.Text, By: c.UserName, At: c.TimeStamp, Finalized: c.Finalized})
		if c.Version.Major == current.Version.Major && c.Version.Compare(current.Version) != 0 {
			v.Differing = append(v.Differing, ComponentVersion{Component: c.Component, Raw: c.Text})
		}
	}
	return v
}
