package simulator_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/simulator"
	"farmhand/simulator/world"
)

func twinFile(t testing.TB, text string) string {
	path := filepath.Join(t.TempDir(), "twin.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestLoadTwin(t *testing.T) {
	t.Parallel()
	twin, err := simulator.LoadTwin(twinFile(t, `
servers:
  - {name: APP01, os: 2003, winrm: 3.0, architecture: x86, free_mb: 900, installed: [KB951695], baseline: 12.0.4518.1016}
durations: {package: 8m, backup_per_gb: 10s}
databases:
  - {name: PWA_Draft, size_mb: 40960}
holds:
  - {host: APP01, step: wizard, for: 30s}
faults:
  - {host: WFE01, step: package KB951695, kind: exit, code: 3010, times: -1, skip: 2, delay: 1m, text: x}
`))
	require.NoError(t, err)
	require.Equal(t, simulator.Twin{
		Servers:   []simulator.TwinServer{{Name: "APP01", OS: "2003", WinRM: "3.0", Architecture: "x86", FreeMB: 900, Installed: []string{"KB951695"}, Baseline: "12.0.4518.1016"}},
		Durations: simulator.TwinDurations{Package: 8 * time.Minute, BackupPerGB: 10 * time.Second},
		Databases: []simulator.TwinDatabase{{Name: "PWA_Draft", SizeMB: 40960}},
		Holds:     []world.Hold{{Host: "APP01", Step: "wizard", For: 30 * time.Second}},
		Faults:    []world.Fault{{Host: "WFE01", Step: "package KB951695", Kind: "exit", Code: 3010, Times: -1, Skip: 2, Delay: time.Minute, Text: "x"}},
	}, twin)

	twin, err = simulator.LoadTwin(twinFile(t, ""))
	require.NoError(t, err)
	require.Zero(t, twin)
}

func TestMistakesInATwinFile(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"servers:\n  - {nmae: APP01}":               "line 2: field nmae not found",
		"holds:\n  - {host: A, step: b, for: soon}": "line 2",
		"durations: {package: 8}\nextra: 1":         "line 2: field extra not found",
		"holds: []\n---\nholds: []":                 "more than one YAML document",
	} {
		_, err := simulator.LoadTwin(twinFile(t, text))
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "twin.yaml")
	}
	_, err := simulator.LoadTwin(filepath.Join(t.TempDir(), "missing.yaml"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestATwinMustFitTheRollout(t *testing.T) {
	t.Parallel()
	_, err := simulator.Start(t.Context(), simulator.Options{Rollout: rollout(), Release: release(), Twin: simulator.Twin{
		Servers: []simulator.TwinServer{
			{Name: "APP09"}, {Name: "APP01", OS: "2012"}, {Name: "WFE01", Installed: []string{"KB1"}, Architecture: "arm", Baseline: "twelve", WinRM: "9"},
		},
		Databases: []simulator.TwinDatabase{{Name: "Nothing"}},
		Holds:     []world.Hold{{Host: "WFE09", Step: "wizard"}, {Host: "SQL01"}},
		Faults:    []world.Fault{{Farm: "other", Host: "APP01", Step: "wizard"}},
	}})
	for _, want := range []string{
		`no farm has a server "APP09"`, `os "2012"`, `no package "KB1"`, `architecture "arm"`, "baseline", `winrm "9"`, `no farm has a database "Nothing"`,
		`no farm has a server or SQL Server "WFE09"`, "hold of SQL01: no step", `fault at "wizard": no farm`, "no kind",
	} {
		require.ErrorContains(t, err, want)
	}
}

func TestATakenAddressIsAnError(t *testing.T) {
	t.Parallel()
	o := simulator.Options{Rollout: rollout(), Release: release()}
	f := o.Rollout.Farms[0]
	taken, err := net.Listen("tcp", net.JoinHostPort(f.SQLServers[0].Address, "1433"))
	require.NoError(t, err)
	_, err = simulator.Start(t.Context(), o)
	require.ErrorContains(t, err, "SQL Server SQL01")
	require.NoError(t, taken.Close())
	s, err := simulator.Start(t.Context(), o)
	require.NoError(t, err, "the failed start left nothing behind")
	require.NoError(t, s.Close())
}

func TestTheEndOfTheContextCloses(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s, err := simulator.Start(ctx, simulator.Options{Rollout: rollout(), Release: release()})
	require.NoError(t, err)
	cancel()
	<-s.World().Done()
	require.NoError(t, s.Close())
}

func FuzzLoadTwin(f *testing.F) {
	f.Add("servers:\n  - {name: APP01}\nholds: [{host: a, step: b, for: 1s}]")
	f.Add("faults: [{times: -1}]")
	f.Fuzz(func(t *testing.T, text string) {
		_, _ = simulator.LoadTwin(twinFile(t, text)) // never panics
	})
}
