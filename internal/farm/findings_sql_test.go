package farm_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// TestFindingsSQL: the SQL Servers and their databases.
func TestFindingsSQL(t *testing.T) {
	testSpoiled(t, []spoiled{
		{"SQL Server 2000", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.SQL[0].ProductVersion = "8.00.2039" }, farm.SeverityBlocking, "SQL01", "this is SQL Server 2000"},
		{"SQL Server 7.0", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.SQL[0].ProductVersion = "7.00.1063" }, farm.SeverityBlocking, "SQL01", "older than any"},
		{"sysadmin", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.SQL[0].Sysadmin = false }, farm.SeverityWarning, "SQL01", "sysadmin"},
		{"backup directory", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.SQL[0].BackupDirectory = false }, farm.SeverityBlocking, "SQL01", `E:\Backup does not exist`},
		{"backup room", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.SQL[0].BackupFreeMB = 599 }, farm.SeverityBlocking, "SQL01", "599 MB free, and the databases are 600 MB"},
		{"database offline", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.SQL[0].Databases[1].State = "RESTORING" }, farm.SeverityBlocking, "SQL01", "Content is RESTORING"},
		{"database missing", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.SQL[0].Databases = f.SQL[0].Databases[:5] }, farm.SeverityBlocking, "pwa", "database R is on none"},
	})
}

// TestUnreadSQLServer: what may be on a server that did not answer is not called missing.
func TestUnreadSQLServer(t *testing.T) {
	r, rel, facts := healthy()
	facts.SQL = nil
	require.Empty(t, farm.Findings(r, rel, r.Farms[0], facts), "that it did not answer is a finding of the reading")
}
