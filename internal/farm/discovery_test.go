package farm_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
)

func TestDiscoveredRoles(t *testing.T) {
	t.Parallel()
	facts := farm.FarmFacts{CentralAdministration: []string{"APP01"}, WebServers: []string{"WFE01", "APP01"}}
	running, stopped := farm.ServiceState{Name: "OSearch", Running: true}, farm.ServiceState{Name: "OSearch"}
	for name, c := range map[string]struct {
		server            string
		project, services []farm.ServiceState
		roles             []farm.Role
	}{
		"everything":      {"app01", []farm.ServiceState{{Running: true}}, []farm.ServiceState{running}, []farm.Role{farm.RoleCentralAdministration, farm.RoleApplication, farm.RoleIndex, farm.RoleFrontEndWeb}},
		"front-end":       {"WFE01", nil, nil, []farm.Role{farm.RoleFrontEndWeb}},
		"search is off":   {"WFE01", nil, []farm.ServiceState{stopped}, []farm.Role{farm.RoleFrontEndWeb}},
		"index":           {"IDX01", nil, []farm.ServiceState{running}, []farm.Role{farm.RoleIndex}},
		"nothing is said": {"APP02", nil, nil, []farm.Role{farm.RoleApplication}},
	} {
		require.Equal(t, c.roles, farm.DiscoveredRoles(facts, c.server, c.project, c.services), name)
	}
}

func TestDiscoverSQLServers(t *testing.T) {
	t.Parallel()
	database := func(server string) farm.ReportedDatabase { return farm.ReportedDatabase{Name: "x", Server: server} }
	found := farm.DiscoverSQLServers(farm.FarmFacts{Servers: []string{"ALL01"}, Databases: []farm.ReportedDatabase{
		database("SQL01"), database("sql01"), database(`SQL02\SP`), database("sql03.contoso.com,1533"), database("ALL01"), database(""),
	}})
	require.Equal(t, []farm.DiscoveredSQLServer{
		{Instance: "SQL01", Name: "SQL01", Address: "SQL01", Port: 1433},
		{Instance: `SQL02\SP`, Name: "SQL02-SP", Address: "SQL02"},
		{Instance: "sql03.contoso.com,1533", Name: "sql03.contoso.com-1533", Address: "sql03.contoso.com", Port: 1533},
		{Instance: "ALL01", Name: "ALL01-SQL", Address: "ALL01", Port: 1433},
	}, found)
}

func TestDiscoverProjectWebAccess(t *testing.T) {
	t.Parallel()
	project := func(name string) farm.ReportedDatabase {
		return farm.ReportedDatabase{Name: name, Server: "SQL01", Type: "Microsoft.Office.Project.Server.Administration.ProjectDatabase"}
	}
	instances, left := farm.DiscoverProjectWebAccess(farm.FarmFacts{Databases: []farm.ReportedDatabase{
		project("PWA_Published"), project("PWA_Draft"), project("pwa_archive"), project("PWA_Reporting"),
		project("IT_Draft"), project("Surprise"), {Name: "Draft_of_content", Type: "Microsoft.SharePoint.Administration.SPContentDatabase"},
	}})
	require.Equal(t, []farm.ProjectWebAccess{
		{On: "SQL01", Published: "PWA_Published", Draft: "PWA_Draft", Archive: "pwa_archive", Reporting: "PWA_Reporting"},
		{On: "SQL01", Draft: "IT_Draft"},
	}, instances)
	require.Equal(t, []string{"Surprise"}, left)
}

// TestDiscoverLosesNoProjectDatabase: each is in one instance, or left for a person.
func TestDiscoverLosesNoProjectDatabase(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfDistinct(rapid.StringMatching(`[a-b]?_?(Draft|Published|archive|Reporting|x)`), strings.ToLower).Draw(t, "names")
		var facts farm.FarmFacts
		for _, n := range names {
			facts.Databases = append(facts.Databases, farm.ReportedDatabase{Name: n, Server: "SQL01", Type: "A.Project.B"})
		}
		instances, out := farm.DiscoverProjectWebAccess(facts)
		for _, p := range instances {
			for _, d := range p.Databases() {
				if d != "" {
					out = append(out, d)
				}
			}
		}
		require.ElementsMatch(t, names, out)
	})
}
