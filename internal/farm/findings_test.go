package farm_test

import (
	"testing"
	"time"

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

// TestFindings spoils one fact of a healthy farm at a time.
func TestFindings(t *testing.T) {
	r, rel, facts := healthy()
	require.Empty(t, farm.Findings(r, rel, r.Farms[0], facts))
	for _, tc := range []struct {
		name   string
		spoil  func(*farm.Rollout, *farm.Release, *farm.Facts)
		worst  farm.Severity
		server string
		says   string
	}{
		{"Basic installation", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[0].ServerRole = " SingleServer " }, farm.SeverityBlocking, "APP01", "SERVERROLE is singleserver"},
		{"administrator", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[1].Administrator = false }, farm.SeverityBlocking, "WFE01", "not a member of Administrators"},
		{"clock", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[1].ClockOffset = -3 * time.Minute }, farm.SeverityWarning, "WFE01", "the clock is -3m0s off"},
		{"reboot", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Servers[0].PendingReboot = []string{"PendingFileRenameOperations"}
		}, farm.SeverityBlocking, "APP01", "a reboot is pending"},
		{"no SharePoint", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[0].SharePoint = false }, farm.SeverityBlocking, "APP01", "not installed"},
		{"timer stopped", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[1].Services[0].Running = false }, farm.SeverityBlocking, "WFE01", "SPTimerV3 is not running"},
		{"no SPAdmin", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Servers[1].Services = f.Servers[1].Services[:1]
		}, farm.SeverityBlocking, "WFE01", "SPAdmin does not exist"},
		{"before Service Pack 1", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Servers[0].Version = farm.MustParseVersion("12.0.0.4518")
		}, farm.SeverityBlocking, "APP01", "older than the baseline"},
		{"no version", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[0].Version = farm.Version{} }, farm.SeverityWarning, "APP01", "names no SharePoint version"},
		{"unfinished update", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[0].SetupType = "B2B_UPGRADE" }, farm.SeverityBlocking, "APP01", "an earlier update was not finalized"},
		{"installed already", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Servers[0].SetupType, f.Servers[0].Packages = "B2B_UPGRADE", []farm.PackageState{{KB: "KB1", Installed: true}}
		}, farm.SeverityInformation, "APP01", "KB1 is there already"},
		{"architecture", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[0].Architecture = farm.X86 }, farm.SeverityBlocking, "APP01", "no file of KB1 for x86"},
		{"no copy", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[0].Copies[0].Exists = false }, farm.SeverityBlocking, "APP01", `kb1.exe is not in C:\Updates`},
		{"no hash given", func(_ *farm.Rollout, rel *farm.Release, _ *farm.Facts) { rel.Packages[0].Files[0].SHA256 = "" }, farm.SeverityWarning, "APP01, WFE01", "nobody gave a hash"},
		{"another hash", func(_ *farm.Rollout, rel *farm.Release, _ *farm.Facts) { rel.Packages[0].Files[0].SHA256 = "aa" }, farm.SeverityBlocking, "APP01", "and the release says aa"},
		{"copies differ", func(_ *farm.Rollout, rel *farm.Release, f *farm.Facts) {
			rel.Packages[0].Files[0].SHA256, f.Servers[1].Copies[0].SHA256 = "", "bb"
		}, farm.SeverityBlocking, "APP01", "is another file than on WFE01"},
		{"blocked file", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[1].Copies[0].Blocked = true }, farm.SeverityBlocking, "WFE01", "downloaded from the Internet"},
		{"license terms", func(r *farm.Rollout, _ *farm.Release, _ *farm.Facts) { r.LicenseTerms = nil }, farm.SeverityBlocking, "APP01", "nobody accepted the license terms of KB1"},
		{"disk", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[0].Drives[1].FreeMB = 1323 }, farm.SeverityBlocking, "APP01", "1323 MB free, and the packages want 1324 MB"},
		{"no drive", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[0].Drives = f.Servers[0].Drives[:1] }, farm.SeverityBlocking, "APP01", `no fixed drive for D:\farmhand`},
		{"setup account", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Probes[1].Administrator = false }, farm.SeverityBlocking, "WFE01", "setup account"},
		{"elevation", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Probes[1].Elevated = false }, farm.SeverityBlocking, "WFE01", "does not run elevated"},
		{"profile", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Probes[1].Profile = false }, farm.SeverityWarning, "WFE01", "profile"},
		{"SQL out of reach", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Probes[1].SQL = []farm.Reach{{Target: "SQL01", Error: "denied"}}
		}, farm.SeverityBlocking, "WFE01", "cannot log on to SQL Server SQL01"},
		{"path out of reach", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Probes[1].Paths = []farm.Reach{{Target: `C:\Updates`, Error: "denied"}}
		}, farm.SeverityBlocking, "WFE01", "cannot read"},
		{"pool account", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Farm.CentralPool = `C\pool` }, farm.SeverityInformation, "APP01", "the wizard will run as"},
		{"SQL Server 2000", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.SQL[0].ProductVersion = "8.00.2039" }, farm.SeverityBlocking, "SQL01", "SQL Server 2000"},
		{"sysadmin", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.SQL[0].Sysadmin = false }, farm.SeverityWarning, "SQL01", "sysadmin"},
		{"backup directory", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.SQL[0].BackupDirectory = false }, farm.SeverityBlocking, "SQL01", `E:\Backup does not exist`},
		{"backup room", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.SQL[0].BackupFreeMB = 599 }, farm.SeverityBlocking, "SQL01", "599 MB free, and the databases are 600 MB"},
		{"database offline", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.SQL[0].Databases[1].State = "RESTORING" }, farm.SeverityBlocking, "SQL01", "Content is RESTORING"},
		{"database missing", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.SQL[0].Databases = f.SQL[0].Databases[:5] }, farm.SeverityBlocking, "pwa", "database R is on none"},
		{"another farm", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Farm.Configuration = "Other" }, farm.SeverityBlocking, "pwa", "configuration database is Other"},
		{"server not in the file", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Farm.Servers = append(f.Farm.Servers, "WFE02")
		}, farm.SeverityBlocking, "WFE02", "the file does not name as such: WFE02"},
		{"server not in the farm", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Farm.Servers = f.Farm.Servers[:1] }, farm.SeverityBlocking, "WFE01", "the farm does not report: WFE01"},
		{"Central Administration elsewhere", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Farm.CentralAdministration = append(f.Farm.CentralAdministration, "WFE01")
		}, farm.SeverityBlocking, "WFE01", "host of Central Administration"},
		{"another Web server", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Farm.WebServers = append(f.Farm.WebServers, "APP01")
		}, farm.SeverityWarning, "APP01", "Web server"},
		{"old Windows", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[1].OSVersion = "5.0.2195" }, farm.SeverityBlocking, "WFE01", "older than Windows Server 2003"},
		{"old PowerShell", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[1].PowerShell = "1.0" }, farm.SeverityBlocking, "WFE01", "PowerShell is 1.0"},
		{"W3SVC left stopped", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			for i := range f.Servers {
				f.Servers[i].Services = append(f.Servers[i].Services, farm.ServiceState{Name: "W3SVC", StartMode: farm.StartManual})
			}
		}, farm.SeverityWarning, "WFE01", "W3SVC is stopped and manual before the update"},
		{"needs an upgrade", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Farm.NeedsUpgrade = []string{"Content"} }, farm.SeverityWarning, "Content", "needs an upgrade already"},
	} {
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
