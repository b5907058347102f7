package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
)

// valid returns testdata/valid.yaml with one text replaced by another.
func valid(t testing.TB, from, to string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "valid.yaml"))
	require.NoError(t, err)
	text := string(data)
	require.Contains(t, text, from)
	return strings.Replace(text, from, to, 1)
}

// TestOneMistake spoils a valid file in one place: exactly what is named is reported, and nothing that only
// follows from it.
func TestOneMistake(t *testing.T) {
	wfe := `- {name: WFE01, address: 10.0.0.2, roles: [front-end-web], winrm: {scheme: https}}`
	app := `- {name: APP01, address: 10.0.0.1, roles: [central-administration, application]}`
	sql := `- {name: SQL01, address: 10.0.0.3, backup: {directory: 'E:\Backup'}}`
	gate := "- {name: continue, group: change}"
	tests := []struct {
		name     string
		from, to string
		want     []string // each: line: key: beginning of the message
	}{
		// Shape.
		{"unknown key", "requested_by: alice", "requested_bye: alice", []string{`3: requested_bye: unknown key; did you mean "requested_by"?`}},
		{"unknown key beside a wrong one", "requested_by: alice", "requested_bye: x\nrequested_by: ' alice'", []string{"3: requested_bye: unknown key", "4: requested_by: the name has blanks"}},
		{"unknown key far from any", "release:", "zebra: 1\nrelease:", []string{"2: zebra: unknown key; known are rollout, "}},
		{"unknown key in defaults", "run_as: setup", "runas: setup", []string{`19: farms[0].defaults.runas: unknown key; did you mean "run_as"?`}},
		{"case of a key", "farms:", "Farms:", []string{`17: Farms: unknown key; did you mean "farms"?`}},
		{"duplicate key", "operators: [dave]", "operators: [dave]\noperators: [erin]", []string{"5: operators: the key is already set on line 4"}},
		{"text for a number", "port: 15985", "port: abc", []string{"19: farms[0].defaults.winrm.port: want a number, found text"}},
		{"huge number", "port: 15985", "port: 99999999999999999999", []string{"19: farms[0].defaults.winrm.port: want a number"}},
		{"text for a list", "operators: [dave]", "operators: dave", []string{"4: operators: want a list"}},
		{"text for servers", "    servers:\n      " + app + "\n      " + wfe, "    servers: none", []string{"20: farms[0].servers: want a list"}},
		{"text for a server", app, "- APP01", []string{"21: farms[0].servers[0]: want keys and values (name, address,"}},
		{"text for roles", "roles: [front-end-web]", "roles: front-end-web", []string{"22: farms[0].servers[1].roles: want a list"}},
		{"keys for text", "requested_by: alice", "requested_by: {name: alice}", []string{"3: requested_by: want text, found keys and values"}},
		{"true for text", "requested_by: alice", "requested_by: true", []string{"3: requested_by: want text, found true or false"}},
		{"text for true", "directory: 'E:\\Backup'", "directory: 'E:\\Backup', copy_only: 'yes'", []string{"24: farms[0].sql_servers[0].backup.copy_only: want true or false, found text"}},
		{"list for a gate's name", gate, "- {name: [continue], group: change}", []string{"12: gates[0].name: want text, found a list"}},
		{"broken credential name", "- {name: setup, user", "- {name: [setup], user", []string{"15: credentials[0].name: want text, found a list"}},
		{"anchor", "requested_by: alice", "requested_by: &me alice", []string{"3: requested_by: anchors (&) and aliases (*) are not supported"}},
		{"merge key", gate, "- {name: continue, group: change, <<: {quorum: 1}}", []string{"12: gates[0].<<: merge keys"}},
		{"second document", "    databases:", "---\n    databases:", []string{"25: a second document", "18: farms[0].databases.configuration: missing", "18: farms[0].databases.on: missing"}},
		{"bad duration", gate, "- {name: continue, group: change, remind: 5}", []string{`12: gates[0].remind: "5" is not a duration; want one with its unit`}},
		{"negative duration", gate, "- {name: continue, group: change, remind: -5m}", []string{`12: gates[0].remind: "-5m" is negative`}},
		{"escape", `'C:\Updates'`, `"C:\Updates"`, []string{"13: not YAML: a backslash inside double quotes"}},

		// What must be there.
		{"no rollout", "rollout: r1\n", "", []string{"1: rollout: missing"}},
		{"empty value", "requested_by: alice", "requested_by:", []string{"3: requested_by: missing"}},
		{"no operators", "operators: [dave]\n", "", []string{"1: operators: missing"}},
		{"no packages", `packages: {directory: 'C:\Updates'}`, "", []string{"1: packages.directory: missing"}},
		{"no stage", `stage: 'D:\farmhand', `, "", []string{"21: farms[0].servers[0].stage: missing", "22: farms[0].servers[1].stage: missing"}},
		{"no address", "address: 10.0.0.2, ", "", []string{"22: farms[0].servers[1].address: missing"}},
		{"no roles", "roles: [front-end-web], ", "", []string{"22: farms[0].servers[1].roles: missing", "20: farms[0].servers: no server has the role front-end-web"}},
		{"no backup", `, backup: {directory: 'E:\Backup'}`, "", []string{"24: farms[0].sql_servers[0].backup.directory: missing"}},
		{"backup mode", "backup: {", "backup: {mode: none, ", []string{`24: farms[0].sql_servers[0].backup.mode: "none" is not known here; want full, differential, prove`}},
		{"differential without consent", "backup: {", "backup: {mode: differential, ", []string{"24: farms[0].sql_servers[0].backup.differential.agreed_by: missing"}},
		{"consent without differential", "backup: {", "backup: {differential: {agreed_by: dora}, ", []string{"24: farms[0].sql_servers[0].backup.differential.agreed_by: belongs to mode: differential"}},
		{"too many backups at once", "backup: {", "backup: {parallel: 33, ", []string{"24: farms[0].sql_servers[0].backup.parallel: want a number of backups from 1 to 32, or 0 for no limit"}},
		{"proof with a directory", "backup: {", "backup: {mode: prove, ", []string{"24: farms[0].sql_servers[0].backup.directory: mode prove writes no backup"}},
		{"mirroring", "backup: {", "mirroring: stop, backup: {", []string{`24: farms[0].sql_servers[0].mirroring: "stop" is not known here; want pause, prove-principal`}},
		{"mirror without a policy", "backup: {", "mirror: {name: SQL02, address: 10.0.0.4}, backup: {", []string{"24: farms[0].sql_servers[0].mirror: a mirror without a policy"}},
		{"mirror without an address", "backup: {", "mirroring: pause, mirror: {name: SQL02, port: 70000}, backup: {", []string{"24: farms[0].sql_servers[0].mirror.address: missing", "24: farms[0].sql_servers[0].mirror.port: 70000 is not a port"}},
		{"no SQL Server", "    sql_servers:\n      " + sql + "\n", "", []string{"18: farms[0].sql_servers: a farm needs at least one SQL Server"}},
		{"no draft database", "draft: D, ", "", []string{"27: farms[0].project_web_access[0].draft: missing"}},
		{"empty member name", "{name: carol}", "{name: ' '}", []string{"10: groups[0].members[1].name: missing"}},

		// Names and references.
		{"release", "release: infrastructure-update", "release: infrastructure-updates", []string{`2: release: unknown release "infrastructure-updates"; releases are december-2008-cumulative-update, infrastructure-update, service-pack-1, service-pack-2, or give the path of a release file; did you mean "infrastructure-update"?`}},
		{"release file", "release: infrastructure-update", "release: ./none.yaml", []string{`2: release: release file "none.yaml" cannot be read`}},
		{"name with a slash", "rollout: r1", "rollout: a/b", []string{`1: rollout: "a/b" cannot be a name`}},
		{"name of a device", "name: pwa", "name: NUL", []string{`18: farms[0].name: "NUL" cannot be a name: Windows reserves it`}},
		{"duplicate server", wfe, strings.Replace(wfe, "WFE01", "app01", 1), []string{`22: farms[0].servers[1].name: server "app01" is already used at farms[0].servers[0].name (line 21)`}},
		{"duplicate address", wfe, strings.Replace(wfe, "10.0.0.2, roles: [front-end-web], winrm: {scheme: https}", "10.0.0.1, roles: [front-end-web]", 1), []string{`22: farms[0].servers[1].address: address "10.0.0.1 port 15985 in site default" is already used`}},
		{"duplicate SQL Server", sql, sql + "\n      " + strings.Replace(sql, "10.0.0.3", "10.0.0.4", 1), []string{`25: farms[0].sql_servers[1].name: SQL Server "SQL01" is already used`}},
		{"duplicate credential", "name: reader", "name: setup", []string{`16: credentials[1].name: credential "setup" is already used`}},
		{"duplicate group", "gates:", "  - {name: change, members: [{name: x}]}\ngates:", []string{`11: groups[1].name: group "change" is already used`}},
		{"duplicate member", "{name: carol}", "{name: Bob}", []string{`10: groups[0].members[1].name: member "Bob" is already used`}},
		{"duplicate gate", gate, gate + "\n  " + gate, []string{`13: gates[1].name: gate "continue" is already used`}},
		{"duplicate database", "draft: D", "draft: P", []string{"27: farms[0].project_web_access[0].published: database"}},
		{"credential", "connect_as: setup", "connect_as: stup", []string{`19: farms[0].defaults.connect_as: credential "stup" does not exist; did you mean "setup"?`}},
		{"group", "group: change", "group: ops", []string{`12: gates[0].group: group "ops" does not exist; known are change`}},
		{"SQL Server", "databases: {configuration: Config, on: SQL01}", "databases: {configuration: Config, on: SQL02}", []string{`25: farms[0].databases.on: SQL Server "SQL02" does not exist; did you mean "SQL01"?`}},

		// People.
		{"license terms of an unknown package", "KB951297, accepted_by", "KB951298, accepted_by", []string{`7: license_terms[1].package: package "KB951298" does not exist; did you mean`, "5: license_terms: nobody accepted the license terms of KB951297"}},
		{"accepted by nobody", "{package: KB951297, accepted_by: alice}", "{package: KB951297}", []string{"7: license_terms[1].accepted_by: missing"}},
		{"no gate", "gates:\n  " + gate + "\n", "", []string{`1: gates: the gate "continue" is missing`}},
		{"other gate only", "name: continue", "name: install", []string{`11: gates: the gate "continue" is missing`}},
		{"unknown gate", "name: continue", "name: contnue", []string{`12: gates[0].name: unknown gate "contnue"; gates are start, install, continue, reconnect, next-wave; did you mean "continue"?`}},
		{"quorum of none", gate, "- {name: continue, group: change, quorum: 0}", []string{"12: gates[0].quorum: want at least 1"}},
		{"quorum over the group", gate, "- {name: continue, group: change, quorum: 3}", []string{`12: gates[0].quorum: want 3 approvals, but the group "change" has 2 members`}},
		{"requester is one of two", "requested_by: alice", "requested_by: Bob\nchange: {ticket: C1}", []string{}},
		{"quorum of two", gate, "- {name: continue, group: change, quorum: 2}", []string{}},
		{"group of another gate", gate, gate + "\n  - {name: install, group: two, quorum: 2}\n", []string{`13: gates[1].group: group "two" does not exist`}},

		// Topology.
		{"unknown role", "application]}", "applicatio]}", []string{`21: farms[0].servers[0].roles[1]: unknown role "applicatio"; roles are `}},
		{"only front end misspelled", "[front-end-web]", "[wfe]", []string{`22: farms[0].servers[1].roles[0]: unknown role "wfe"; roles are `}},
		{"role twice", "central-administration, application", "central-administration, application, application", []string{`21: farms[0].servers[0].roles[2]: the role "application" is listed twice`}},
		{"empty role", "[front-end-web]", "[front-end-web, '']", []string{"22: farms[0].servers[1].roles[1]: missing; roles are "}},
		{"no Central Administration", "central-administration, ", "", []string{"20: farms[0].servers: no server has the role central-administration"}},
		{"two hosts of Central Administration", "[front-end-web]", "[front-end-web, central-administration]", []string{"22: farms[0].servers[1].roles[1]: a farm has one host of Central Administration, and APP01 is it already"}},
		{"no farm", "farms:", "farms: []\nx:", []string{"17: farms: a rollout needs at least one farm", "18: x: unknown key"}},

		// Connections, accounts and paths.
		{"port", "port: 15985", "port: 70000", []string{"19: farms[0].defaults.winrm.port: 70000 is not a port"}},
		{"basic over http", "port: 15985", "port: 15985, auth: basic", []string{"19: farms[0].defaults.winrm.auth: basic over http sends the password in clear; http needs auth: ntlm"}},
		{"unknown auth", "port: 15985", "port: 15985, auth: digest", []string{`19: farms[0].defaults.winrm.auth: "digest" is not known here; want ntlm, basic, kerberos`}},
		{"scheme", "scheme: https", "scheme: ssl", []string{`22: farms[0].servers[1].winrm.scheme: "ssl" is not known here`}},
		{"encrypt", "backup: {", "encrypt: false, backup: {", []string{"24: farms[0].sql_servers[0].encrypt: want text, found true or false"}},
		{"SQL login in clear", "backup: {", "connect_as: reader, encrypt: none, backup: {", []string{`24: farms[0].sql_servers[0].encrypt: none sends the password of the SQL login "reader" in clear`}},
		{"address with a port", "10.0.0.2", "'10.0.0.2:5985'", []string{"22: farms[0].servers[1].address: "}},
		{"run_as without a domain", "run_as: setup", "run_as: reader", []string{`16: credentials[1].user: "reader" runs packages and the wizard (run_as)`}},
		{"relative stage", `'D:\farmhand'`, `'farmhand'`, []string{`19: farms[0].defaults.stage: "farmhand" is not an absolute Windows path`}},
		{"slashes", `'D:\farmhand'`, `D:/farmhand`, []string{`19: farms[0].defaults.stage: "D:/farmhand" is not an absolute Windows path`}},
		{"packages on a share", `'C:\Updates'`, `'\\host\share'`, []string{"13: packages.directory: "}},
		{"stage that climbs", `'D:\farmhand'`, `'D:\a\..\farmhand'`, []string{"19: farms[0].defaults.stage: "}},
		{"stage outside ASCII", `'D:\farmhand'`, `'D:\Übung'`, []string{"19: farms[0].defaults.stage: "}},
		{"backup to a share", `'E:\Backup'`, `'\\bk01\sp'`, []string{}},
		{"execution", "scheme: https}", "scheme: https}, execution: byhand", []string{`22: farms[0].servers[1].execution: "byhand" is not known here; want automatic, manual`}},
		{"code page", "scheme: https", "scheme: https, code_page: -1", []string{"22: farms[0].servers[1].winrm.code_page: -1 is not a code page"}},
		{"certificate's name", "scheme: https", "scheme: https, server_name: 'https://x'", []string{"22: farms[0].servers[1].winrm.server_name: "}},
		{"duplicate SQL address", sql, sql + "\n      " + strings.Replace(sql, "SQL01", "SQL02", 1), []string{`25: farms[0].sql_servers[1].address: address "10.0.0.3 port 1433" is already used`}},
		{"operator twice", "[dave]", "[dave, Dave]", []string{`4: operators[1]: operator "Dave" is already used`}},
		{"empty group", "members: [{name: bob}, {name: carol}]", "members: []", []string{"10: groups[0].members: missing"}},
		{"tls_min", "scheme: https", "scheme: https, tls_min: 1.3", []string{`22: farms[0].servers[1].winrm.tls_min: "1.3" is not known here; want 1.0, 1.1, 1.2`}},
		{"url with a password", "http://pwa/pwa", "http://me:pw@pwa/pwa", []string{"27: farms[0].project_web_access[0].url: want an address like"}},
		{"service name", "    databases:", "    services: {project_queue: 'a & b'}\n    databases:", []string{"25: farms[0].services.project_queue: want the short name"}},
		{"written-out password", "'env:SP_SETUP_PASSWORD'", "hunter2", []string{"15: credentials[0].password: want a reference such as env:SP_SETUP_PASSWORD"}},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			_, _, err := config.Decode("rollout.yaml", []byte(valid(t, tc.from, tc.to)), "")
			if len(tc.want) == 0 {
				require.NoError(t, err)
				return
			}
			var mistakes *config.Mistakes
			require.ErrorAs(t, err, &mistakes)
			require.Len(t, mistakes.List, len(tc.want), err.Error())
			for _, want := range tc.want {
				require.Contains(t, "\n"+err.Error(), "\nrollout.yaml:"+want)
			}
		})
	}
}

// TestQuorumWithoutTheRequester: two members, one of them the requester, cannot give two approvals.
func TestQuorumWithoutTheRequester(t *testing.T) {
	text := strings.Replace(valid(t, "group: change}", "group: change, quorum: 2}"), "requested_by: alice", "requested_by: Carol", 1)
	_, _, err := config.Decode("rollout.yaml", []byte(text), "")
	require.EqualError(t, err, `rollout.yaml:12: gates[0].group: the group "change" has, besides Carol who requested the rollout and cannot approve it, 1 to approve; the gate wants 2: add members`)
}

// TestFilesThatHoldNothing reads what is no rollout file at all.
func TestFilesThatHoldNothing(t *testing.T) {
	for text, want := range map[string]string{
		"":                  "rollout.yaml:1: the file is empty",
		"# only a comment":  "rollout.yaml:1: the file is empty",
		"- a\n- b":          `rollout.yaml:1: want keys and values, like "rollout: 2026-11-infrastructure-update"`,
		"rollout: r\n\tb: ": "rollout.yaml:2: not YAML: ",
		"rollout: [a":       "rollout.yaml:1: not YAML: ",
	} {
		_, _, err := config.Decode("rollout.yaml", []byte(text), "")
		require.ErrorContains(t, err, want, "%q", text)
	}
}

// TestSecretsAreNotRepeated puts a password where it does not belong in every way a hurried person might.
func TestSecretsAreNotRepeated(t *testing.T) {
	for _, written := range []string{
		"hunter2", "'hunter2'", `"hunter2"`, "12hunter2", "[hunter2]", "{hunter2: hunter2}", "&hunter2 x", "*hunter2", "!hunter2 x",
		"!!binary hunter2", "pass, hunter2", "'pass', hunter2: x", "@hunter2", "%hunter2", "`hunter2", `"\hunter2"`, `'hunter2`, "|hunter2",
		"env:hunter2-x", "file:hunter2", "hunter2: x", "- hunter2", "? hunter2", "hunter2 # x", "{{hunter2}}",
	} {
		for _, form := range []string{"password: 'env:SP_SETUP_PASSWORD'", "'env:SP_SETUP_PASSWORD'"} {
			for _, replacement := range []string{strings.Replace(form, "'env:SP_SETUP_PASSWORD'", written, 1), "passwort: " + written, "password:" + written} {
				_, _, err := config.Decode("rollout.yaml", []byte(valid(t, form, replacement)), "")
				require.Error(t, err, replacement)
				require.NotContains(t, err.Error(), "hunter2", replacement)
			}
		}
	}
	block := "- name: setup\n    user: 'CONTOSO\\sp-setup'\n    password: %\n"
	for _, written := range []string{"hunter2", "|\n      hunter2", ">-\n      hunter2", "\n      - hunter2", "\n      hunter2: x", "*hunter2"} {
		text := valid(t, `- {name: setup, user: 'CONTOSO\sp-setup', password: 'env:SP_SETUP_PASSWORD'}`, strings.Replace(block, "%", written, 1))
		_, _, err := config.Decode("rollout.yaml", []byte(text), "")
		require.Error(t, err, written)
		require.NotContains(t, err.Error(), "hunter2", written)
	}
}
