package simulator

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"farmhand/internal/farm"
	"farmhand/simulator/sharepoint"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// Twin is a twin file: how the simulated farms differ from the usual ones, and what goes wrong in them. The
// zero value is a healthy farm.
type Twin struct {
	// Level is what the farm's databases are at before the update; empty is the release's baseline.
	Level      string          `yaml:"level"`
	Servers    []TwinServer    `yaml:"servers"`
	Durations  TwinDurations   `yaml:"durations"`
	Databases  []TwinDatabase  `yaml:"databases"`
	Packages   []TwinPackage   `yaml:"packages"`
	SQLServers []TwinSQLServer `yaml:"sql_servers"`
	Holds      []world.Hold    `yaml:"holds"`
	Faults     []world.Fault   `yaml:"faults"`
	// UpgradeJobs are upgrade timer jobs that somebody else left in the farm.
	UpgradeJobs []TwinUpgradeJob `yaml:"upgrade_jobs"`
	// Clients are the client computers that the rollout lists.
	Clients []TwinClient `yaml:"clients"`
}

// TwinServer is what is unusual about one server; sharepoint.Server explains the fields.
type TwinServer struct {
	Farm             string            `yaml:"farm"`
	Name             string            `yaml:"name"`
	OS               string            `yaml:"os"`
	Language         windows.Language  `yaml:"language"`
	WinRM            string            `yaml:"winrm"`
	Architecture     farm.Architecture `yaml:"architecture"`
	FreeMB           int               `yaml:"free_mb"`
	Installed        []string          `yaml:"installed"`
	Baseline         string            `yaml:"baseline"`
	WizardPending    *bool             `yaml:"wizard_pending"`
	ServerRole       string            `yaml:"server_role"`
	PowerShell       string            `yaml:"powershell"`
	CodePage         int               `yaml:"code_page"`
	FIPS             bool              `yaml:"fips"`
	Quotas           TwinQuotas        `yaml:"quotas"`
	ServicesAs       string            `yaml:"services_as"`
	Stopped          []string          `yaml:"stopped"`
	AutomaticUpdates string            `yaml:"automatic_updates"`
	Languages        []int             `yaml:"languages"`
	PendingReboot    bool              `yaml:"pending_reboot"`
	Missing          []string          `yaml:"missing"`
	WSSOnly          bool              `yaml:"wss_only"`
	WebApplication   *bool             `yaml:"web_application"`
	StaleCache       bool              `yaml:"stale_cache"`
	StuckServices    []string          `yaml:"stuck_services"`
}

// TwinQuotas are limits of winrm/config/winrs; windows.Quotas explains them.
type TwinQuotas struct {
	Shells    int `yaml:"shells"`
	MemoryMB  int `yaml:"memory_mb"`
	Processes int `yaml:"processes"`
	Users     int `yaml:"users"`
}

// TwinSQLServer is what is unusual about one SQL Server.
type TwinSQLServer struct {
	Farm string `yaml:"farm"`
	Name string `yaml:"name"`
	// Version such as 8.00.2039 (2000 SP4), 9.00.4060.00 (2005 SP3, the default) or 10.0.5500.0 (2008 SP3).
	Version string `yaml:"version"`
	Edition string `yaml:"edition"`
	// NotSysadmin names accounts of the rollout, as DOMAIN\user, that are not members of sysadmin here.
	NotSysadmin []string `yaml:"not_sysadmin"`
	// FreeMB is the room on the drive for backups.
	FreeMB int `yaml:"free_mb"`
}

// TwinDurations are how long things take in life; a zero one is the release's. Users is the time between
// two users at one Web server.
type TwinDurations struct {
	Staging     time.Duration `yaml:"staging"`
	Package     time.Duration `yaml:"package"`
	Reboot      time.Duration `yaml:"reboot"`
	FirstWizard time.Duration `yaml:"first_wizard"`
	OtherWizard time.Duration `yaml:"other_wizard"`
	BackupPerGB time.Duration `yaml:"backup_per_gb"`
	Users       time.Duration `yaml:"users"`
}

// TwinDatabase is what is unusual about one database; sharepoint.Database explains the fields.
type TwinDatabase struct {
	Farm   string `yaml:"farm"`
	Name   string `yaml:"name"`
	SizeMB int    `yaml:"size_mb"`
	On     string `yaml:"on"`
	Queued int    `yaml:"queued"`
	// FullBackup is how long ago its administrator took a full backup of it.
	FullBackup time.Duration `yaml:"full_backup"`
	Mirrored   bool          `yaml:"mirrored"`
	Jobs       []TwinJobs    `yaml:"jobs"`
}

// TwinJobs are jobs in a Draft database's queue; sharepoint.Jobs explains the fields.
type TwinJobs struct {
	State int  `yaml:"state"`
	Count int  `yaml:"count"`
	Stay  bool `yaml:"stay"`
}

// TwinPackage is what is unusual about a package's file; sharepoint.PackageFile explains the fields.
type TwinPackage struct {
	Farm      string `yaml:"farm"`
	Server    string `yaml:"server"`
	KB        string `yaml:"kb"`
	Zone      string `yaml:"zone"`
	Signature string `yaml:"signature"`
	Signer    string `yaml:"signer"`
}

// TwinUpgradeJob is an upgrade timer job; sharepoint.UpgradeJob explains the fields.
type TwinUpgradeJob struct {
	Farm   string        `yaml:"farm"`
	Name   string        `yaml:"name"`
	Server string        `yaml:"server"`
	Ends   time.Duration `yaml:"ends"`
}

// LoadTwin reads a twin file. Unknown keys and wrong types are errors that name the file and the line.
func LoadTwin(path string) (Twin, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Twin{}, fmt.Errorf("twin file: %w", err)
	}
	t, err := parseTwin(data)
	if err != nil {
		return Twin{}, fmt.Errorf("twin file %s: %w", path, err)
	}
	return t, nil
}

func parseTwin(data []byte) (Twin, error) {
	var t Twin
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&t); err != nil && !errors.Is(err, io.EOF) {
		return Twin{}, err
	}
	if err := d.Decode(new(any)); err == nil {
		return Twin{}, errors.New("more than one YAML document")
	}
	return t, t.checkSteps(data)
}

// check compares the twin with the rollout: an entry that names nothing would never do anything.
func (t Twin) check(r farm.Rollout, rel farm.Release) error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf("twin: "+format, args...)) }
	if _, err := farm.ParseVersion(t.Level); t.Level != "" && err != nil {
		wrong("level: %w", err)
	}
	for _, s := range t.Servers {
		if !known(r, s.Farm, func(f farm.Farm) bool { _, ok := f.Server(s.Name); return ok }) {
			wrong("servers: no farm has a server %q", s.Name)
		}
		if !slices.Contains([]string{"", "2003", "2008", "2008r2"}, s.OS) {
			wrong("server %s: os %q: want 2003, 2008 or 2008r2", s.Name, s.OS)
		}
		if s.Language != "" && !slices.Contains(windows.Languages(), s.Language) {
			wrong("server %s: language %q: want en or fr", s.Name, s.Language)
		}
		if !slices.Contains([]farm.Architecture{"", farm.X86, farm.X64}, s.Architecture) {
			wrong("server %s: architecture %q: want x86 or x64", s.Name, s.Architecture)
		}
		if !slices.Contains([]string{"", "1.1", "2.0", "3.0"}, s.WinRM) {
			wrong("server %s: winrm %q: want 1.1, 2.0 or 3.0", s.Name, s.WinRM)
		}
		if !slices.Contains([]string{"", "none", "1.0", "2.0"}, s.PowerShell) {
			wrong("server %s: powershell %q: want none, 1.0 or 2.0", s.Name, s.PowerShell)
		}
		if s.AutomaticUpdates != "" && !slices.Contains(sharepoint.AutomaticUpdates(), s.AutomaticUpdates) {
			wrong("server %s: automatic_updates %q: want one of %s", s.Name, s.AutomaticUpdates, strings.Join(sharepoint.AutomaticUpdates(), ", "))
		}
		if _, err := farm.ParseVersion(s.Baseline); s.Baseline != "" && err != nil {
			wrong("server %s: baseline: %w", s.Name, err)
		}
		for _, kb := range slices.Concat(s.Installed, s.Missing) {
			if !slices.ContainsFunc(rel.InstallOrder(), func(p farm.Package) bool { return p.ID() == kb }) {
				wrong("server %s: the release has no package %q", s.Name, kb)
			}
		}
	}
	for _, j := range t.UpgradeJobs {
		if j.Name == "" {
			wrong("upgrade_jobs: a job has no name")
		}
		if j.Server != "" && !known(r, j.Farm, func(f farm.Farm) bool { _, ok := f.Server(j.Server); return ok }) {
			wrong("upgrade_jobs: no farm has a server %q", j.Server)
		}
	}
	for _, c := range t.Clients {
		c.check(r, wrong)
	}
	for _, p := range t.Packages {
		if !slices.ContainsFunc(rel.Packages, func(q farm.Package) bool { return q.KB == p.KB }) {
			wrong("packages: the release has no package %q", p.KB)
		}
		if p.Server != "" && !known(r, p.Farm, func(f farm.Farm) bool { _, ok := f.Server(p.Server); return ok }) {
			wrong("packages: no farm has a server %q", p.Server)
		}
	}
	for _, q := range t.SQLServers {
		if !known(r, q.Farm, func(f farm.Farm) bool { _, ok := f.SQLServer(q.Name); return ok }) {
			wrong("sql_servers: no farm has a SQL Server %q", q.Name)
		}
		if _, err := farm.ParseVersion(q.Version); q.Version != "" && err != nil {
			wrong("SQL Server %s: version: %w", q.Name, err)
		}
	}
	for _, d := range t.Databases {
		if !known(r, d.Farm, func(f farm.Farm) bool { return d.on(f) }) {
			wrong("databases: no farm has a database %q, and on: names no SQL Server to add it to", d.Name)
		}
	}
	host := func(what, farmName, name, step string) {
		if !known(r, farmName, func(f farm.Farm) bool {
			_, server := f.Server(name)
			_, sql := f.SQLServer(name)
			return server || sql || hasComputer(f, name)
		}) {
			wrong("%s at %q: no farm has a server or SQL Server %q", what, step, name)
		}
	}
	for _, h := range t.Holds {
		host("hold", h.Farm, h.Host, h.Step)
		for _, m := range mistakes(h.Step, "", false) {
			wrong("hold of %s: %s", h.Host, m)
		}
	}
	for _, f := range t.Faults {
		host("fault", f.Farm, f.Host, f.Step)
		for _, m := range mistakes(f.Step, f.Kind, true) {
			wrong("fault of %s: %s", f.Host, m)
		}
		t.checkSubject(f.Step, r, rel, wrong)
	}
	return errors.Join(errs...)
}

// known reports whether a farm, the named one or any, has something.
func known(r farm.Rollout, name string, has func(farm.Farm) bool) bool {
	return slices.ContainsFunc(r.Farms, func(f farm.Farm) bool {
		return (name == "" || strings.EqualFold(name, f.Name)) && has(f)
	})
}

// on reports whether a farm has the database, or the SQL Server it is added to.
func (d TwinDatabase) on(f farm.Farm) bool {
	if d.On != "" {
		_, ok := f.SQLServer(d.On)
		return ok
	}
	return slices.ContainsFunc(databaseNames(f), equal(d.Name))
}

func databaseNames(f farm.Farm) []string {
	all := append([]string{f.Databases.Configuration}, f.Databases.Expect...)
	for _, p := range f.ProjectWebAccess {
		all = append(all, p.Databases()...)
	}
	return all
}

func equal(name string) func(string) bool {
	return func(other string) bool { return strings.EqualFold(name, other) }
}
