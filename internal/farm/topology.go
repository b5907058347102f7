package farm

import (
	"slices"
	"strings"
	"time"
)

// Farm is one server farm as its administrator wrote it down. What the farm itself reports is compared
// with it at preflight; a difference is a finding.
type Farm struct {
	Name string `json:"name" mapstructure:"name"`
	// Site names the network whose worker serves this farm; its task queue follows from it.
	Site             string             `json:"site" mapstructure:"site"`
	Servers          []Server           `json:"servers" mapstructure:"servers"`
	SQLServers       []SQLServer        `json:"sql_servers" mapstructure:"sql_servers"`
	Databases        Databases          `json:"databases" mapstructure:"databases"`
	ProjectWebAccess []ProjectWebAccess `json:"project_web_access" mapstructure:"project_web_access"`
	Services         ServiceNames       `json:"services" mapstructure:"services"`
	Clients          Clients            `json:"clients,omitzero" mapstructure:"clients"`
	// Strategy of the content databases; empty is StrategyInPlace.
	Strategy Strategy `json:"strategy,omitempty" mapstructure:"strategy"`
	// KeepAttached names content databases that StrategyDetach leaves alone.
	KeepAttached []string `json:"keep_attached,omitempty" mapstructure:"keep_attached"`
	// PauseCrawls stops Office search while users are off, so that no crawl reads half-updated sites.
	PauseCrawls bool `json:"pause_crawls,omitempty" mapstructure:"pause_crawls"`
	// SmokeTests are asked of each front-end Web server when it is back.
	SmokeTests []SmokeTest `json:"smoke_tests,omitempty" mapstructure:"smoke_tests"`
	// ServerBackup is what of every server is kept beside the databases before the first package.
	ServerBackup ServerBackup `json:"server_backup,omitzero" mapstructure:"server_backup"`
	// Windows are when the farm may be changed, instead of those of its site or rollout; Freezes hold besides theirs.
	Windows []Window `json:"windows,omitempty" mapstructure:"windows"`
	Freezes []Freeze `json:"freezes,omitempty" mapstructure:"freezes"`
	// RestoreNeeds is how long a back-out of this farm takes; zero is the site's or the rollout's.
	RestoreNeeds time.Duration `json:"restore_needs,omitempty" mapstructure:"restore_needs"`
}

// Server is one Windows server of the farm.
type Server struct {
	Name string `json:"name" mapstructure:"name"`
	// Address is where WinRM answers: a host name or an IP address.
	Address string `json:"address" mapstructure:"address"`
	Roles   []Role `json:"roles" mapstructure:"roles"`
	// ConnectAs and RunAs name credentials: who opens WinRM, and under whom packages and the wizard run
	// (the article's setup account).
	ConnectAs string `json:"connect_as" mapstructure:"connect_as"`
	RunAs     string `json:"run_as" mapstructure:"run_as"`
	// Stage is farmhand's own folder on the server, for scripts, jobs and logs.
	Stage string `json:"stage" mapstructure:"stage"`
	WinRM WinRM  `json:"winrm" mapstructure:"winrm"`
	// Execution says who runs packages and the wizard; empty means ExecutionAutomatic.
	Execution Execution `json:"execution,omitempty" mapstructure:"execution"`
}

// WinRM is how one server's Windows Remote Management is reached.
type WinRM struct {
	Scheme string `json:"scheme" mapstructure:"scheme"` // http or https
	Port   int    `json:"port" mapstructure:"port"`
	Auth   string `json:"auth" mapstructure:"auth"` // ntlm; over https only: basic, kerberos
	// SPN overrides the service's name for Kerberos; empty means HTTP/ and Address.
	SPN string `json:"spn,omitempty" mapstructure:"spn"`
	// CodePage of the shell; 0 means 437, which every Windows since 2003 runs batch files under.
	CodePage int `json:"code_page,omitempty" mapstructure:"code_page"`
	// ServerName overrides the name the certificate is checked against; empty means Address.
	ServerName string `json:"server_name,omitempty" mapstructure:"server_name"`
	// TLSMin is the oldest TLS version accepted: 1.0, 1.1 or 1.2 (default).
	TLSMin string `json:"tls_min,omitempty" mapstructure:"tls_min"`
}

// HasRole reports whether the server holds the role.
func (s Server) HasRole(r Role) bool { return slices.Contains(s.Roles, r) }

// RunsSharePoint reports whether the server has SharePoint binaries: every role but database alone.
func (s Server) RunsSharePoint() bool {
	return slices.ContainsFunc(s.Roles, func(r Role) bool { return r != RoleDatabase })
}

// SQLServer is one SQL Server instance that holds databases of the farm.
type SQLServer struct {
	Name      string  `json:"name" mapstructure:"name"`
	Address   string  `json:"address" mapstructure:"address"`
	Port      int     `json:"port" mapstructure:"port"`
	ConnectAs string  `json:"connect_as" mapstructure:"connect_as"`
	Encrypt   Encrypt `json:"encrypt" mapstructure:"encrypt"`
	TLSMin    string  `json:"tls_min,omitempty" mapstructure:"tls_min"`
	// Auth is how a Windows account logs in; empty means SQLAuthNTLM. A SQL login has none of them.
	Auth SQLAuth `json:"auth,omitempty" mapstructure:"auth"`
	// SPN overrides the service's name for Kerberos; empty means MSSQLSvc/, Address and Port.
	SPN string `json:"spn,omitempty" mapstructure:"spn"`
	// ServerName overrides the name the certificate is checked against; empty means Address.
	ServerName string `json:"server_name,omitempty" mapstructure:"server_name"`
	// TrustServerCertificate skips the certificate check; it must be asked for by name.
	TrustServerCertificate bool   `json:"trust_server_certificate,omitempty" mapstructure:"trust_server_certificate"`
	Backup                 Backup `json:"backup" mapstructure:"backup"`
	// Mirroring is the policy for mirrored databases of this server, and Mirror the server that holds the mirrors.
	Mirroring MirroringPolicy `json:"mirroring,omitempty" mapstructure:"mirroring"`
	Mirror    Mirror          `json:"mirror,omitzero" mapstructure:"mirror"`
}

// SQLAuth is how a Windows account proves itself to SQL Server.
type SQLAuth string

// The two ways. Kerberos proves the server to the client as well.
const (
	SQLAuthNTLM     SQLAuth = "ntlm"
	SQLAuthKerberos SQLAuth = "kerberos"
)

// Encrypt is how much of a SQL Server connection is inside TLS.
type Encrypt string

// The modes of the rollout file. None leaves the login packet to NTLM alone.
const (
	EncryptNone     Encrypt = "none"
	EncryptLogin    Encrypt = "login"
	EncryptRequired Encrypt = "required"
)

// Databases are the farm's SharePoint databases. Only the configuration database must be named: the
// others are discovered, and Expect asserts them.
type Databases struct {
	Configuration string   `json:"configuration" mapstructure:"configuration"`
	On            string   `json:"on" mapstructure:"on"`
	Expect        []string `json:"expect" mapstructure:"expect"`
}

// ProjectWebAccess is one Project Web Access instance with its four databases (domain.md A.5).
type ProjectWebAccess struct {
	URL       string `json:"url" mapstructure:"url"`
	On        string `json:"on" mapstructure:"on"`
	Published string `json:"published" mapstructure:"published"`
	Draft     string `json:"draft" mapstructure:"draft"`
	Archive   string `json:"archive" mapstructure:"archive"`
	Reporting string `json:"reporting" mapstructure:"reporting"`
}

// Databases returns the instance's four databases in the order draft, published, archive, reporting.
func (p ProjectWebAccess) Databases() []string {
	return []string{p.Draft, p.Published, p.Archive, p.Reporting}
}

// ServiceNames overrides the short names of services that cannot be known beforehand: the 2007 short
// names of the Project services are not documented (domain.md B.7), so they are found by path or display name.
type ServiceNames struct {
	ProjectQueue  string `json:"project_queue,omitempty" mapstructure:"project_queue"`
	ProjectEvents string `json:"project_events,omitempty" mapstructure:"project_events"`
	// Search is the service that crawls; empty means OSearch.
	Search string `json:"search,omitempty" mapstructure:"search"`
}

// Server returns the server of that name, ignoring case as Windows does.
func (f Farm) Server(name string) (Server, bool) {
	i := slices.IndexFunc(f.Servers, func(s Server) bool { return strings.EqualFold(s.Name, name) })
	if i < 0 {
		return Server{}, false
	}
	return f.Servers[i], true
}

// SQLServer returns the SQL Server of that name, ignoring case.
func (f Farm) SQLServer(name string) (SQLServer, bool) {
	i := slices.IndexFunc(f.SQLServers, func(s SQLServer) bool { return strings.EqualFold(s.Name, name) })
	if i < 0 {
		return SQLServer{}, false
	}
	return f.SQLServers[i], true
}

// WithRole returns the servers that hold a role, in the file's order.
func (f Farm) WithRole(r Role) []Server {
	var out []Server
	for _, s := range f.Servers {
		if s.HasRole(r) {
			out = append(out, s)
		}
	}
	return out
}

// SharePointServers returns every server that gets the packages: all but pure database servers.
func (f Farm) SharePointServers() []Server {
	var out []Server
	for _, s := range f.Servers {
		if s.RunsSharePoint() {
			out = append(out, s)
		}
	}
	return out
}

// CentralAdministration returns the host of the Central Administration site. A checked rollout file has
// exactly one.
func (f Farm) CentralAdministration() Server {
	for _, s := range f.Servers {
		if s.HasRole(RoleCentralAdministration) {
			return s
		}
	}
	return Server{}
}
