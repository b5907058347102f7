package activities

import (
	"context"

	"farmhand/internal/farm"
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
