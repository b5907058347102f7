package sharepoint

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"farmhand/internal/farm"
	"farmhand/simulator/windows"
	"farmhand/simulator/wsman"
)

// The registry keys of SharePoint 2007.
const (
	webServerKey = `HKLM\SOFTWARE\Microsoft\Shared Tools\Web Server Extensions\12.0`
	wssKey       = webServerKey + `\WSS`
)

// serverSpec is one server of the farm before the update.
func (o Options) serverSpec(s farm.Server) windows.Spec {
	twin := o.server(s.Name)
	spec := windows.Spec{
		Name: s.Name, Domain: o.Domain(), Language: twin.Language, Architecture: o.architecture(s.Name), Stack: stack(twin.WinRM),
		PowerShell: powerShell(twin), CodePage: twin.CodePage, FIPS: twin.FIPS, Quotas: twin.Quotas, MemoryMB: 8192, Administrators: o.accounts(), BootDuration: o.Durations.Reboot,
		Drives: o.drives(s, twin), Services: stopped(o.services(s, twin), twin.Stopped), Registry: append(updatePolicy(twin), powerShellKey(twin)...),
	}
	if s.RunsSharePoint() {
		spec.Registry = append(spec.Registry, o.registry(s, twin)...)
		spec.Files, spec.Products = o.files(s, twin), o.products(s)
	}
	switch twin.OS {
	case "2003":
		spec.Version, spec.ServicePack, spec.Caption = "5.2.3790", 2, "Microsoft(R) Windows(R) Server 2003, Enterprise Edition"
	case "2008r2":
		spec.Version, spec.ServicePack, spec.Caption = "6.1.7601", 1, "Microsoft Windows Server 2008 R2 Standard "
	default:
		spec.Version, spec.ServicePack, spec.Caption = "6.0.6002", 2, "Microsoft® Windows Server® 2008 Standard "
	}
	for i, svc := range spec.Services {
		spec.Services[i].Stuck = slices.ContainsFunc(twin.StuckServices, func(n string) bool { return strings.EqualFold(n, svc.Name) })
	}
	for _, p := range o.Release.InstallOrder() {
		if slices.Contains(twin.Installed, p.ID()) {
			spec.Patches = append(spec.Patches, patches(p, spec.Products, spec.Architecture, patchApplied)...)
		}
	}
	return spec
}

// powerShell is the version of Windows PowerShell, empty for none.
func powerShell(twin Server) string {
	if twin.PowerShell == "none" {
		return ""
	}
	return cmp.Or(twin.PowerShell, "2.0")
}

// powerShellKey is where Windows PowerShell 1.0 and 2.0 say their version.
func powerShellKey(twin Server) []windows.RegistryValue {
	version := powerShell(twin)
	if version == "" {
		return nil
	}
	return []windows.RegistryValue{{Key: `HKLM\SOFTWARE\Microsoft\PowerShell\1\PowerShellEngine`, Name: "PowerShellVersion", Data: version}}
}

// stack is the generation of WinRM. Server 2003 and 2008 have 2.0 with the Windows Management Framework.
func stack(version string) wsman.Stack {
	for _, s := range []wsman.Stack{wsman.Stack11, wsman.Stack30} {
		if s.String() == version {
			return s
		}
	}
	return wsman.Stack20
}

// drives are C: and whatever else the rollout names.
func (o Options) drives(s farm.Server, twin Server) []windows.Drive {
	all := []windows.Drive{{Name: "C:", SizeMB: 65536, FreeMB: cmp.Or(twin.FreeMB, 32768)}}
	for _, path := range []string{s.Stage, o.folder(s.Name)} {
		if len(path) < 2 || path[1] != ':' {
			continue
		}
		name := strings.ToUpper(path[:2])
		if !slices.ContainsFunc(all, func(d windows.Drive) bool { return d.Name == name }) {
			all = append(all, windows.Drive{Name: name, SizeMB: 131072, FreeMB: 98304})
		}
	}
	return all
}

// queueService is the short name of Project Server's queue service here. The real one of 2007 is not
// documented; nobody may rely on this one.
const queueService = "MSProjectServerQueue12"

// services of a server: Windows', SharePoint's, and where they belong search and Project Server.
func (o Options) services(s farm.Server, twin Server) []windows.Service {
	const web = `C:\Windows\system32\svchost.exe -k iissvcs`
	account := cmp.Or(twin.ServicesAs, o.Domain()+`\sp-farm`)
	auto := func(name, display, path, account string, needs ...string) windows.Service {
		return windows.Service{Name: name, Display: display, Path: path, Account: account, Start: windows.Automatic, State: windows.Running, DependsOn: needs}
	}
	all := []windows.Service{
		auto("Winmgmt", "Windows Management Instrumentation", `C:\Windows\system32\svchost.exe -k netsvcs`, ""),
		auto("Schedule", "Task Scheduler", `C:\Windows\system32\svchost.exe -k netsvcs`, ""),
		auto("WinRM", "Windows Remote Management (WS-Management)", `C:\Windows\System32\svchost.exe -k NetworkService`, `NT AUTHORITY\NetworkService`),
		{Name: "wuauserv", Display: "Windows Update", Path: `C:\Windows\system32\svchost.exe -k netsvcs`, Start: windows.Manual},
		{Name: "msiserver", Display: "Windows Installer", Path: `C:\Windows\system32\msiexec /V`, Start: windows.Manual},
	}
	if twin.AutomaticUpdates != "" {
		i := slices.IndexFunc(all, func(s windows.Service) bool { return s.Name == "wuauserv" })
		all[i].Start, all[i].State = windows.Automatic, windows.Running
	}
	if s.HasRole(farm.RoleDatabase) {
		all = append(all, auto("MSSQLSERVER", "SQL Server (MSSQLSERVER)", `"C:\Program Files\Microsoft SQL Server\MSSQL.1\MSSQL\Binn\sqlservr.exe" -sMSSQLSERVER`, account))
	}
	if !s.RunsSharePoint() {
		return all
	}
	all = append(all,
		auto("IISADMIN", "IIS Admin Service", `C:\Windows\system32\inetsrv\inetinfo.exe`, ""),
		auto("SPTimerV3", "Windows SharePoint Services Timer", `"`+hive+`\BIN\OWSTIMER.EXE"`, account),
		auto("SPAdmin", "Windows SharePoint Services Administration", `"`+hive+`\BIN\WSSADMIN.EXE"`, ""),
		auto("SPTrace", "Windows SharePoint Services Tracing", `"`+hive+`\BIN\wsstracing.exe"`, `NT AUTHORITY\LocalService`),
		windows.Service{Name: "SPWriter", Display: "Windows SharePoint Services VSS Writer", Path: `"` + hive + `\BIN\SPWRITER.EXE"`, Start: windows.Manual},
		windows.Service{Name: "SPSearch", Display: "Windows SharePoint Services Search", Path: `"` + hive + `\BIN\mssearch.exe"`, Account: account, Start: windows.Manual})
	if twin.OS == "2003" {
		all = append(all,
			auto("HTTPFilter", "HTTP SSL", `C:\WINDOWS\System32\lsass.exe`, ""),
			auto("W3SVC", "World Wide Web Publishing Service", `C:\WINDOWS\System32\svchost.exe -k iissvcs`, "", "IISADMIN"))
	} else {
		all = append(all,
			windows.Service{Name: "WAS", Display: "Windows Process Activation Service", Path: web, Start: windows.Manual, State: windows.Running},
			auto("W3SVC", "World Wide Web Publishing Service", web, "", "WAS"))
	}
	if s.HasRole(farm.RoleIndex) {
		all = append(all, auto("OSearch", "Office SharePoint Server Search", `"C:\Program Files\Microsoft Office Servers\12.0\Bin\mssearch.exe"`, account))
	}
	if s.HasRole(farm.RoleApplication) {
		const bin = `"C:\Program Files\Microsoft Office Servers\12.0\Bin\Microsoft.Office.Project.Server.`
		all = append(all,
			auto(queueService, "Microsoft Office Project Server Queue Service", bin+`Queuing.exe"`, account),
			auto("MSProjectServerEvents12", "Microsoft Office Project Server Events Service", bin+`Eventing.exe"`, account))
	}
	return all
}

// stopped marks services that somebody stopped.
func stopped(all []windows.Service, names []string) []windows.Service {
	for i := range all {
		if slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, all[i].Name) }) {
			all[i].State = windows.Stopped
		}
	}
	return all
}

// registry is what preflight and an administrator look at.
func (o Options) registry(s farm.Server, twin Server) []windows.RegistryValue {
	role := "APPLICATION"
	if s.HasRole(farm.RoleFrontEndWeb) {
		role = "WFE"
	}
	db := o.Farm.Databases
	central := "http://" + strings.ToLower(o.Farm.CentralAdministration().Name) + ":4201/"
	dsn := "Data Source=" + db.On + ";Initial Catalog=" + db.Configuration + ";Integrated Security=True;Enlist=False;Connect Timeout=15"
	setup, version := "CLEAN_INSTALL", o.baseline(s.Name)
	if o.wizardPending(s.Name) {
		setup = "B2B_UPGRADE"
	}
	for _, p := range o.Release.Packages {
		if slices.Contains(twin.Installed, p.KB) {
			version = p.Version
		}
	}
	values := languages(twin)
	return append(values, []windows.RegistryValue{
		{Key: webServerKey, Name: "Location", Data: hive + `\`},
		{Key: webServerKey, Name: "Version", Data: sharePoint(version)},
		{Key: webServerKey, Name: "SharePoint", Data: "Installed"},
		{Key: wssKey, Name: "ServerRole", Data: cmp.Or(twin.ServerRole, role)},
		{Key: wssKey, Name: "SetupType", Data: setup},
		{Key: wssKey, Name: "LanguagePackInstalled", Type: "REG_DWORD", Data: "0x0"},
		{Key: wssKey, Name: "CentralAdministrationURL", Data: central},
		{Key: webServerKey + `\Secure\ConfigDB`, Name: "dsn", Data: dsn},
		{Key: webServerKey + `\Secure\ConfigDB`, Name: "Id", Data: o.configurationID()},
	}...)
}

// languages are the base language, 1033 (English), and the language packs.
func languages(twin Server) []windows.RegistryValue {
	const installed = webServerKey + `\InstalledLanguages`
	values := []windows.RegistryValue{{Key: installed, Name: "1033", Data: "12.0.0.0"}}
	for _, lcid := range twin.Languages {
		values = append(values, windows.RegistryValue{Key: installed, Name: strconv.Itoa(lcid), Data: "12.0.0.0"})
	}
	return values
}

// oldUpgradeLog is what an earlier update left in Upgrade.log: nobody may take it for today's.
const oldUpgradeLog = "[SPManager] [INFO] [12/20/2007 9:14:02 PM]: In-place Upgrade session starts. root object = SPFarm=SharePoint_Config, recursive = True.\r\n" +
	"[SPWebTemplateSequence] [DEBUG] [12/20/2007 9:20:31 PM]: Template STS#0: Activating site-collection-scoped features...\r\n" +
	"[SPManager] [INFO] [12/20/2007 9:31:47 PM]: In-place Upgrade session finishes. root object = SPFarm=SharePoint_Config, recursive = True. 0 errors and 1 warnings encountered.\r\n"

// files are SharePoint's programs, its log and the packages.
func (o Options) files(s farm.Server, twin Server) []windows.File {
	old := time.Date(2008, 1, 12, 8, 0, 0, 0, time.UTC)
	version := o.baseline(s.Name).String()
	var all []windows.File
	program := func(path string, size int64, version string) {
		all = append(all, windows.File{Path: path, Size: size, SHA256: digest(path + version), Version: version, Modified: old})
	}
	for name, size := range map[string]int64{"psconfig.exe": 569344, "psconfigui.exe": 700416, "stsadm.exe": 352256, "OWSTIMER.EXE": 69632, "WSSADMIN.EXE": 18944} {
		program(hive+`\BIN\`+name, size, "12.0.6300.5000") // the psconfig of every level says so of itself
	}
	owssvr, search := version, version
	for i, p := range o.Release.Packages {
		if slices.Contains(twin.Installed, p.KB) {
			if i == 0 {
				owssvr = p.Version.String()
			}
			search = p.Version.String()
		}
	}
	program(owssvrPath, 2101248, owssvr)
	program(searchPath, 348160, search)
	all = append(all, o.cacheFiles(s.Name)...)
	all = append(all, windows.File{Path: upgradeLog, Data: []byte(oldUpgradeLog), Modified: old})
	all = append(all, o.sites(s, old)...)
	return append(all, o.staged(s, twin)...)
}
