package farm_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// TestFarmDatabases: what the file and the farm name, once each, where a SQL Server has it.
func TestFarmDatabases(t *testing.T) {
	r, _, facts := healthy()
	got := farm.FarmDatabases(r.Farms[0], facts)
	var names []string
	for _, d := range got {
		names = append(names, d.Database)
		require.Equal(t, len(d.Database) == 1, d.Project, d.Database)
	}
	require.Equal(t, []string{"A", "Config", "Content", "D", "P", "R"}, names)
}

// TestWebServers: the farm's word goes before the file's; without one the role decides.
func TestWebServers(t *testing.T) {
	r, _, facts := healthy()
	facts.Farm.WebServers = []string{"app01", "WFE01", "gone"}
	require.Equal(t, []string{"APP01", "WFE01"}, names(farm.WebServers(r.Farms[0], facts)))
	facts.Farm.WebServers = nil
	require.Equal(t, []string{"WFE01"}, names(farm.WebServers(r.Farms[0], facts)))
	app, ok := facts.Server("app01")
	require.True(t, ok)
	drive, ok := app.Drive(`D:\farmhand`)
	require.True(t, ok)
	require.Equal(t, 9000, drive.FreeMB)
	_, ok = app.Drive("D")
	require.False(t, ok)
}
