//go:build production

package production

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/test/chaos/judge"
	"farmhand/test/chaos/runner"
	"farmhand/test/chaos/scenario"
)

const (
	// patience bounds the whole rollout, and the start of the stack.
	patience = 4 * time.Minute
	root     = "../.."
)

// programs finds what this machine has.
func programs(t *testing.T) Programs {
	t.Helper()
	bin, err := filepath.Abs(filepath.Join(root, "bin"))
	require.NoError(t, err)
	for _, name := range []string{"compose", "worker", "starter", "otelcol", "temporal-server", "temporal-sql-tool", "temporal-ui"} {
		require.FileExists(t, filepath.Join(bin, name), "run make test-production")
	}
	all, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	require.NoError(t, err)
	require.NotEmpty(t, all, "PostgreSQL is missing: apt-get install postgresql")
	prometheus, err := exec.LookPath("prometheus")
	require.NoError(t, err, "Prometheus is missing: apt-get install prometheus")
	return Programs{Bin: bin, Postgres: filepath.Dir(all[len(all)-1]), Prometheus: prometheus}
}

// stack starts every service of docker-compose.yml that this machine has programs for, until the test ends.
func stack(t *testing.T, secret string, change func(*Stack)) *Stack {
	t.Helper()
	p := programs(t)
	file, err := filepath.Abs(filepath.Join(root, "docker-compose.yml"))
	require.NoError(t, err)
	project, err := ReadProject(t.Context(), filepath.Join(p.Bin, "compose"), file, []string{"rehearsal"}, nil)
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755)) //nolint:gosec // PostgreSQL has another user
	st, err := NewStack(t.Context(), project, p, dir, map[string]string{"postgres": `pass"wo$rd'`, "grafana": "none", "sp_setup": secret})
	require.NoError(t, err)
	change(st)
	ctx, end := context.WithCancelCause(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		err := st.Run(ctx)
		end(errors.Join(errors.New("the stack ended"), err))
	}()
	t.Cleanup(func() {
		end(nil)
		<-ended
		if t.Failed() {
			st.showLogs(t)
		}
	})
	limited, stop := context.WithTimeout(ctx, patience)
	defer stop()
	for _, service := range []string{"postgresql", "schema", "temporal-1", "temporal-2", "namespace", "ui", "worker", "prometheus"} {
		require.NoError(t, st.Await(limited, service))
		t.Logf("%s is there", service)
	}
	return st
}

// showLogs prints how each log ends.
func (st *Stack) showLogs(t *testing.T) {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join(st.Dir, "*.log"))
	require.NoError(t, err)
	for _, path := range logs {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		t.Logf("%s:\n%s", filepath.Base(path), text[max(0, len(text)-1500):])
	}
}

// starter runs a command of the operator against the stack.
func (st *Stack) starter(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(programs(t).Bin, "starter"), args...)
	cmd.Dir, cmd.Env = st.Dir, append(programs(t).surroundings(st.Dir, "127.0.0.1"), "TEMPORAL_ADDRESS="+st.Target("temporal", "7233"))
	text, err := cmd.CombinedOutput()
	if _, ended := errors.AsType[*exec.ExitError](err); !ended {
		require.NoError(t, err)
	}
	return string(text)
}

// hostile is the world of the test: a farm of the chaos test without faults of its own, and a kill of each kind.
func hostile(t *testing.T) scenario.Scenario {
	t.Helper()
	s := scenario.New(12)
	require.Empty(t, s.Hindrance)
	s.Faults, s.Interruptions, s.Holds, s.Kills = nil, nil, nil, nil
	held := func(host, step string, target scenario.Target) {
		s.Holds = append(s.Holds, scenario.Hold{Host: host, Step: step, For: 2 * time.Second})
		s.Kills = append(s.Kills, scenario.Kill{Target: target, When: scenario.Moment{Host: host, Event: "held", Text: step, Nth: 1}, Down: time.Second})
	}
	servers := s.Farm.Servers
	held(servers[0].Name, "package KB951695", "postgresql")
	held(servers[0].Name, "wizard", "temporal-1")
	held(servers[len(servers)-1].Name, "wizard", "worker-1")
	return s
}

// TestARolloutOnTheStack: one rollout, with people, while PostgreSQL, a server and a worker are killed.
func TestARolloutOnTheStack(t *testing.T) {
	s := hostile(t)
	st := stack(t, s.Secret(), func(*Stack) {})
	dir := filepath.Join(st.Dir, "run")
	require.NoError(t, os.MkdirAll(dir, 0o700))
	file := func(name string) string { return filepath.Join(dir, name) }
	rollout := strings.ReplaceAll(s.Rollout(strings.TrimSuffix(st.network.prefix, ".")), scenario.Password, "file:"+st.Secret("sp_setup"))
	require.NoError(t, os.WriteFile(file("rollout.yaml"), []byte(rollout), 0o600))
	require.NoError(t, os.WriteFile(file("twin.yaml"), []byte(s.Twin()), 0o600))
	t.Log(rollout, s.Twin())
}

var _ = runner.Run{}
var _ = judge.Judge
