package farm_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// healthy is a rollout of one farm, and facts that give no finding against it.
func healthy() (farm.Rollout, farm.Release, farm.Facts) {
	const hash = "00000000000000000000000000000000000000000000000000000000000000ff"
	rel := farm.Release{
		Packages: []farm.Package{{KB: "KB1", Files: []farm.PackageFile{{Architecture: farm.X64, Name: "kb1.exe", SHA256: hash}}}},
		Baseline: farm.Baseline{Title: "Service Pack 1", Version: farm.MustParseVersion("12.0.6219.1000")},
	}
	r := farm.Rollout{
		LicenseTerms: []farm.LicenseTerms{{Package: "KB1", AcceptedBy: "alice"}},
		Packages:     farm.PackageSource{Directory: `C:\Updates`},
		Farms: []farm.Farm{{
			Name: "pwa",
			Servers: []farm.Server{
				{Name: "APP01", Roles: []farm.Role{farm.RoleCentralAdministration, farm.RoleApplication}, Stage: `D:\farmhand`},
				{Name: "WFE01", Roles: []farm.Role{farm.RoleFrontEndWeb}, Stage: `D:\farmhand`},
			},
			SQLServers:       []farm.SQLServer{{Name: "SQL01", Backup: farm.Backup{Directory: `E:\Backup`}}},
			Databases:        farm.Databases{Configuration: "Config", On: "SQL01", Expect: []string{"Content"}},
			ProjectWebAccess: []farm.ProjectWebAccess{{On: "SQL01", Published: "P", Draft: "D", Archive: "A", Reporting: "R"}},
		}},
	}
	facts := farm.Facts{Farm: farm.FarmFacts{
		Configuration: "config", CentralPool: `C\setup`, Servers: []string{"app01", "WFE01"}, CentralAdministration: []string{"APP01"},
		WebServers: []string{"WFE01"}, Databases: []farm.ReportedDatabase{{Name: "Content"}},
	}}
	for _, name := range []string{"APP01", "WFE01"} {
		facts.Servers = append(facts.Servers, farm.ServerFacts{
			Server: name, Architecture: farm.X64, Account: `C\setup`, Administrator: true, SharePoint: true, ServerRole: "APPLICATION",
			SetupType: "CLEAN_INSTALL", Version: farm.MustParseVersion("12.0.0.6219"), TempFolder: `C:\Temp`,
			Updates: farm.UpdateFacts{Off: true}, Languages: []int{1033},
			Drives:   []farm.Drive{{Name: "C:", FreeMB: 9000}, {Name: "d:", FreeMB: 9000}},
			Services: []farm.ServiceState{{Name: "SPTimerV3", Running: true}, {Name: "SPAdmin", Running: true}},
			Copies:   []farm.PackageCopy{{KB: "KB1", Exists: true, SizeMB: 100, SHA256: hash}},
		})
		facts.Probes = append(facts.Probes, farm.ProbeFacts{Server: name, User: `C\setup`, Administrator: true, Elevated: true, Profile: true})
	}
	sql := farm.SQLFacts{Server: "SQL01", ProductVersion: "9.00.4035.00", Sysadmin: true, BackupDirectory: true, BackupFreeMB: 700}
	for _, d := range []string{"Config", "Content", "P", "D", "A", "R", "Unrelated"} {
		sql.Databases = append(sql.Databases, farm.DatabaseFacts{Name: d, State: "ONLINE", SizeMB: 100})
	}
	facts.SQL = []farm.SQLFacts{sql}
	return r, rel, facts
}

// spoiled is one fact of a healthy farm made wrong, and the worst finding that comes of it.
type spoiled struct {
	name   string
	spoil  func(*farm.Rollout, *farm.Release, *farm.Facts)
	worst  farm.Severity
	server string
	says   string
}

// testSpoiled spoils one fact of a healthy farm at a time.
func testSpoiled(t *testing.T, cases []spoiled) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			r, rel, facts := healthy()
			tc.spoil(&r, &rel, &facts)
			found := farm.Findings(r, rel, r.Farms[0], facts)
			require.NotEmpty(t, found)
			require.Equal(t, tc.worst, found[0].Severity, "the worst stands first")
			require.Equal(t, tc.worst == farm.SeverityBlocking, len(farm.Blocking(found)) > 0)
			require.Equal(t, tc.server, found[0].Server)
			require.Contains(t, found[0].What, tc.says)
			require.NotEmpty(t, found[0].Do)
		})
	}
}

// TestHealthyFarm: what is as it should be is not a finding.
func TestHealthyFarm(t *testing.T) {
	r, rel, facts := healthy()
	require.Empty(t, farm.Findings(r, rel, r.Farms[0], facts))
}
