package scenario

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// User is the one account of every scenario, and Password the reference to its password.
const (
	User     = `CONTOSO\sp-setup`
	Password = "env:SP_SETUP_PASSWORD" //nolint:gosec // a reference, not its value
)

// Rollout is the rollout file, for servers on addresses 11 and up of a network such as "127.40.7".
func (s Scenario) Rollout(network string) string {
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
	s.farm(line, network)
	return y.String()
}

func (s Scenario) farm(line func(string, ...any), network string) {
	next := 10
	address := func() string { next++; return fmt.Sprintf("%s.%d", network, next) }
	f := s.Farm
	line("farms:\n  - name: %s", f.Name)
	line("    defaults: {connect_as: setup, run_as: setup, stage: 'D:\\farmhand'}")
	line("    servers:")
	for _, v := range f.Servers {
		winrm := "scheme: http, port: 5985"
		if v.HTTPS {
			winrm = "scheme: https, port: 5986"
		}
		line("      - {name: %s, address: %s, roles: [%s], winrm: {%s}}", v.Name, address(), strings.Join(v.Roles, ", "), winrm)
	}
	line("    sql_servers:")
	for _, q := range f.SQL {
		line("      - {name: %s, address: %s, connect_as: setup, encrypt: %s, backup: {directory: 'E:\\Backup'}}", q.Name, address(), q.Encrypt)
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
	for _, v := range s.Farm.Servers {
		line("  - {name: %s, os: '%s', winrm: '%s', architecture: %s%s}", v.Name, v.OS, v.WinRM, v.Architecture, s.peculiar(v.Name))
	}
	line("databases:")
	for _, q := range s.Farm.SQL {
		for _, d := range q.Databases {
			line("  - {name: %s, on: %s, size_mb: %d}", d.Name, q.Name, d.SizeMB)
		}
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
