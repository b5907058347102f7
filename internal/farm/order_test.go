package farm_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
)

func names(servers []farm.Server) []string {
	out := make([]string, 0, len(servers))
	for _, s := range servers {
		out = append(out, s.Name)
	}
	return out
}

// TestFinalizeOrder are the farms the article speaks of.
func TestFinalizeOrder(t *testing.T) {
	const (
		ca, app, web, index, db = farm.RoleCentralAdministration, farm.RoleApplication, farm.RoleFrontEndWeb, farm.RoleIndex, farm.RoleDatabase
	)
	server := func(name string, roles ...farm.Role) farm.Server { return farm.Server{Name: name, Roles: roles} }
	for name, tc := range map[string]struct {
		servers []farm.Server
		want    []string
	}{
		"Central Administration on an application server": {
			[]farm.Server{server("WFE1", web), server("APP2", app), server("APP1", ca, app), server("WFE2", web)}, []string{"APP1", "APP2", "WFE1", "WFE2"}},
		"Central Administration on a front-end Web server": {
			[]farm.Server{server("WFE1", web), server("APP1", app), server("WFE2", web, ca)}, []string{"WFE2", "APP1", "WFE1"}},
		"index servers are application servers": {
			[]farm.Server{server("WFE1", web), server("IDX1", index), server("APP1", app, ca), server("APP2", app)}, []string{"APP1", "IDX1", "APP2", "WFE1"}},
		"a server for both comes between the two": {
			[]farm.Server{server("WFE1", web), server("BOTH", app, web), server("APP1", app), server("CA", ca)}, []string{"CA", "APP1", "BOTH", "WFE1"}},
		"a database server has no wizard": {
			[]farm.Server{server("SQL1", db), server("ALL", ca, app, web, db)}, []string{"ALL"}},
		"an index server that also runs SQL Server has": {
			[]farm.Server{server("WFE1", web), server("BOTH", db, index), server("CA", ca)}, []string{"CA", "BOTH", "WFE1"}},
		"no server": {nil, []string{}},
	} {
		require.Equal(t, tc.want, names(farm.FinalizeOrder(farm.Farm{Servers: tc.servers})), name)
	}
}

// TestFinalizeOrderOfAnyFarm: every server with SharePoint once; Central Administration, application
// servers, servers for both, front ends; the file's order within each.
func TestFinalizeOrderOfAnyFarm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFarm(t)
		order := farm.FinalizeOrder(f)
		require.ElementsMatch(t, names(f.SharePointServers()), names(order), "a permutation")
		group := func(s farm.Server) int {
			switch {
			case s.HasRole(farm.RoleCentralAdministration):
				return 0
			case !s.HasRole(farm.RoleFrontEndWeb):
				return 1
			case s.HasRole(farm.RoleApplication) || s.HasRole(farm.RoleIndex):
				return 2
			}
			return 3
		}
		require.True(t, order[0].HasRole(farm.RoleCentralAdministration))
		require.Equal(t, f.CentralAdministration().Name, order[0].Name)
		want := slices.Clone(f.SharePointServers())
		slices.SortStableFunc(want, func(a, b farm.Server) int { return group(a) - group(b) })
		require.Equal(t, names(want), names(order))
	})
}

func TestRoles(t *testing.T) {
	for _, r := range farm.Roles() {
		require.True(t, r.Valid(), r)
		require.Equal(t, r != farm.RoleDatabase, farm.Server{Roles: []farm.Role{r}}.RunsSharePoint(), r)
	}
	for _, r := range []farm.Role{"", "wfe", "Front-End-Web", "database "} {
		require.False(t, r.Valid(), r)
	}
	require.False(t, farm.Server{}.RunsSharePoint())
}

// TestLookUp: Windows names ignore case, names of the file do not.
func TestLookUp(t *testing.T) {
	r := farm.Rollout{
		Farms:       []farm.Farm{{Name: "pwa", Servers: []farm.Server{{Name: "APP01"}}, SQLServers: []farm.SQLServer{{Name: "SQL01"}}}},
		Credentials: []farm.Credential{{Name: "setup", User: `C\s`}}, Groups: []farm.Group{{Name: "change"}},
		Gates: []farm.GatePolicy{{Name: farm.GateContinue, Quorum: 2}},
	}
	f, ok := r.Farm("pwa")
	require.True(t, ok)
	s, ok := f.Server("app01")
	require.True(t, ok)
	require.Equal(t, "APP01", s.Name)
	q, ok := f.SQLServer("sql01")
	require.True(t, ok)
	require.Equal(t, "SQL01", q.Name)
	c, ok := r.Credential("setup")
	require.True(t, ok)
	require.Equal(t, `C\s`, c.User)
	g, ok := r.Gate(farm.GateContinue)
	require.True(t, ok)
	require.Equal(t, 2, g.Quorum)
	_, ok = r.Group("change")
	require.True(t, ok)
	for _, missing := range []bool{second(r.Farm("PWA")), second(f.Server("APP02")), second(f.SQLServer("SQL02")),
		second(r.Credential("Setup")), second(r.Gate(farm.GateInstall)), second(r.Group("Change"))} {
		require.False(t, missing)
	}
	require.Equal(t, []string{"D", "P", "A", "R"}, farm.ProjectWebAccess{Published: "P", Draft: "D", Archive: "A", Reporting: "R"}.Databases())
	require.Empty(t, farm.Farm{}.CentralAdministration().Name)
}

func second[T any](_ T, ok bool) bool { return ok }
