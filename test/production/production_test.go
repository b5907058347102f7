//go:build production

package production

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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
	project, err := ReadProject(t.Context(), filepath.Join(p.Bin, "compose"), file, []string{"rehearsal"}, versioned())
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755))
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
	s := scenario.Plain(12)
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

// world is the folder of the simulated farm that is updated, and of what the judge reads.
func (st *Stack) world() string { return filepath.Join(st.Dir, "world") }

// prepare writes what the simulated farm is, has it served, and tells the workers whom to trust. Traces go to files, since
// Jaeger is not here.
func (st *Stack) prepare(t *testing.T, s scenario.Scenario) {
	t.Helper()
	p := programs(t)
	file := func(name string) string { return filepath.Join(st.world(), name) }
	traces := filepath.Join(st.Dir, "telemetry")
	for _, dir := range []string{st.world(), traces} {
		require.NoError(t, os.MkdirAll(dir, 0o700))
	}
	rollout := strings.ReplaceAll(s.Rollout(strings.TrimSuffix(st.network.prefix, "."), time.Now()), scenario.Password, "file:"+st.Secret("sp_setup"))
	require.NoError(t, os.WriteFile(file("rollout.yaml"), []byte(rollout), 0o600))
	require.NoError(t, os.WriteFile(file("twin.yaml"), []byte(s.Twin()), 0o600))
	st.Add("world", []string{
		filepath.Join(p.Bin, "starter"), "simulate", "-f", file("rollout.yaml"), "--twin", file("twin.yaml"),
		"--journal", file("journal.jsonl"), "--state", file("state"), "--pace", strconv.Itoa(s.Pace),
	}, p.surroundings(st.Dir, ""))
	st.Change("worker", []string{"FARMHAND_TLS_CA_FILE=" + file("state/ca.pem")}, nil)
	overlay, err := filepath.Abs(filepath.Join(root, "deploy", "otel-collector-files.yaml"))
	require.NoError(t, err)
	st.nextBuild(t)
	st.Change("collector", []string{"OTELCOL_DIRECTORY=" + traces}, []string{"--config", overlay})
}

// TestARolloutOnTheStack: one rollout, with people, while PostgreSQL, a server and a worker are killed, beside the rehearsal
// of the profile. It is pinned to the build it began on; another one becomes current meanwhile. The judge of the chaos test
// finds nothing.
func TestARolloutOnTheStack(t *testing.T) {
	s := hostile(t)
	st := stack(t, s.Secret(), func(st *Stack) { st.prepare(t, s) })
	t.Run("pages", st.pages)
	c := st.client(t)
	require.NoError(t, makeCurrent(t.Context(), c, old))
	upgrading := make(chan error, 1)
	go func() { upgrading <- upgrade(t.Context(), c) }()
	collector := "OTEL_EXPORTER_OTLP_ENDPOINT=" + st.URL("collector", "4318")
	victims := map[scenario.Target]runner.Victim{}
	for _, k := range s.Kills {
		victims[k.Target] = st.container(string(k.Target))
	}
	run, err := runner.PlayElsewhere(t.Context(), s, runner.Elsewhere{
		Dir: st.world(), Temporal: st.Target("temporal", "7233"), Starter: filepath.Join(programs(t).Bin, "starter"), Env: []string{collector}, Victims: victims,
	}, patience)
	require.NoError(t, err)
	require.Empty(t, run.Stuck)
	require.Len(t, run.Kills, len(s.Kills))
	for _, k := range run.Kills {
		t.Logf("%s killed at %s; the rollout went on after %s", k.Target, k.When, k.Progress)
		require.NotZero(t, k.Progress, "%s was killed when all was over", k.Target)
	}
	evidence, err := judge.Read(run.Journal(), run.Histories(), run.Report(), s.Marks()...)
	require.NoError(t, err)
	require.Empty(t, judge.Judge(evidence))
	require.Equal(t, "completed", evidence.Outcome())
	t.Logf("the rollout took %s", run.Took)
	require.NoError(t, <-upgrading)

	limited, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	require.NoError(t, st.Await(limited, "rehearsal"), "the rehearsal of the profile does not complete")
	said := st.starter(t, "doctor")
	for _, line := range []string{"ok  namespace", "ok  search attributes", "ok  workflow workers", "ok  workers of site default"} {
		require.Contains(t, said, line)
	}
	require.Regexp(t, "[34] workers on queue farmhand-site-default", said, "two, one of the next build, and for a minute the one that was killed")
	t.Run("metrics", st.measured)
	t.Run("traces", st.traced)
	t.Run("versions", func(t *testing.T) { st.stayed(t, c) })
}
