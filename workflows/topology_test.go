package workflows_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

const (
	ca  = farm.RoleCentralAdministration
	app = farm.RoleApplication
	web = farm.RoleFrontEndWeb
	idx = farm.RoleIndex
	dbs = farm.RoleDatabase
)

// wizardOrder lists the servers in the order the wizard ran on them.
func (w *world) wizardOrder() string {
	var out []string
	for _, r := range w.wizardRan {
		out = append(out, r.Server.Name)
	}
	return strings.Join(out, " ")
}

// TestTopologies: the wizard's order of the article's notes, in farms of every kind.
func TestTopologies(t *testing.T) {
	for name, tc := range map[string]struct {
		servers []farm.Server
		order   string
	}{
		"Central Administration on a front-end": {[]farm.Server{server("APP1", app), server("WEB1", web), server("WEB2", web, ca), server("APP2", app)}, "WEB2 APP1 APP2 WEB1"},
		"one application server":                {[]farm.Server{server("WEB1", web), server("APP1", ca, app)}, "APP1 WEB1"},
		"everything on one server":              {[]farm.Server{server("ALL1", ca, app, web, idx)}, "ALL1"},
		"an index server":                       {[]farm.Server{server("WEB1", web), server("IDX1", idx), server("APP1", ca), server("APP2", app)}, "APP1 IDX1 APP2 WEB1"},
		"a database server in the list":         {[]farm.Server{server("SQL1", dbs), server("WEB1", web), server("APP1", ca, app)}, "APP1 WEB1"},
		"a database server that also crawls":    {[]farm.Server{server("SQL1", dbs, idx), server("WEB1", web), server("APP1", ca, app)}, "APP1 SQL1 WEB1"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, servers(tc.servers...))
			w.approveEvery()
			s := w.completes()
			require.Equal(t, tc.order, w.wizardOrder())
			for _, srv := range w.farm.Servers {
				want := 0
				if srv.RunsSharePoint() {
					want = len(w.release.Packages)
				}
				require.Len(t, s.Server(srv.Name).Packages, want)
				require.Equal(t, want > 0, s.Server(srv.Name).Finalized)
			}
			firstWizard := slices.IndexFunc(w.calls, func(c string) bool { return strings.HasPrefix(c, "wizard ") })
			for i, c := range w.calls {
				switch {
				case strings.HasPrefix(c, "install "), strings.HasPrefix(c, "stop "):
					require.Less(t, i, firstWizard, c)
				case strings.HasPrefix(c, "restore "):
					require.Greater(t, i, w.index("wizard "+w.wizardRan[len(w.wizardRan)-1].Server.Name), c)
				}
			}
		})
	}
}

// TestSeveralSQLServers: each database is backed up where it lies, and VERSIONS of all are read.
func TestSeveralSQLServers(t *testing.T) {
	w := newWorld(t, func(r *farm.Rollout) {
		f := &r.Farms[0]
		second := f.SQLServers[0]
		second.Name = "SQL02"
		f.SQLServers = append(f.SQLServers, second)
		f.ProjectWebAccess[0].On = "SQL02"
	})
	w.approveEvery()
	s := w.completes()
	require.Len(t, s.Databases, 9)
	for _, d := range s.Databases {
		require.Equal(t, d.Project, d.Server == "SQL02", d.Name)
		require.Equal(t, 1, w.count("backup "+d.Name))
		require.True(t, d.OK, d.Name)
		require.NotEmpty(t, d.VersionBefore)
	}
	require.Equal(t, 3*2, w.count("versions"))
}

// TestReportedWebServer is disconnected whatever the file calls it: the farm says where it serves users.
func TestReportedWebServer(t *testing.T) {
	w := newWorld(t, servers(server("APP1", ca, app), server("APP2", app), server("WEB1", web)))
	w.running["APP2/W3SVC"] = true
	w.webServers = []string{"WEB1", "app2"}
	w.approveEvery()
	s := w.completes()
	require.Equal(t, []string{"APP2", "WEB1"}, s.UsersOff.Servers)
	require.Equal(t, 1, w.count("stop W3SVC APP2"))
	require.Equal(t, 1, w.count("warm up APP2"))
}
