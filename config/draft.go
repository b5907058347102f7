package config

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"farmhand/internal/farm"
)

// Blank marks, in a comment, what a person must fill into a draft. Until then the file is refused, with the
// line of each blank.
const Blank = "FILL IN"

// DraftOptions are what the person who drafts a rollout file said.
type DraftOptions struct {
	// Farm names the farm.
	Farm string
	// Release will be installed; ReleaseName is how the file names it.
	Release     farm.Release
	ReleaseName string
	// User and Password (a reference) are those of the setup account.
	User, Password string
	Stage          string
	WinRM          farm.WinRM
	At             time.Time
}

// draft writes lines of a file, with values quoted.
type draft struct{ bytes.Buffer }

func (w *draft) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

// text quotes a value: single quotes take everything but line ends and what YAML does not print, which no name has.
func text(s string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\ufeff' || r == '\ufffd' || r == '\ufffe' || r == '\uffff' {
			return -1
		}
		return r
	}, s)
	return "'" + strings.ReplaceAll(clean, "'", "''") + "'"
}

// remark is a value in a comment.
func remark(s string) string { return strings.Trim(text(s), "'") }

// Draft writes a first rollout file from what a living farm says of itself. What no farm can say (people,
// folders, addresses of pages) is left blank; the rest is to be read and compared.
func Draft(d farm.Discovery, o DraftOptions) []byte {
	var w draft
	w.line("# A first rollout file, drafted %s from what the farm says of itself (version %s).", o.At.UTC().Format("2006-01-02 15:04 UTC"), d.Facts.Version)
	w.line("# Lines with %s miss something; read the others, too. The manual of every key is config/examples/contoso.yaml.", Blank)
	w.line("rollout: %s", text(o.At.UTC().Format("2006-01")+"-"+o.Release.Name))
	w.line("release: %s", text(o.ReleaseName))
	w.line("requested_by:              # %s: who asks; this person cannot approve", Blank)
	w.line("operators: []              # %s: who decides when a step failed, like [dave, erin]", Blank)
	w.line("license_terms:             # who read and accepted the license terms of each package")
	for _, p := range o.Release.Packages {
		w.line("  - package: %s", text(p.KB))
		w.line("    accepted_by:           # %s", Blank)
	}
	w.line("groups:")
	w.line("  - name: change")
	w.line("    members: []            # %s: who approves, like [{name: bob}, {name: carol}]", Blank)
	w.line("gates:")
	w.line("  - {name: continue, group: change, remind: 5m}")
	w.line("packages:")
	w.line("  directory:               # %s: where the packages lie on every server, like 'C:\\Updates'", Blank)
	w.line("credentials:")
	w.line("  - {name: setup, user: %s, password: %s}", text(o.User), text(o.Password))
	w.line("farms:")
	w.line("  - name: %s", text(o.Farm))
	w.line("    defaults: {connect_as: setup, run_as: setup, stage: %s, winrm: {scheme: %s, port: %d, auth: %s}}", text(o.Stage), text(o.WinRM.Scheme), o.WinRM.Port, text(o.WinRM.Auth))
	w.servers(d)
	w.sqlServers(d)
	w.databases(d)
	w.projectWebAccess(d)
	return w.Bytes()
}

func (w *draft) servers(d farm.Discovery) {
	w.line("    # The order within a role is the order of the wizard. An index server is told by the search service, which query")
	w.line("    # servers run, too.")
	w.line("    servers:")
	for _, s := range d.Servers {
		if s.Problem != "" {
			w.line("      # %s did not answer (%s): its roles are the farm's word alone.", remark(s.Name), remark(s.Problem))
		}
		roles := make([]string, len(s.Roles))
		for i, r := range s.Roles {
			roles[i] = string(r)
		}
		w.line("      - {name: %s, address: %s, roles: [%s]}", text(s.Name), text(s.Address), strings.Join(roles, ", "))
	}
}

func (w *draft) sqlServers(d farm.Discovery) {
	w.line("    sql_servers:")
	for _, s := range d.SQLServers {
		if s.Problem != "" {
			w.line("      # %s: %s", remark(s.Instance), remark(s.Problem))
		}
		w.line("      - name: %s", text(s.Name))
		w.line("        address: %s", text(s.Address))
		if s.Port == 0 {
			w.line("        port: 0            # %s: the TCP port of the instance", Blank)
		} else {
			w.line("        port: %d", s.Port)
		}
		w.line("        encrypt: login     # required, where SQL Server has a certificate that this network trusts")
		w.line("        backup:")
		w.line("          directory:       # %s: as SQL Server sees it, like 'E:\\Backup'", Blank)
	}
}

func (w *draft) databases(d farm.Discovery) {
	on, expect := "", []string(nil)
	for _, db := range d.Facts.Databases {
		switch {
		case strings.EqualFold(db.Name, d.Facts.Configuration):
			on = w.nameOf(d, db.Server)
		case !db.Project() && !slices.Contains(expect, text(db.Name)):
			expect = append(expect, text(db.Name))
		}
	}
	w.line("    databases:")
	w.line("      configuration: %s", text(d.Facts.Configuration))
	w.line("      on: %s", text(on))
	w.line("      expect: [%s]", strings.Join(expect, ", "))
}

// nameOf is the file's name of a SQL Server instance.
func (w *draft) nameOf(d farm.Discovery, instance string) string {
	i := slices.IndexFunc(d.SQLServers, func(s farm.DiscoveredSQLServer) bool { return strings.EqualFold(s.Instance, instance) })
	if i < 0 {
		return ""
	}
	return d.SQLServers[i].Name
}

func (w *draft) projectWebAccess(d farm.Discovery) {
	instances, left := farm.DiscoverProjectWebAccess(d.Facts)
	for _, name := range left {
		w.line("    # %s is a database of Project Server, and its name does not say which of the four.", remark(name))
	}
	if len(instances) == 0 {
		return
	}
	w.line("    project_web_access:    # which database is which is read from their names")
	for _, p := range instances {
		w.line("      - url:               # %s: the address of Project Web Access, below one of %s", Blank, remark(strings.Join(d.Facts.WebApplications, " ")))
		w.line("        on: %s", text(w.nameOf(d, p.On)))
		for _, f := range [][2]string{{"published", p.Published}, {"draft", p.Draft}, {"archive", p.Archive}, {"reporting", p.Reporting}} {
			if f[1] == "" {
				w.line("        %s:           # %s", f[0], Blank)
			} else {
				w.line("        %s: %s", f[0], text(f[1]))
			}
		}
	}
}
