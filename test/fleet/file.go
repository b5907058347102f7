package main

import (
	"bytes"
	"os"
	"strings"
	"text/template"
	"time"
)

// rolloutFile is an ordinary rollout file; a rehearsal replaces its addresses and passwords.
var rolloutFile = template.Must(template.New("rollout").Funcs(template.FuncMap{
	"upper": strings.ToUpper,
	"join":  func(names []string) string { return strings.Join(names, ", ") },
	"local": func(t time.Time, zone string, plus time.Duration) (string, error) {
		in, err := time.LoadLocation(zone)
		return t.Add(plus).In(in).Format("2006-01-02 15:04"), err
	},
	"hours": func(n int) time.Duration { return time.Duration(n) * time.Hour },
}).Parse(`rollout: {{.Name}}
release: infrastructure-update
change: {ticket: CHG0050040, risk: medium, back_out: restore, tested_on: staging-pwa}
requested_by: {{.Requester}}
operators: [{{.Operator}}, erin]
license_terms:
  - {package: KB951695, accepted_by: alice}
  - {package: KB951297, accepted_by: alice}
groups:
  - {name: change, members: [{name: bob}, {name: carol}, {name: frank}]}
gates:
  - {name: continue, group: change, quorum: {{.Quorum}}}
  - {name: next-wave, group: change, quorum: {{.Quorum}}}
packages: {directory: 'C:\Updates'}
credentials:
  - {name: setup, user: 'CONTOSO\sp-setup', password: 'env:SP_SETUP_PASSWORD'}
max_parallel: {{.Parallel}}
stop_after_failures: "20%"
waves:
{{- range .Waves}}
  - {name: {{.Name}}, canary: {{.Canary}}, stop_after_failures: {{.StopAfter}}{{with .Parallel}}, max_parallel: {{.}}{{end}}, farms: [{{join .Farms}}]}
{{- end}}
restore_needs: 2h
sites:
{{- range $s := .Sites}}
  - name: {{$s.Name}}
{{- if not $s.Opens.IsZero}}
    windows: [{from: {{local $s.Opens $s.Zone 0}}, to: {{local $s.Opens $s.Zone (hours 96)}}, zone: {{$s.Zone}}}]
{{- end}}
{{- if not $s.Thaws.IsZero}}
    freezes: [{from: {{local $s.Thaws $s.Zone (hours -72)}}, to: {{local $s.Thaws $s.Zone 0}}, zone: {{$s.Zone}}, reason: quarter end closing}]
{{- end}}
{{- end}}
farms:
{{- range $i, $f := .Farms}}
  - name: {{$f.Name}}
    site: {{$f.Site}}
    defaults: {connect_as: setup, run_as: setup, stage: 'D:\farmhand'}
    servers:
{{- if $f.Two}}
      - {name: {{upper $f.Name}}-APP, address: 10.40.{{$i}}.11, roles: [central-administration, application]}
      - {name: {{upper $f.Name}}-WEB, address: 10.40.{{$i}}.12, roles: [front-end-web]}
{{- else}}
      - {name: {{upper $f.Name}}-APP, address: 10.40.{{$i}}.11, roles: [central-administration, application, front-end-web]}
{{- end}}
    sql_servers:
      - {name: {{upper $f.Name}}-SQL, address: 10.40.{{$i}}.21, encrypt: login, backup: {directory: 'E:\Backup'}}
    databases: {configuration: SharePoint_Config, on: {{upper $f.Name}}-SQL, expect: [SharePoint_AdminContent]}
    project_web_access:
      - {url: 'http://pwa.{{$f.Name}}/pwa', on: {{upper $f.Name}}-SQL, published: PWA_Published, draft: PWA_Draft, archive: PWA_Archive, reporting: PWA_Reporting}
{{- end}}
`))

// rollout renders the rollout file.
func (f *fleet) rollout() ([]byte, error) {
	type filed struct {
		Name, Site, Zone, Canary string
		Opens, Thaws             time.Time
		StopAfter, Parallel      int
		Farms                    []string
		Two                      bool
	}
	text := struct {
		Name, Requester, Operator string
		Quorum, Parallel          int
		Waves, Sites, Farms       []filed
	}{Name: f.name, Requester: requester, Operator: operator, Quorum: quorum, Parallel: f.parallel}
	for _, w := range f.waves {
		text.Waves = append(text.Waves, filed{Name: w.name, Canary: w.canary, StopAfter: w.stopAfter, Parallel: w.parallel, Farms: w.farms})
	}
	for _, s := range f.sites {
		text.Sites = append(text.Sites, filed{Name: s.name, Zone: s.zone, Opens: s.opens, Thaws: s.thaws})
	}
	for _, m := range f.farms {
		text.Farms = append(text.Farms, filed{Name: m.name, Site: m.site, Two: m.two})
	}
	var b bytes.Buffer
	err := rolloutFile.Execute(&b, text)
	return b.Bytes(), err
}

// failingPackage is what fails on the farm that fails, with the exit code of a fatal error.
const failingPackage = "KB951695"

// twin renders the twin file: one installer fails whenever it is started.
func (f *fleet) twin() []byte {
	for _, m := range f.farms {
		if m.name == f.fails {
			return []byte("faults:\n  - {farm: " + m.name + ", host: " + m.servers()[0] + ", step: package " + failingPackage + ", kind: exit, code: 1603, times: 100}\n")
		}
	}
	return nil
}

// write puts both files into a directory.
func (f *fleet) write(rollout, twin string) error {
	text, err := f.rollout()
	if err != nil {
		return err
	}
	if err := os.WriteFile(rollout, text, 0o600); err != nil {
		return err
	}
	return os.WriteFile(twin, f.twin(), 0o600)
}
