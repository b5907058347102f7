package farm_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// TestFindingsAccount: what the setup account may do.
func TestFindingsAccount(t *testing.T) {
	testSpoiled(t, []spoiled{
		{"setup account", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Probes[1].Administrator = false }, farm.SeverityBlocking, "WFE01", "setup account"},
		{"elevation", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Probes[1].Elevated = false }, farm.SeverityBlocking, "WFE01", "does not run elevated"},
		{"profile", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Probes[1].Profile = false }, farm.SeverityWarning, "WFE01", "profile"},
		{"SQL out of reach", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Probes[1].SQL = []farm.Reach{{Target: "SQL01", Error: "denied"}}
		}, farm.SeverityBlocking, "WFE01", "cannot log on to SQL Server SQL01"},
		{"path out of reach", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Probes[1].Paths = []farm.Reach{{Target: `C:\Updates`, Error: "denied"}}
		}, farm.SeverityBlocking, "WFE01", "cannot read"},
		{"local account", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Servers[1].Computer, f.Probes[1].User = "WFE01", `WFE01\setup`
		}, farm.SeverityBlocking, "WFE01", "is no domain account"},
		{"not sysadmin", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			for i := range f.Probes {
				f.Probes[i].SQL = []farm.Reach{{Target: "SQL01", OK: true}}
			}
		}, farm.SeverityWarning, "SQL01", `C\setup is not a member of sysadmin`},
		{"services as the setup account", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Servers[1].OSVersion, f.Servers[1].RunsAs = "6.0.6002", []string{"SPTimerV3", "OSearch"}
		}, farm.SeverityWarning, "WFE01", "SPTimerV3, OSearch run as the setup account"},
		{"pool account", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Farm.CentralPool = `C\pool` }, farm.SeverityInformation, "APP01", "the wizard will run as"},
	})
}

// TestSetupAccountOnTheSQLServerComputer: what cannot be seen is said, what can be seen is judged, and the
// application pool account needs neither.
func TestSetupAccountOnTheSQLServerComputer(t *testing.T) {
	judge := func(change func(*farm.Farm, *farm.Facts)) []farm.Finding {
		r, rel, facts := healthy()
		facts.Farm.CentralPool = `C\pool`
		r.Farms[0].Servers = append(r.Farms[0].Servers, farm.Server{Name: "sql01", Roles: []farm.Role{farm.RoleDatabase}})
		change(&r.Farms[0], &facts)
		var out []farm.Finding
		for _, f := range farm.Findings(r, rel, r.Farms[0], facts) {
			if f.Server == "SQL01" {
				out = append(out, f)
			}
		}
		return out
	}
	unseen := judge(func(*farm.Farm, *farm.Facts) {})
	require.Len(t, unseen, 1, "once, though two probes say it")
	require.Equal(t, farm.SeverityInformation, unseen[0].Severity)
	require.Contains(t, unseen[0].What, "farmhand cannot see")

	database := farm.ServerFacts{Server: "SQL01", Account: `c\SETUP`, Administrator: true, Updates: farm.UpdateFacts{Off: true}}
	require.Empty(t, judge(func(_ *farm.Farm, f *farm.Facts) { f.Servers = append(f.Servers, database) }), "it connects there as an administrator")
	database.Administrator = false
	refused := judge(func(_ *farm.Farm, f *farm.Facts) { f.Servers = append(f.Servers, database) })
	require.Equal(t, farm.SeverityBlocking, refused[0].Severity)
	require.Empty(t, judge(func(_ *farm.Farm, f *farm.Facts) { f.Farm.CentralPool = "setup@c.example" }), "the application pool account")
	require.Empty(t, judge(func(s *farm.Farm, f *farm.Facts) { s.Servers[1].Address, s.SQLServers[0].Address = "one", "one" }), "its probe ran on that computer")
}

// TestSameAccount: both spellings of a domain account, in any case.
func TestSameAccount(t *testing.T) {
	require.True(t, farm.SameAccount(`CONTOSO\sp-setup`, `contoso\SP-Setup`))
	require.True(t, farm.SameAccount(`CONTOSO\sp-setup`, `sp-setup@contoso.example`))
	require.False(t, farm.SameAccount(`CONTOSO\sp-setup`, `FABRIKAM\sp-setup`))
	require.False(t, farm.SameAccount(`CONTOSO\sp-setup`, `sp-setup`))
	require.False(t, farm.SameAccount("", ""))
}
