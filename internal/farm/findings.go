package farm

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Severity says what a finding means for the rollout.
type Severity string

// The severities, worst first.
const (
	SeverityBlocking    Severity = "blocking"
	SeverityWarning     Severity = "warning"
	SeverityInformation Severity = "information"
)

// Finding is one thing preflight found: where, what, and what to do about it.
type Finding struct {
	Severity Severity `json:"severity"`
	Server   string   `json:"server"`
	What     string   `json:"what"`
	Do       string   `json:"do,omitempty"`
}

// MaxClockOffset is how far a server's clock may be off before times in the evidence mislead.
const MaxClockOffset = 2 * time.Minute

// minFreeMB is what the temp and stage drives must have free per package, besides its own size.
const minFreeMB = 1024

// Findings judges what preflight read against the rollout file and the release. It is pure: the same
// facts give the same findings, on the plan screen and in the workflow.
func Findings(r Rollout, rel Release, f Farm, facts Facts) []Finding {
	j := &judge{rollout: r, release: rel, farm: f, facts: facts}
	for _, s := range facts.Servers {
		j.server(s)
	}
	for _, p := range facts.Probes {
		j.probe(p)
	}
	for _, s := range facts.SQL {
		j.sqlServer(s)
	}
	j.unhashed()
	j.webServers()
	j.reported()
	j.databases()
	slices.SortStableFunc(j.out, func(a, b Finding) int { return rank(a.Severity) - rank(b.Severity) })
	return j.out
}

// Blocking returns the findings that must not be passed.
func Blocking(fs []Finding) []Finding {
	var out []Finding
	for _, f := range fs {
		if f.Severity == SeverityBlocking {
			out = append(out, f)
		}
	}
	return out
}

func rank(s Severity) int {
	return slices.Index([]Severity{SeverityBlocking, SeverityWarning, SeverityInformation}, s)
}

type judge struct {
	rollout Rollout
	release Release
	farm    Farm
	facts   Facts
	out     []Finding
}

func (j *judge) add(sev Severity, server, what, do string) {
	j.out = append(j.out, Finding{Severity: sev, Server: server, What: what, Do: do})
}

func (j *judge) server(s ServerFacts) {
	srv, _ := j.farm.Server(s.Server)
	if !s.Administrator {
		j.add(SeverityBlocking, s.Server, fmt.Sprintf("%s is not a member of Administrators", s.Account), "add the account to the local Administrators group")
	}
	if s.ClockOffset.Abs() > MaxClockOffset {
		j.add(SeverityWarning, s.Server, fmt.Sprintf("the clock is %s off", s.ClockOffset), "synchronise the clock; times in the evidence are the server's own where they come from its logs")
	}
	if older(s.OSVersion, 5, 2) {
		j.add(SeverityBlocking, s.Server, "Windows "+s.OSVersion+" is older than Windows Server 2003", "check the address: no farm of this product runs on it")
	}
	if older(s.PowerShell, 2, 0) {
		j.add(SeverityBlocking, s.Server, "Windows PowerShell is "+s.PowerShell, "install the Windows Management Framework (KB968930): PowerShell 2.0 and WinRM 2.0")
	}
	if len(s.PendingReboot) > 0 {
		j.add(SeverityBlocking, s.Server, "a reboot is pending: "+strings.Join(s.PendingReboot, ", "), "reboot the server, then check again")
	}
	if !srv.RunsSharePoint() {
		return
	}
	if !s.SharePoint {
		j.add(SeverityBlocking, s.Server, "Windows SharePoint Services 3.0 is not installed (no 12.0 registry key)", "correct the roles in the file, or the address")
		return
	}
	if strings.EqualFold(strings.TrimSpace(s.ServerRole), "singleserver") {
		j.add(SeverityBlocking, s.Server, "SERVERROLE is singleserver: a Basic installation, for which this procedure does not apply", "use Microsoft Update; the configuration wizard then runs by itself")
	}
	j.serverServices(s)
	j.serverVersion(s)
	j.serverPackages(s)
}

func (j *judge) serverServices(s ServerFacts) {
	for _, name := range []string{ServiceTimer, ServiceAdministration} {
		switch st, ok := s.Service(name); {
		case !ok:
			j.add(SeverityBlocking, s.Server, "the service "+name+" does not exist", "repair the SharePoint installation")
		case !st.Running:
			j.add(SeverityBlocking, s.Server, name+" is not running: the upgrade runs inside the timer service of every server", "start it: net start "+name)
		}
	}
}

// older reports whether a version's first two numbers are below major.minor. A version that says nothing is
// no reason to stop.
func older(version string, major, minor int) bool {
	var a, b int
	if n, _ := fmt.Sscanf(version, "%d.%d", &a, &b); n < 2 {
		return false
	}
	return a < major || a == major && b < minor
}

// webServers warns about a Web server whose W3SVC is not as users need it: what preflight finds is what the
// end goes back to, and a run that was aborted or terminated leaves W3SVC stopped and manual.
func (j *judge) webServers() {
	for _, srv := range WebServers(j.farm, j.facts) {
		s, ok := j.facts.Server(srv.Name)
		if !ok {
			continue
		}
		if st, ok := s.Service(ServiceWebPublishing); ok && (!st.Running || st.StartMode == StartManual || st.StartMode == StartDisabled) {
			state := "stopped"
			if st.Running {
				state = "running"
			}
			j.add(SeverityWarning, s.Server, fmt.Sprintf("W3SVC is %s and %s before the update, and goes back to just that at the end", state, st.StartMode),
				"if an earlier update left it so, put it right first: sc config W3SVC start= auto, net start W3SVC")
		}
	}
}

func (j *judge) serverVersion(s ServerFacts) {
	switch {
	case s.Version.IsZero():
		j.add(SeverityWarning, s.Server, "the registry names no SharePoint version", "look at the file versions by hand")
	case !s.Version.AtLeast(j.release.Baseline.Version):
		j.add(SeverityBlocking, s.Server, fmt.Sprintf("version %s is older than the baseline %s", s.Version, j.release.Baseline.Version), "install "+j.release.Baseline.Title+" first")
	}
	if t := strings.ToUpper(s.SetupType); t != "" && t != "CLEAN_INSTALL" && !allInstalled(s.Packages) {
		j.add(SeverityBlocking, s.Server, "SetupType is "+s.SetupType+": an earlier update was not finalized", "run the configuration wizard for it first")
	}
}

func (j *judge) serverPackages(s ServerFacts) {
	for _, p := range s.Packages {
		if p.Installed {
			j.add(SeverityInformation, s.Server, p.KB+" is there already: "+p.Evidence, "it is proven, not installed again")
		}
	}
	need := 0
	for _, p := range j.release.Packages {
		file, ok := p.File(s.Architecture)
		if !ok {
			j.add(SeverityBlocking, s.Server, fmt.Sprintf("the release has no file of %s for %s", p.KB, s.Architecture), "add the file to the release")
			continue
		}
		i := slices.IndexFunc(s.Copies, func(c PackageCopy) bool { return c.KB == p.KB })
		if i < 0 || !s.Copies[i].Exists {
			j.add(SeverityBlocking, s.Server, file.Name+" is not in "+j.rollout.Packages.Directory, "download it and copy it there")
			continue
		}
		c := s.Copies[i]
		need = max(need, 3*c.SizeMB)
		if file.SHA256 != "" && !strings.EqualFold(file.SHA256, c.SHA256) {
			j.add(SeverityBlocking, s.Server, fmt.Sprintf("%s has SHA-256 %s, and the release says %s", file.Name, c.SHA256, file.SHA256), "copy the package again")
		}
		if c.Blocked {
			j.add(SeverityBlocking, s.Server, file.Name+" is marked as downloaded from the Internet", "unblock it in its properties")
		}
		if other := differs(j.facts.Servers, s, c); other != "" {
			j.add(SeverityBlocking, s.Server, file.Name+" is another file than on "+other, "copy the same package to every server")
		}
		if !slices.ContainsFunc(j.rollout.LicenseTerms, func(l LicenseTerms) bool { return strings.EqualFold(l.Package, p.KB) && l.AcceptedBy != "" }) {
			j.add(SeverityBlocking, s.Server, "nobody accepted the license terms of "+p.KB, "add license_terms to the rollout file")
		}
	}
	srv, _ := j.farm.Server(s.Server)
	for _, path := range []string{s.TempFolder, srv.Stage} {
		if d, ok := s.Drive(path); ok && d.FreeMB < need+minFreeMB {
			j.add(SeverityBlocking, s.Server, fmt.Sprintf("%s has %d MB free, and the packages want %d MB", d.Name, d.FreeMB, need+minFreeMB), "make room on "+d.Name)
		} else if !ok && path != "" {
			j.add(SeverityBlocking, s.Server, "there is no fixed drive for "+path, "correct the path")
		}
	}
}

// unhashed warns once per file, not once per server, about packages whose hash nobody gave.
func (j *judge) unhashed() {
	for _, p := range j.release.Packages {
		for _, file := range p.Files {
			if file.SHA256 != "" {
				continue
			}
			servers := map[string][]string{} // hash found -> servers
			var hashes []string
			for _, s := range j.facts.Servers {
				i := slices.IndexFunc(s.Copies, func(c PackageCopy) bool { return c.KB == p.KB && c.Exists })
				if s.Architecture != file.Architecture || i < 0 {
					continue
				}
				h := s.Copies[i].SHA256
				if servers[h] == nil {
					hashes = append(hashes, h)
				}
				servers[h] = append(servers[h], s.Server)
			}
			for _, h := range hashes {
				j.add(SeverityWarning, strings.Join(servers[h], ", "), fmt.Sprintf("nobody gave a hash for %s; found SHA-256 %s", file.Name, h), "compare it with the file you trust, and write it into the release")
			}
		}
	}
}

// differs names a server of the same architecture that holds another file of the same package.
func differs(all []ServerFacts, s ServerFacts, c PackageCopy) string {
	for _, o := range all {
		if o.Server == s.Server || o.Architecture != s.Architecture {
			continue
		}
		for _, oc := range o.Copies {
			if oc.KB == c.KB && oc.Exists && oc.SHA256 != c.SHA256 {
				return o.Server
			}
		}
	}
	return ""
}

func (j *judge) probe(p ProbeFacts) {
	if !p.Administrator {
		j.add(SeverityBlocking, p.Server, "the setup account "+p.User+" is not a member of Administrators", "add it (the article: member of the Administrators group on the Web server computer)")
	} else if !p.Elevated {
		j.add(SeverityBlocking, p.Server, "a job of "+p.User+" does not run elevated", "allow the task to run with highest privileges")
	}
	if !p.Profile {
		j.add(SeverityWarning, p.Server, "the profile of "+p.User+" is not loaded in a job", "log on once with the account on the server")
	}
	for _, r := range p.SQL {
		if !r.OK {
			j.add(SeverityBlocking, p.Server, fmt.Sprintf("%s cannot log on to SQL Server %s from here: %s", p.User, r.Target, r.Error), "grant the account what the article asks for on the SQL Server computer")
		}
	}
	for _, r := range p.Paths {
		if !r.OK {
			j.add(SeverityBlocking, p.Server, fmt.Sprintf("%s cannot read %s: %s", p.User, r.Target, r.Error), "correct the path or its permissions")
		}
	}
	if pool := j.facts.Farm.CentralPool; pool != "" && !strings.EqualFold(pool, p.User) {
		j.addOnce(SeverityInformation, j.farm.CentralAdministration().Name, fmt.Sprintf("the wizard will run as %s; the application pool account of Central Administration is %s", p.User, pool), "the article recommends the application pool account; another needs Administrators on every Web server and on the SQL Server computer")
	}
}

func (j *judge) addOnce(sev Severity, server, what, do string) {
	f := Finding{sev, server, what, do}
	if !slices.Contains(j.out, f) {
		j.out = append(j.out, f)
	}
}

func (j *judge) sqlServer(s SQLFacts) {
	if strings.HasPrefix(s.ProductVersion, "8.") {
		j.add(SeverityBlocking, s.Server, "SQL Server 2000 ("+s.ProductVersion+")", "its wire protocol is too old: back up and verify by hand, or upgrade SQL Server first")
	}
	if !s.Sysadmin {
		j.add(SeverityWarning, s.Server, "the connection is not a member of sysadmin", "backups and VERSIONS need rights in every database of the farm")
	}
	q, _ := j.farm.SQLServer(s.Server)
	if !s.BackupDirectory {
		j.add(SeverityBlocking, s.Server, "the backup directory "+q.Backup.Directory+" does not exist", "create it on the SQL Server computer")
	}
	need := 0
	for _, d := range FarmDatabases(j.farm, j.facts) {
		if strings.EqualFold(d.Server, s.Server) {
			need += d.SizeMB
		}
	}
	if s.BackupFreeMB >= 0 && s.BackupFreeMB < need {
		j.add(SeverityBlocking, s.Server, fmt.Sprintf("the backup drive has %d MB free, and the databases are %d MB", s.BackupFreeMB, need), "make room, or name another directory")
	}
}

// reported compares what the farm says of itself with the file.
func (j *judge) reported() {
	rep, name := j.facts.Farm, j.farm.Name
	if rep.Configuration == "" {
		return // DescribeFarm failed, and that failure is shown by itself
	}
	if !strings.EqualFold(rep.Configuration, j.farm.Databases.Configuration) {
		j.add(SeverityBlocking, name, fmt.Sprintf("the farm's configuration database is %s, and the file says %s", rep.Configuration, j.farm.Databases.Configuration), "correct the file, or the addresses: this may be another farm")
	}
	var fileServers, frontEnds []string
	for _, s := range j.farm.SharePointServers() {
		fileServers = append(fileServers, s.Name)
	}
	for _, s := range j.farm.WithRole(RoleFrontEndWeb) {
		frontEnds = append(frontEnds, s.Name)
	}
	j.compare("server", rep.Servers, fileServers, SeverityBlocking)
	j.compare("Web server (Web Application service)", rep.WebServers, frontEnds, SeverityWarning)
	j.compare("host of Central Administration", rep.CentralAdministration, []string{j.farm.CentralAdministration().Name}, SeverityBlocking)
	for _, n := range rep.NeedsUpgrade {
		j.add(SeverityWarning, n, "the farm says that "+n+" needs an upgrade already", "find out which update was not finished")
	}
}

func (j *judge) compare(what string, reported, file []string, sev Severity) {
	for _, n := range reported {
		if !containsName(file, n) {
			j.add(sev, n, "the farm has a "+what+" that the file does not name as such: "+n, "add it to the file: a server left out is not updated")
		}
	}
	for _, n := range file {
		if !containsName(reported, n) {
			j.add(sev, n, "the file names a "+what+" that the farm does not report: "+n, "correct the file")
		}
	}
}

func (j *judge) databases() {
	have := FarmDatabases(j.farm, j.facts)
	named := append([]string{j.farm.Databases.Configuration}, j.farm.Databases.Expect...)
	for _, p := range j.farm.ProjectWebAccess {
		named = append(named, p.Databases()...)
	}
	for _, d := range j.facts.Farm.Databases {
		named = append(named, d.Name)
	}
	seen := map[string]bool{}
	for _, n := range named {
		if n == "" || seen[strings.ToLower(n)] {
			continue
		}
		seen[strings.ToLower(n)] = true
		if !slices.ContainsFunc(have, func(d DatabaseOn) bool { return strings.EqualFold(d.Database, n) }) {
			j.add(SeverityBlocking, j.farm.Name, "database "+n+" is on none of the file's SQL Servers", "add the SQL Server, or correct the name: a database left out is not backed up")
		}
	}
	for _, s := range j.facts.SQL {
		for _, d := range have {
			if f, ok := s.Database(d.Database); ok && d.Server == s.Server && !strings.EqualFold(f.State, "ONLINE") {
				j.add(SeverityBlocking, s.Server, "database "+f.Name+" is "+f.State, "bring it online")
			}
		}
	}
}

func allInstalled(ps []PackageState) bool {
	return len(ps) > 0 && !slices.ContainsFunc(ps, func(p PackageState) bool { return !p.Installed })
}
