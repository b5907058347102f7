package config_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
)

// TestEightMistakes reads a file with eight different mistakes: each is reported once, with its line.
func TestEightMistakes(t *testing.T) {
	_, _, err := config.Load(filepath.Join("testdata", "eight-mistakes.yaml"))
	var mistakes *config.Mistakes
	require.ErrorAs(t, err, &mistakes)
	want, readErr := os.ReadFile(filepath.Join("testdata", "eight-mistakes.golden"))
	require.NoError(t, readErr)
	require.Equal(t, strings.TrimSpace(string(want)), filepath.ToSlash(err.Error()))
	require.Len(t, mistakes.List, 8)
	for _, m := range mistakes.List {
		require.Positive(t, m.Line, m)
		require.Positive(t, m.Column, m)
		require.NotEmpty(t, m.Key, m)
	}
	var one config.Mistake
	require.ErrorAs(t, err, &one)
	require.Equal(t, mistakes.List[0], one)
}

func TestLoadOfAFileThatDoesNotExist(t *testing.T) {
	_, _, err := config.Load(filepath.Join(t.TempDir(), "rollout.yaml"))
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// TestExample: the manual is a valid file and reads as design and article say.
func TestExample(t *testing.T) {
	r, rel, err := config.Decode("contoso.yaml", config.Example(), "")
	require.NoError(t, err)
	require.Equal(t, "2026-11-infrastructure-update", r.ID)
	require.Equal(t, farm.Change{Ticket: "CHG0041877", Risk: "medium", BackOut: "restore", TestedOn: "staging-pwa"}, r.Change)
	install, ok := r.Gate(farm.GateInstall)
	require.True(t, ok)
	require.Equal(t, farm.GatePolicy{Name: farm.GateInstall, Group: "change", Quorum: 1, Remind: 10 * time.Minute}, install)
	gate, ok := r.Gate(farm.GateContinue)
	require.True(t, ok)
	require.Equal(t, 5*time.Minute, gate.Remind)

	f, ok := r.Farm("contoso-pwa")
	require.True(t, ok)
	wfe, ok := f.Server("WFE02")
	require.True(t, ok)
	require.Equal(t, farm.Server{
		Name: "WFE02", Address: "127.0.1.22", Roles: []farm.Role{farm.RoleFrontEndWeb}, ConnectAs: "setup", RunAs: "setup", Stage: `D:\farmhand`,
		WinRM: farm.WinRM{Scheme: "https", Port: 5986, Auth: "ntlm"},
	}, wfe)
	sql, ok := f.SQLServer("SQL01")
	require.True(t, ok)
	require.Equal(t, farm.Backup{Mode: farm.BackupFull, Directory: `E:\Backup`, CopyOnly: true, Parallel: 2}, sql.Backup)
	require.Equal(t, "infrastructure-update", rel.Name)
}

// TestDefaults: what a file leaves out is filled in, and `defaults:` reach the servers.
func TestDefaults(t *testing.T) {
	r, _, err := config.Decode("valid.yaml", []byte(valid(t, "rollout: r1", "rollout: r1")), "")
	require.NoError(t, err)
	f := r.Farms[0]
	require.Equal(t, "default", f.Site)
	require.Equal(t, 1, r.Gates[0].Quorum)
	require.Equal(t, farm.WinRM{Scheme: "http", Port: 15985, Auth: "ntlm"}, f.Servers[0].WinRM)
	require.Equal(t, farm.WinRM{Scheme: "https", Port: 5986, Auth: "ntlm"}, f.Servers[1].WinRM, "a port belongs to its scheme")
	require.Equal(t, farm.SQLServer{
		Name: "SQL01", Address: "10.0.0.3", Port: 1433, ConnectAs: "setup", Encrypt: farm.EncryptRequired,
		Backup: farm.Backup{Mode: farm.BackupFull, Directory: `E:\Backup`, CopyOnly: true, Parallel: 2},
	}, f.SQLServers[0])

	r, _, err = config.Decode("valid.yaml", []byte(valid(t, `'E:\Backup'`, `'E:\Backup', copy_only: false`)), "")
	require.NoError(t, err)
	require.False(t, r.Farms[0].SQLServers[0].Backup.CopyOnly)
}

// TestEnvironmentDoesNotReachARollout: an approved file is what runs.
func TestEnvironmentDoesNotReachARollout(t *testing.T) {
	t.Setenv("REQUESTED_BY", "mallory")
	t.Setenv("FARMHAND_REQUESTED_BY", "mallory")
	t.Setenv("ROLLOUT", "other")
	r, _, err := config.Decode("valid.yaml", []byte(valid(t, "rollout: r1", "rollout: r1")), "")
	require.NoError(t, err)
	require.Equal(t, "alice", r.RequestedBy)
	require.Equal(t, "r1", r.ID)
}

// TestDigestIgnoresLayout: comments, order of keys, quotes, explicit defaults and empty lists do not count;
// a value does.
func TestDigestIgnoresLayout(t *testing.T) {
	digest := func(from, to string) string {
		r, rel, err := config.Decode("valid.yaml", []byte(valid(t, from, to)), "")
		require.NoError(t, err)
		return r.Digest(rel)
	}
	plain := digest("rollout: r1", "rollout: r1")
	for from, to := range map[string]string{
		"rollout: r1\nrelease: infrastructure-update": "# said twice\nrelease: 'infrastructure-update'\nrollout: \"r1\"",
		"{name: continue, group: change}":             "{group: change, quorum: 1, remind: 10m, name: continue}",
		"on: SQL01}":                                  "on: SQL01, expect: []}",
		"  - name: pwa":                               "  - name: pwa\n    site: default",
		"scheme: https}":                              "scheme: https, port: 5986, auth: ntlm}, run_as: setup",
	} {
		require.Equal(t, plain, digest(from, to), to)
	}
	require.NotEqual(t, plain, digest("group: change}", "group: change, quorum: 2}"))
	require.NotEqual(t, plain, digest("port: 15985", "port: 15986"))
}

// TestValuesStayAsTyped: dates, versions and numbers are text where text is wanted.
func TestValuesStayAsTyped(t *testing.T) {
	r, _, err := config.Decode("valid.yaml", []byte(valid(t, "rollout: r1", "rollout: 2026-11-22\nchange: {ticket: 0041877}")), "")
	require.NoError(t, err)
	require.Equal(t, "2026-11-22", r.ID)
	require.Equal(t, "0041877", r.Change.Ticket)
}

// TestSharedAddresses: farms may share a SQL Server, and two sites may use the same private addresses.
func TestSharedAddresses(t *testing.T) {
	text := valid(t, "rollout: r1", "rollout: r1")
	_, one, ok := strings.Cut(text, "farms:\n")
	require.True(t, ok)
	second := strings.Replace(one, "- name: pwa", "- name: pwa2\n    site: branch", 1)
	r, _, err := config.Decode("valid.yaml", []byte(text+second), "")
	require.NoError(t, err)
	require.Len(t, r.Farms, 2)

	_, _, err = config.Decode("valid.yaml", []byte(text+strings.Replace(one, "- name: pwa", "- name: PWA", 1)), "")
	var mistakes *config.Mistakes
	require.ErrorAs(t, err, &mistakes)
	require.Len(t, mistakes.List, 3, "the farm's name and two addresses")

	two := "backup: {parallel: 1, "
	_, _, err = config.Decode("valid.yaml", []byte(text+strings.Replace(second, "backup: {", two, 1)), "")
	require.NoError(t, err, "in another site the address is another server")
	third := strings.NewReplacer("name: pwa2", "name: pwa3", "10.0.0.1,", "10.0.1.1,", "10.0.0.2,", "10.0.1.2,", "backup: {", two).Replace(second)
	_, _, err = config.Decode("valid.yaml", []byte(text+second+third), "")
	require.ErrorAs(t, err, &mistakes)
	require.Len(t, mistakes.List, 1)
	require.Equal(t, "farms[2].sql_servers[0].backup.parallel", mistakes.List[0].Key)
	require.Contains(t, mistakes.List[0].Message, "1 here and 2 in farm pwa2, for the same SQL Server (10.0.0.3 port 1433 in site branch): its farms share one limit")
}
