package farm

import (
	"fmt"
	"strings"
)

// probe judges what the setup account may do on one server ("Before you begin": which account runs the wizard).
func (j *judge) probe(p ProbeFacts) {
	s, _ := j.facts.Server(p.Server)
	if s.Computer != "" && localAccount(p.User, s.Computer) {
		j.add(SeverityBlocking, p.Server, "the setup account "+p.User+" is no domain account", "name a domain account that is a member of Administrators on every Web server and on the SQL Server computer")
	}
	if !p.Administrator {
		j.add(SeverityBlocking, p.Server, "the setup account "+p.User+" is not a member of Administrators", "add it (the article: member of the Administrators group on the Web server computer)")
	} else if !p.Elevated {
		j.add(SeverityBlocking, p.Server, "a job of "+p.User+" does not run elevated", "allow the task to run with highest privileges")
	}
	if !p.Profile {
		j.add(SeverityWarning, p.Server, "the profile of "+p.User+" is not loaded in a job", "log on once with the account on the server")
	}
	server, _ := j.facts.Server(p.Server)
	for _, r := range p.Paths {
		if !r.OK && !allInstalled(server.Packages) { // a server that needs no package needs no folder of packages
			j.add(SeverityBlocking, p.Server, fmt.Sprintf("%s cannot read %s: %s", p.User, r.Target, r.Error), "correct the path or its permissions")
		}
	}
}

// probeSQL judges what the setup account may do on the SQL Servers, as its job on one server found.
func (j *judge) probeSQL(p ProbeFacts) {
	for _, r := range p.SQL {
		switch {
		case !r.OK:
			j.add(SeverityBlocking, p.Server, fmt.Sprintf("%s cannot log on to SQL Server %s from here: %s", p.User, r.Target, r.Error), "grant the account what the article asks for on the SQL Server computer")
		case !r.Sysadmin:
			j.addOnce(SeverityWarning, r.Target, p.User+" is not a member of sysadmin", "the wizard needs every right in every database of the farm: sysadmin, or dbcreator, securityadmin and db_owner in each of them")
		}
	}
}

// setupAccount compares the setup account with the recommended one, the application pool account of Central
// Administration, and names what another account needs and cannot be seen from the Web servers.
func (j *judge) setupAccount(p ProbeFacts) {
	pool := j.facts.Farm.CentralPool
	if pool == "" || SameAccount(pool, p.User) {
		return
	}
	j.addOnce(SeverityInformation, j.farm.CentralAdministration().Name, fmt.Sprintf("the wizard will run as %s; the application pool account of Central Administration is %s", p.User, pool), "the article recommends the application pool account; another needs Administrators on every Web server and on the SQL Server computer")
	for _, q := range j.farm.SQLServers {
		switch administrator, seen := j.administratorOf(q, p.User); {
		case !seen:
			j.addOnce(SeverityInformation, q.Name, fmt.Sprintf("farmhand cannot see whether %s is a member of Administrators on the SQL Server computer", p.User), "the article asks for it where the account is not the application pool account: look there, with net localgroup Administrators")
		case !administrator:
			j.addOnce(SeverityBlocking, q.Name, p.User+" is not a member of Administrators on the SQL Server computer", "add it (the article: member of the Administrators group on the SQL Server computer), or run as the application pool account")
		}
	}
}

// administratorOf reports whether an account is an administrator of a SQL Server's computer. It can be seen
// where the file names that computer as a server, and the account connects to it or ran a job there.
func (j *judge) administratorOf(q SQLServer, account string) (administrator, seen bool) {
	for _, s := range j.farm.Servers {
		if !strings.EqualFold(s.Name, q.Name) && (q.Address == "" || !strings.EqualFold(s.Address, q.Address)) {
			continue
		}
		if f, ok := j.facts.Server(s.Name); ok && SameAccount(f.Account, account) {
			return f.Administrator, true
		}
		for _, p := range j.facts.Probes {
			if strings.EqualFold(p.Server, s.Name) && SameAccount(p.User, account) {
				return p.Administrator, true
			}
		}
	}
	return false, false
}

// profileTrap warns about services that run as the setup account: from Windows Server 2008 on the profile is
// unloaded when the account's own session ends, and what runs as it breaks (domain.md A.5).
func (j *judge) profileTrap(s ServerFacts) {
	if len(s.RunsAs) == 0 || OlderThan(s.OSVersion, 6, 0) {
		return
	}
	j.add(SeverityWarning, s.Server, strings.Join(s.RunsAs, ", ")+" run as the setup account: Windows unloads its profile when the wizard's session ends, and they may break",
		"restart these services after the wizard, or use a setup account that runs nothing")
}
