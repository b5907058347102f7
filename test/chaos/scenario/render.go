package scenario

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// User is the one account of every scenario, and Password the reference to its password.
const (
	User     = `CONTOSO\sp-setup`
	Password = "env:SP_SETUP_PASSWORD" //nolint:gosec // a reference, not its value
)

// Rollout is the rollout file of a run that begins at a moment, for servers on addresses 11 and up of a network such as "127.40.7".
func (s Scenario) Rollout(network string, now time.Time) string {
	var y strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&y, format+"\n", args...) }
	line("rollout: chaos-%d", s.Seed)
	line("release: infrastructure-update")
	line("requested_by: %s", Requester)
	line("operators: [%s]", strings.Join(Operators, ", "))
	line("license_terms:")
	for _, kb := range Packages {
		line("  - {package: %s, accepted_by: %s}", kb, Requester)
	}
	line("groups:\n  - name: change\n    members: [{name: %s}]", strings.Join(Members, "}, {name: "))
	line("gates:")
	for _, g := range s.Gates {
		line("  - {name: %s, group: change, quorum: %d}", g.Name, g.Quorum)
	}
	line("packages: {directory: 'C:\\Updates'}")
	line("credentials:\n  - {name: setup, user: '%s', password: '%s'}", User, Password)
	s.Calendar.render(line, now)
	s.waves(line)
	line("farms:")
	addresses := s.Addresses(network)
	for _, f := range s.Farms() {
		f.render(line, addresses)
	}
	return y.String()
}

// Addresses are the addresses of all servers and SQL Servers in a network, by name.
func (s Scenario) Addresses(network string) map[string]string {
	out := map[string]string{}
	add := func(name string) {
		if out[name] == "" { // farms may share a SQL Server
			out[name] = fmt.Sprintf("%s.%d", network, 11+len(out))
		}
	}
	for _, f := range s.Farms() {
		for _, v := range f.Servers {
			add(v.Name)
		}
		for _, q := range f.SQL {
			add(q.Name)
		}
	}
	return out
}

func (s Scenario) waves(line func(string, ...any)) {
	if s.Parallel > 0 {
		line("max_parallel: %d", s.Parallel)
	}
	if len(s.Waves) > 0 {
		line("waves:")
	}
	for _, w := range s.Waves {
		more := ""
		if w.Canary != "" {
			more += ", canary: " + w.Canary
		}
		if w.Parallel > 0 {
			more += fmt.Sprintf(", max_parallel: %d", w.Parallel)
		}
		line("  - {name: %s, farms: [%s]%s}", w.Name, strings.Join(w.Farms, ", "), more)
	}
}

func (f Farm) render(line func(string, ...any), addresses map[string]string) {
	line("  - name: %s", f.Name)
	line("    defaults: {connect_as: setup, run_as: setup, stage: 'D:\\farmhand'}")
	line("    servers:")
	for _, v := range f.Servers {
		winrm := "scheme: http, port: 5985"
		if v.HTTPS {
			winrm = "scheme: https, port: 5986"
		}
		byHand := ""
		if v.Manual {
			byHand = ", execution: manual"
		}
		line("      - {name: %s, address: %s, roles: [%s], winrm: {%s}%s}", v.Name, addresses[v.Name], strings.Join(v.Roles, ", "), winrm, byHand)
	}
	line("    sql_servers:")
	for _, q := range f.SQL {
		backup := map[string]string{
			"": `directory: 'E:\Backup'`, Differential: `directory: 'E:\Backup', mode: differential, differential: {agreed_by: dana}`, Proved: "mode: prove",
		}[q.Backup]
		line("      - {name: %s, address: %s, connect_as: setup, encrypt: %s, backup: {%s}}", q.Name, addresses[q.Name], q.Encrypt, backup)
	}
	var expect []string
	for _, q := range f.SQL {
		for _, d := range q.Databases {
			expect = append(expect, d.Name)
		}
	}
	line("    databases: {configuration: %s, on: %s, expect: [%s]}", f.Configuration, f.SQL[0].Name, strings.Join(expect, ", "))
	line("    project_web_access:")
	for _, p := range f.Projects {
		d := p.Databases()
		line("      - {url: 'http://pwa.contoso/%s', on: %s, draft: %s, published: %s, archive: %s, reporting: %s}",
			strings.ToLower(p.Name), p.On, d[0], d[1], d[2], d[3])
	}
}

// Twin is the twin file.
func (s Scenario) Twin() string {
	var y strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&y, format+"\n", args...) }
	line("servers:")
	for _, v := range s.allServers() {
		line("  - {name: %s, os: '%s', winrm: '%s', architecture: %s%s}", v.Name, v.OS, v.WinRM, v.Architecture, s.peculiar(v.Name))
	}
	line("databases:")
	for _, f := range s.Farms() {
		f.twinDatabases(line, len(s.Others) > 0)
	}
	if len(s.Holds) > 0 {
		line("holds:")
	}
	for _, h := range s.Holds {
		line("  - {host: %s, step: %s, skip: %d, for: %s}", h.Host, h.Step, h.Skip, h.For)
	}
	if len(s.Faults) > 0 {
		line("faults:")
	}
	for _, f := range s.Faults {
		line("  - {host: %s, step: %s, kind: %s, code: %d, skip: %d, times: %d, delay: %s}", f.Host, f.Step, f.Kind, f.Code, f.Skip, cmp.Or(f.Times, 1), f.Delay)
	}
	return y.String()
}

func (s Scenario) allServers() (all []Server) {
	for _, f := range s.Farms() {
		all = append(all, f.Servers...)
	}
	return all
}

// twinDatabases are the sizes of the farm's databases, and their administrator's own full backups where one is built on, or last
// night's is there, which proves nothing. narrow says that there are other farms.
func (f Farm) twinDatabases(line func(string, ...any), narrow bool) {
	of := ""
	if narrow {
		of = ", farm: " + f.Name
	}
	backed := map[string]bool{}
	for _, q := range f.SQL {
		for _, name := range f.DatabasesOn(q.Name) {
			backed[name] = backed[name] || q.Backup != ""
		}
	}
	const full = ", full_backup: 26h"
	for _, q := range f.SQL {
		for _, d := range q.Databases {
			more := ""
			if backed[d.Name] {
				more = full
			}
			line("  - {name: %s, on: %s, size_mb: %d%s%s}", d.Name, q.Name, d.SizeMB, more, of)
			delete(backed, d.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(backed)) {
		if backed[name] {
			line("  - {name: %s%s%s}", name, full, of)
		}
	}
}

// peculiar are further keys of a server in the twin file.
func (s Scenario) peculiar(server string) (text string) {
	i := slices.IndexFunc(s.Servers, func(p Peculiarity) bool { return p.Server == server })
	if i < 0 {
		return ""
	}
	p := s.Servers[i]
	if len(p.Installed) > 0 {
		text += fmt.Sprintf(", installed: [%s]", strings.Join(p.Installed, ", "))
	}
	if p.FreeMB > 0 {
		text += fmt.Sprintf(", free_mb: %d", p.FreeMB)
	}
	if len(p.Missing) > 0 {
		text += fmt.Sprintf(", missing: [%s]", strings.Join(p.Missing, ", "))
	}
	if p.Role != "" {
		text += ", server_role: " + p.Role
	}
	return text
}
