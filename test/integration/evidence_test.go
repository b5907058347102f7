package integration

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// TestEvidenceIsReadFromTheWire: what auditors ask for comes from the servers, not from what farmhand meant to do.
func TestEvidenceIsReadFromTheWire(t *testing.T) {
	f := Start(t, 4000)
	r, s := f.Update(t, Approve)
	require.Equal(t, farm.OutcomeCompleted, r.Outcome, r.Why)

	require.Len(t, s.Programs, 1)
	require.Len(t, s.Programs[0].SHA256, 64)
	require.NotEmpty(t, s.Programs[0].Scripts)

	for _, d := range s.Databases {
		if !d.Project {
			continue
		}
		require.Equal(t, d.VersionBefore, versionOf(t, d.RowsBefore), d.Name)
		require.Equal(t, d.VersionAfter, versionOf(t, d.RowsAfter), d.Name)
	}
	for _, srv := range s.Servers {
		for _, p := range srv.Packages {
			require.NotNil(t, p.Log, "%s on %s", p.KB, srv.Name)
			require.True(t, strings.HasSuffix(p.Log.Path, p.KB+".log"), p.Log.Path)
			requireRead(t, *p.Log)
		}
		for _, w := range srv.Wizards {
			require.Len(t, w.Logs, 2, "Upgrade.log and PSCDiagnostics")
			require.True(t, strings.HasSuffix(w.Logs[0].Path, `\Upgrade.log`), w.Logs[0].Path)
			require.Contains(t, w.Logs[1].Path, "PSCDiagnostics")
			for _, l := range w.Logs {
				requireRead(t, l)
			}
		}
	}
	for _, rec := range s.Services {
		i := -1
		for j, after := range s.ServicesAfter {
			if after.Server == rec.Server && after.Name == rec.Name {
				i = j
			}
		}
		require.GreaterOrEqual(t, i, 0, "%s on %s", rec.Name, rec.Server)
		require.Equal(t, rec.Running, s.ServicesAfter[i].Running)
		require.Equal(t, rec.StartMode, s.ServicesAfter[i].StartMode)
	}
	require.NotEmpty(t, s.UsersOff.Log)
}

// versionOf is what the row of the database itself says.
func versionOf(t *testing.T, rows []farm.VersionRow) string {
	t.Helper()
	for _, r := range rows {
		if strings.HasPrefix(r.Component, "00000000-") {
			return r.Version
		}
	}
	require.Fail(t, "no row of the database itself", "%+v", rows)
	return ""
}

func requireRead(t *testing.T, l farm.LogRead) {
	t.Helper()
	require.Greater(t, l.To, l.From, l.Path)
	require.Positive(t, l.Lines, l.Path)
	require.Len(t, l.SHA256, 64, l.Path)
}
