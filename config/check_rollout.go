package config

import (
	"fmt"
	"regexp"
	"strings"

	"farmhand/internal/farm"
)

// checkRollout asks of a decoded rollout file everything that can be known without a server.
func (n *notes) checkRollout(r farm.Rollout) {
	if n.require("rollout", r.ID, "name this rollout, like 2026-11-infrastructure-update") {
		n.checkName("rollout", r.ID)
	}
	n.require("release", r.Release, "releases are "+list(ReleaseNames()))
	n.checkPeople(r)
	n.checkGates(r)
	n.checkPackageSource(r.Packages)
	n.checkTasks(r)
	n.checkCredentials(r)
	if len(r.Farms) == 0 {
		n.wrong("farms", "a rollout needs at least one farm")
	}
	var keys, names []string
	for i, f := range r.Farms {
		keys, names = append(keys, element("farms", i)+".name"), append(names, f.Name)
		n.checkFarm(element("farms", i), r, f)
	}
	n.checkUnique("farm name", keys, names)
	n.checkWaves(r)
	n.checkSites(r)
	n.checkAddresses(r)
	n.checkSharedSQLServers(r)
	n.checkAccounts(r)
	n.checkKerberos(r)
}

// checkCredentials checks the accounts and that no password is written out.
func (n *notes) checkCredentials(r farm.Rollout) {
	if len(r.Credentials) == 0 {
		n.wrong("credentials", "missing; name at least the setup account")
	}
	var keys, names []string
	for i, c := range r.Credentials {
		key := element("credentials", i)
		keys, names = append(keys, key+".name"), append(names, c.Name)
		n.checkName(key+".name", c.Name)
		n.require(key+".user", c.User, `want DOMAIN\user or user@domain`)
		if n.checkKeytab(key+".keytab", r, c) && c.Password == "" {
			continue
		}
		if n.require(key+".password", c.Password, "want a reference such as env:SP_SETUP_PASSWORD or file:/run/secrets/setup") && !isReference(c.Password) {
			n.wrong(key+".password", wantReference)
		}
	}
	n.checkUnique("credential", keys, names)
}

// checkAddresses finds two entries that are one machine. A site is a network of its own, so that the same
// private address may occur in two of them; farms may share a SQL Server, so that one is unique in its farm.
func (n *notes) checkAddresses(r farm.Rollout) {
	var keys, addresses []string
	for i, f := range r.Farms {
		var sqlKeys, sqlAddresses []string
		for j, s := range f.Servers {
			if s.Address != "" {
				keys = append(keys, element(element("farms", i)+".servers", j)+".address")
				addresses = append(addresses, fmt.Sprintf("%s port %d in site %s", s.Address, s.WinRM.Port, f.Site))
			}
		}
		for j, c := range f.Clients.Computers {
			if c.Address != "" {
				keys = append(keys, element(element("farms", i)+".clients.computers", j)+".address")
				addresses = append(addresses, fmt.Sprintf("%s port %d in site %s", c.Address, c.WinRM.Port, f.Site))
			}
		}
		for j, q := range f.SQLServers {
			if q.Address != "" {
				sqlKeys = append(sqlKeys, element(element("farms", i)+".sql_servers", j)+".address")
				sqlAddresses = append(sqlAddresses, fmt.Sprintf("%s port %d", q.Address, q.Port))
			}
		}
		n.checkUnique("address", sqlKeys, sqlAddresses)
	}
	n.checkUnique("address", keys, addresses)
}

// checkAccounts checks the accounts that packages and the wizard run under: the article wants a domain
// account, and a scheduled task takes it as DOMAIN\user or user@domain only.
func (n *notes) checkAccounts(r farm.Rollout) {
	used := map[string]bool{}
	for _, f := range r.Farms {
		for _, s := range f.Servers {
			used[s.RunAs] = true
		}
	}
	for i, c := range r.Credentials {
		if first, _ := r.Credential(c.Name); first != c {
			continue // a second one of the same name is a mistake of its own
		}
		if used[c.Name] && !accountForm.MatchString(c.User) && c.User != "" {
			n.wrong(element("credentials", i)+".user", `%s holds a character that no account has; it stands in commands that make tasks and close folders`, quoted("user", c.User))
		} else if used[c.Name] && c.User != "" && !isWindowsAccount(c.User) {
			n.wrong(element("credentials", i)+".user", `%s runs packages and the wizard (run_as); want a Windows account as DOMAIN\user or user@domain`, quoted("user", c.User))
		}
	}
}

// accountForm is what the name of an account may hold: Windows itself forbids the rest in names of accounts and domains,
// besides what a command line would read.
var accountForm = regexp.MustCompile(`^[^"%!<>|&^/:*?\[\];=,+\x00-\x1f]{1,104}$`)

// isWindowsAccount reports whether a user is spelled DOMAIN\user or user@domain.
func isWindowsAccount(user string) bool {
	if domain, name, ok := strings.Cut(user, `\`); ok {
		return domain != "" && name != "" && !strings.ContainsAny(name, `\/@:"`)
	}
	name, domain, ok := strings.Cut(user, "@")
	return ok && name != "" && domain != "" && !strings.ContainsAny(domain, `@/:"`)
}
