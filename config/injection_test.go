package config_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"farmhand/config"
)

// hostile are texts with the metacharacters of cmd.exe, PowerShell and T-SQL, and with characters that people do not see.
var hostile = []string{
	`x" & calc & "`, `x&calc|y`, `x>y<z`, `x^y`, `x%TEMP%!y!`, `(x);y,z=`, "x\ny", "$(x)`y", `{x}@#`,
	"x\u2018y\u2019\u201cz\u201d", `x']; DROP DATABASE y --`, "x\x00y", "x\u202ecod.exe", "x\u0085y", "x\u2028y",
}

// hidden are those of them that no text may hold, but for line breaks where people write several lines.
var hidden = "\n\x00\u202e\u2066\u0085\u2028\x7f"

// data are the last names of keys whose text never becomes part of a command line. Each is a text for people, is compared
// with what servers answer, or goes quoted into a statement of T-SQL, as the argument of a script, or into a request.
var data = map[string]bool{
	"requested_by": true, "operators": true, "accepted_by": true, "ticket": true, "risk": true, "back_out": true, "tested_on": true, "owner": true, // people read it
	"text": true, "agreed_by": true, "members": true,
	"configuration": true, "expect": true, "published": true, "draft": true, "archive": true, "reporting": true, "keep_attached": true, // quoted in T-SQL
	"directory": true, "unc": true, "stage": true, "url": true, "inventory": true, // checked as paths and addresses, below
	"user": true, "password": true, // of a logon; those that run jobs are checked
}

const wholeFile = `rollout: r1
release: infrastructure-update
change: {ticket: C1, risk: medium, back_out: restore, tested_on: staging}
requested_by: alice
operators: [dave]
license_terms: [{package: KB951695, accepted_by: alice}, {package: KB951297, accepted_by: alice}]
groups: [{name: change, members: [{name: bob}, {name: carol}]}]
gates: [{name: continue, group: change}]
packages: {unc: '\\files\updates', directory: 'D:\pulled'}
manual_tasks: [{name: drain, when: before, phase: backup, text: Do it., owner: change}]
credentials:
  - {name: setup, user: 'CONTOSO\setup', password: 'env:SETUP'}
  - {name: reader, user: reader, password: 'file:/run/secrets/reader'}
farms:
  - name: pwa
    site: here
    strategy: detach-content-databases
    keep_attached: [WSS_Content]
    servers:
      - {name: APP01, address: 10.0.0.1, roles: [central-administration], connect_as: setup, run_as: setup, stage: 'D:\farmhand', execution: automatic, winrm: {scheme: https, auth: ntlm, server_name: app01.contoso, tls_min: '1.2'}}
      - {name: WFE01, address: wfe01.contoso, roles: [front-end-web], connect_as: setup, run_as: setup, stage: 'E:\farmhand'}
    sql_servers:
      - {name: SQL01, address: 10.0.0.3, connect_as: reader, encrypt: required, server_name: sql01, tls_min: '1.0', mirroring: pause, mirror: {name: SQL02, address: 10.0.0.4}, backup: {directory: 'E:\Backup', mode: differential, differential: {agreed_by: dora}}}
    databases: {configuration: Config, on: SQL01, expect: [Content]}
    project_web_access: [{url: 'http://pwa/pwa', on: SQL01, draft: D, published: P, archive: A, reporting: R}]
    clients: {inventory: c.csv, policy: hold, computers: [{name: PC1, address: pc1, connect_as: setup}]}
    smoke_tests: [{name: home, url: 'http://pwa/pwa', expect: Project}]
    services: {project_queue: PQ, project_events: PE, search: OSearch}
`

// leaves calls each for every text of a document, with its key.
func leaves(node *yaml.Node, key string, each func(key string, node *yaml.Node)) {
	switch node.Kind {
	case yaml.DocumentNode:
		leaves(node.Content[0], key, each)
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			leaves(node.Content[i+1], strings.TrimPrefix(key+"."+node.Content[i].Value, "."), each)
		}
	case yaml.SequenceNode:
		for i, member := range node.Content {
			leaves(member, fmt.Sprintf("%s[%d]", key, i), each)
		}
	default:
		each(key, node)
	}
}

// Every text of a rollout file, replaced by each of the hostile ones: it is refused when the file is read, with its line
// and its key, or it is one of the keys whose text is data and no command.
func TestHostileTextsAreRefusedOrData(t *testing.T) {
	_, _, err := config.Decode("r.yaml", []byte(wholeFile), ".")
	require.NoError(t, err)
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(wholeFile), &doc))
	keys := 0
	leaves(&doc, "", func(key string, node *yaml.Node) {
		keys++
		was, style := node.Value, node.Style
		defer func() { node.Value, node.Style = was, style }()
		for _, text := range hostile {
			node.Value, node.Style, node.Tag = text, yaml.DoubleQuotedStyle, "!!str"
			if strings.Contains(was, `:\`) || strings.HasPrefix(was, `\\`) || strings.Contains(was, "://") {
				node.Value = was + text // a path or an address with something behind it
			}
			file, err := yaml.Marshal(&doc)
			require.NoError(t, err)
			_, _, err = config.Decode("r.yaml", file, ".")
			last := key[strings.LastIndexByte(key, '.')+1:]
			last, _, _ = strings.Cut(last, "[")
			people := last == "name" && strings.Contains(key, "members")
			if err == nil {
				require.True(t, data[last] || people, "%s: %q is accepted", key, text)
				require.True(t, !strings.ContainsAny(text, hidden) || last == "text" && strings.ContainsAny(text, "\n"), "%s: %q is accepted", key, text)
				continue
			}
			var mistakes *config.Mistakes
			require.ErrorAs(t, err, &mistakes, "%s: %q", key, text)
			for _, m := range mistakes.List {
				require.Positive(t, m.Line, "%s: %q: %v", key, text, m)
				require.NotEmpty(t, m.Key, "%s: %q: %v", key, text, m)
			}
		}
	})
	require.Greater(t, keys, 70)
}

// What would become a command of a batch file is refused in every key that stands in one.
func TestPathsInBatchFilesArePlain(t *testing.T) {
	for key, was := range map[string]string{
		"farms[0].servers[0].stage": `'D:\farmhand'`, "packages.directory": `'D:\pulled'`, "packages.unc": `'\\files\updates'`, "credentials[0].user": `'CONTOSO\setup'`,
	} {
		texts := []string{`&x`, `%x%`, `!x!`, `^x`, `"x`, `|x`, `<x`, "\u2019x", "\nx", "\x00", "\u202ex"}
		if strings.HasSuffix(key, "stage") || strings.HasSuffix(key, "user") { // in the task of a Windows Server 2003, in the list of a folder's rights
			texts = append(texts, `;x`, `,x`, `=x`)
		}
		for _, text := range texts {
			inner := strings.Trim(was, "'") + text
			if key == "credentials[0].user" && strings.Contains(text, "\u2019") {
				continue // no command of a batch file, and Windows takes it
			}
			file := strings.Replace(wholeFile, was, fmt.Sprintf("%q", inner), 1)
			_, _, err := config.Decode("r.yaml", []byte(file), ".")
			var mistakes *config.Mistakes
			require.ErrorAs(t, err, &mistakes, "%s: %q", key, inner)
			require.Equal(t, key, mistakes.List[0].Key, "%q: %v", inner, err)
		}
	}
}

// A release file names programs, a query and arguments of the wizard; none of them may be more than it says.
func TestHostileReleasesAreRefused(t *testing.T) {
	source, ok := config.ReleaseSource("infrastructure-update")
	require.True(t, ok)
	file := string(source)
	dir := t.TempDir()
	for _, tt := range []struct{ key, from, to string }{
		{"packages[0].files[0].name", "InfrastructureUpdateForWindows", `a&calc`},
		{"packages[0].files[0].name", "InfrastructureUpdateForWindows", "a(x)"},
		{"packages[0].files[0].name", "InfrastructureUpdateForWindows", "a;b"},
		{"packages[0].files[0].name", "InfrastructureUpdateForWindows", "a`b"},
		{"upgrade_jobs.query", "SELECT ", "SELECT 1 DROP DATABASE PWA_Draft SELECT "},
		{"upgrade_jobs.query", " FROM ", " INTO copy FROM "},
		{"upgrade_jobs.query", " FROM ", " /* x */ FROM "},
	} {
		require.Contains(t, file, tt.from, tt.key)
		path := dir + "/r.yaml"
		changed := strings.Replace(file, tt.from, tt.to, 1)
		if tt.key == "upgrade_jobs.query" {
			at := strings.Index(file, "query:")
			require.Positive(t, at)
			changed = file[:at] + strings.Replace(file[at:], tt.from, tt.to, 1)
		}
		require.NoError(t, os.WriteFile(path, []byte(changed), 0o600))
		_, err := config.LoadReleaseFile(path)
		var mistakes *config.Mistakes
		require.ErrorAs(t, err, &mistakes, "%s with %q: %v", tt.key, tt.to, err)
		require.Contains(t, err.Error(), tt.key, "%v", err)
	}
}

// A reference is refused or is one; nothing that is written where a reference belongs is repeated.
func TestAPasswordInPlaceOfAReferenceIsNotRepeated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[A-Za-z0-9$%&'"!;|<>^{}()]{12,30}`).Draw(t, "password")
		file := strings.Replace(wholeFile, "'env:SETUP'", fmt.Sprintf("%q", text), 1)
		_, _, err := config.Decode("r.yaml", []byte(file), ".")
		require.Error(t, err)
		require.NotContains(t, err.Error(), text)
		require.Contains(t, err.Error(), "credentials[0].password")
	})
}
