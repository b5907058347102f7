package farm

import (
	"slices"
	"strings"
	"time"
)

// The services farmhand looks for by short name. The Project services have no documented short name and
// are found by path or display name (domain.md B.7).
const (
	ServiceWebPublishing  = "W3SVC"     // World Wide Web Publishing Service
	ServiceTimer          = "SPTimerV3" // Windows SharePoint Services Timer: the upgrade runs inside it
	ServiceAdministration = "SPAdmin"   // Windows SharePoint Services Administration
)

// StartMode is how Windows starts a service.
type StartMode string

// The start modes of `sc qc`.
const (
	StartAutomatic StartMode = "auto"
	StartDelayed   StartMode = "delayed-auto" // automatic (delayed start), Windows Server 2008 and later
	StartManual    StartMode = "manual"
	StartDisabled  StartMode = "disabled"
)

// ServiceState is one service of one server as it was found.
type ServiceState struct {
	Server    string    `json:"server"`
	Name      string    `json:"name"`
	Display   string    `json:"display,omitempty"`
	Running   bool      `json:"running"`
	StartMode StartMode `json:"start_mode"`
	Path      string    `json:"path,omitempty"`
	Account   string    `json:"account,omitempty"`
}

// Drive is one fixed drive of a server.
type Drive struct {
	Name   string `json:"name"`
	FreeMB int    `json:"free_mb"`
	SizeMB int    `json:"size_mb"`
}

// PatchState is one installed patch or product as the Windows Installer registry names it.
type PatchState struct {
	Name    string  `json:"name"`
	Version Version `json:"version,omitzero"`
	State   string  `json:"state,omitempty"`
}

// PackageState is what detection says of one package on one server.
type PackageState struct {
	KB string `json:"kb"`
	// Installed is true when the patch is found, or the product is at the package's version or later.
	Installed bool `json:"installed"`
	// Evidence is what was found, in words.
	Evidence string `json:"evidence"`
}

// PackageCopy is a package's file as it lies on one server.
type PackageCopy struct {
	KB     string `json:"kb"`
	Path   string `json:"path"`
	Exists bool   `json:"exists"`
	SizeMB int    `json:"size_mb,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
	// Blocked is set when Windows marks the file as downloaded from the Internet (Zone.Identifier).
	Blocked bool `json:"blocked,omitempty"`
}

// ServerFacts is what preflight reads of one server.
type ServerFacts struct {
	Server       string       `json:"server"`
	OSVersion    string       `json:"os_version"` // 6.0.6002
	Caption      string       `json:"caption"`
	Architecture Architecture `json:"architecture"`
	PowerShell   string       `json:"powershell"`
	Stack        string       `json:"stack"` // WinRM stack of the Identify answer
	Boot         time.Time    `json:"boot"`
	// ClockOffset is the server's clock minus the worker's, whole seconds.
	ClockOffset   time.Duration  `json:"clock_offset"`
	Account       string         `json:"account"`
	Administrator bool           `json:"administrator"`
	Drives        []Drive        `json:"drives"`
	TempFolder    string         `json:"temp_folder"`
	PendingReboot []string       `json:"pending_reboot,omitempty"`
	SharePoint    bool           `json:"sharepoint"` // the 12.0 registry key is there
	ServerRole    string         `json:"server_role,omitempty"`
	SetupType     string         `json:"setup_type,omitempty"`
	Version       Version        `json:"version,omitzero"`
	Hive          string         `json:"hive,omitempty"` // ...\web server extensions\12
	Services      []ServiceState `json:"services"`
	Products      []PatchState   `json:"products,omitempty"`
	Patches       []PatchState   `json:"patches,omitempty"`
	Packages      []PackageState `json:"packages,omitempty"`
	Copies        []PackageCopy  `json:"copies,omitempty"`
}

// Service returns the state of a service by short name, ignoring case.
func (s ServerFacts) Service(name string) (ServiceState, bool) {
	i := slices.IndexFunc(s.Services, func(v ServiceState) bool { return strings.EqualFold(v.Name, name) })
	if i < 0 {
		return ServiceState{}, false
	}
	return s.Services[i], true
}

// Drive returns the drive a path lies on.
func (s ServerFacts) Drive(path string) (Drive, bool) {
	i := slices.IndexFunc(s.Drives, func(d Drive) bool {
		return len(path) >= 2 && strings.EqualFold(d.Name, path[:2])
	})
	if i < 0 {
		return Drive{}, false
	}
	return s.Drives[i], true
}

// Reach is one thing the setup account tried to reach from a server.
type Reach struct {
	Target string `json:"target"`
	OK     bool   `json:"ok"`
	Error  string `json:"error,omitempty"`
}

// ProbeFacts is what the probe job saw under the setup account.
type ProbeFacts struct {
	Server        string  `json:"server"`
	User          string  `json:"user"`
	Administrator bool    `json:"administrator"`
	Elevated      bool    `json:"elevated"`
	Profile       bool    `json:"profile"`
	SQL           []Reach `json:"sql"`
	Paths         []Reach `json:"paths"`
}

// DatabaseFacts is one database of a SQL Server.
type DatabaseFacts struct {
	Name     string `json:"name"`
	Server   string `json:"server"`
	State    string `json:"state"`
	SizeMB   int    `json:"size_mb"`
	ReadOnly bool   `json:"read_only,omitempty"`
}

// SQLFacts is what preflight reads of one SQL Server.
type SQLFacts struct {
	Server          string          `json:"server"`
	ProductVersion  string          `json:"product_version"`
	Edition         string          `json:"edition"`
	Sysadmin        bool            `json:"sysadmin"`
	Databases       []DatabaseFacts `json:"databases"`
	BackupDirectory bool            `json:"backup_directory"` // it exists
	BackupFreeMB    int             `json:"backup_free_mb"`   // -1 when the drive is not listed
}

// Database returns a database by name, ignoring case.
func (s SQLFacts) Database(name string) (DatabaseFacts, bool) {
	i := slices.IndexFunc(s.Databases, func(d DatabaseFacts) bool { return strings.EqualFold(d.Name, name) })
	if i < 0 {
		return DatabaseFacts{}, false
	}
	return s.Databases[i], true
}

// ReportedDatabase is a database the farm says it uses.
type ReportedDatabase struct {
	Name   string `json:"name"`
	Server string `json:"server"`
	Type   string `json:"type"`
}

// FarmFacts is what the farm says of itself (the article: Operations, Servers in Farm).
type FarmFacts struct {
	Configuration         string             `json:"configuration"`
	Version               Version            `json:"version,omitzero"`
	Account               string             `json:"account"`
	CentralPool           string             `json:"central_pool"`
	Servers               []string           `json:"servers"`
	CentralAdministration []string           `json:"central_administration"`
	WebServers            []string           `json:"web_servers"`
	WebApplications       []string           `json:"web_applications"` // URLs, without Central Administration
	Databases             []ReportedDatabase `json:"databases"`
	NeedsUpgrade          []string           `json:"needs_upgrade,omitempty"` // servers and databases that say so
}

// Facts is everything preflight found about one farm.
type Facts struct {
	Servers []ServerFacts `json:"servers"`
	Probes  []ProbeFacts  `json:"probes"`
	SQL     []SQLFacts    `json:"sql"`
	Farm    FarmFacts     `json:"farm"`
}

// Server returns the facts of one server.
func (f Facts) Server(name string) (ServerFacts, bool) {
	i := slices.IndexFunc(f.Servers, func(s ServerFacts) bool { return strings.EqualFold(s.Server, name) })
	if i < 0 {
		return ServerFacts{}, false
	}
	return f.Servers[i], true
}

// DatabaseOn is a database of the farm and the SQL Server of the file that holds it.
type DatabaseOn struct {
	Server   string `json:"server"`
	Database string `json:"database"`
	SizeMB   int    `json:"size_mb"`
	// Project marks the four databases of a Project Web Access instance.
	Project bool `json:"project,omitempty"`
}

// FarmDatabases joins what the farm reports, what the file names and what the SQL Servers hold into the
// list that is backed up and verified, sorted by SQL Server and name.
func FarmDatabases(f Farm, facts Facts) []DatabaseOn {
	wanted := map[string]bool{} // lower-case name -> is a Project database
	add := func(name string, project bool) {
		if name != "" {
			k := strings.ToLower(name)
			wanted[k] = wanted[k] || project
		}
	}
	add(f.Databases.Configuration, false)
	for _, d := range f.Databases.Expect {
		add(d, false)
	}
	for _, d := range facts.Farm.Databases {
		add(d.Name, false)
	}
	for _, p := range f.ProjectWebAccess {
		for _, d := range p.Databases() {
			add(d, true)
		}
	}
	var out []DatabaseOn
	for _, sql := range facts.SQL {
		for _, d := range sql.Databases {
			if project, ok := wanted[strings.ToLower(d.Name)]; ok {
				out = append(out, DatabaseOn{Server: sql.Server, Database: d.Name, SizeMB: d.SizeMB, Project: project})
			}
		}
	}
	slices.SortFunc(out, func(a, b DatabaseOn) int {
		if c := strings.Compare(a.Server, b.Server); c != 0 {
			return c
		}
		return strings.Compare(a.Database, b.Database)
	})
	return out
}

// WebServers returns the servers of the file that run the Web Application service, as the farm reports
// it; where the farm said nothing, the servers with the role front-end-web.
func WebServers(f Farm, facts Facts) []Server {
	if len(facts.Farm.WebServers) == 0 {
		return f.WithRole(RoleFrontEndWeb)
	}
	var out []Server
	for _, s := range f.Servers {
		if slices.ContainsFunc(facts.Farm.WebServers, func(n string) bool { return strings.EqualFold(n, s.Name) }) {
			out = append(out, s)
		}
	}
	return out
}
