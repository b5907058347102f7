//go:build e2e && linux

package telemetry_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/view"
	"farmhand/test/journal"
	"farmhand/test/telemetry"
)

// rehearsal is a rehearsal that exports to a collector, in a directory of its own.
type rehearsal struct {
	t         *testing.T
	collector *telemetry.Collector
	state     string
	journal   string
	cmd       *exec.Cmd
	out, err  bytes.Buffer
	ended     chan struct{}
}

// rehearse starts a rehearsal whose gates nobody answers by itself.
func rehearse(t *testing.T, c *telemetry.Collector, twin string) *rehearsal {
	t.Helper()
	dir := t.TempDir()
	r := &rehearsal{t: t, collector: c, state: filepath.Join(dir, "state"), journal: filepath.Join(dir, "journal"), ended: make(chan struct{})}
	file := filepath.Join(dir, "twin.yaml")
	require.NoError(t, os.WriteFile(file, []byte(twin), 0o600))
	r.cmd = r.command("rehearse", "--approve", "none", "--pace", "2000", "--keep", "-o", "json", "--twin", file, "--journal", r.journal)
	r.cmd.Stdout, r.cmd.Stderr = &r.out, &r.err
	require.NoError(t, r.cmd.Start())
	go func() {
		defer close(r.ended)
		_ = r.cmd.Wait() // the exit code is read from ProcessState
	}()
	t.Cleanup(func() {
		_ = r.cmd.Process.Kill() // its children see their standard input end
		<-r.ended
	})
	return r
}

func (r *rehearsal) command(args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(telemetry.Root(), "bin", "starter"), append(args, "--state", r.state)...)
	cmd.Env = append(os.Environ(), r.collector.Environment()...)
	return cmd
}

// starter runs a command of another terminal to its end.
func (r *rehearsal) starter(args ...string) string {
	r.t.Helper()
	out, err := r.command(args...).CombinedOutput()
	require.NoError(r.t, err, "%v: %s", args, out)
	return string(out)
}

// wait waits for the end of the rehearsal, which has to be a good one.
func (r *rehearsal) wait() {
	r.t.Helper()
	select {
	case <-r.ended:
	case <-r.t.Context().Done():
		require.Fail(r.t, "still running")
	}
	require.Zero(r.t, r.cmd.ProcessState.ExitCode(), r.err.String())
}

// await looks until something is true, for as long as the test may take.
func (r *rehearsal) await(what string, holds func() bool) {
	r.t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-r.ended:
			require.Fail(r.t, "the rehearsal ended before: "+what)
		case <-r.t.Context().Done():
			require.Fail(r.t, "never: "+what)
		}
	}
}

// awaitSample waits until the collector's page has a sample of a value whose labels are these, and returns it. The label
// instance must be another one than not.
func (r *rehearsal) awaitSample(name, value string, labels map[string]string, not string) telemetry.Sample {
	r.t.Helper()
	var found telemetry.Sample
	r.await(fmt.Sprintf("%s%v %s", name, labels, value), func() bool {
		samples, err := telemetry.Scrape(r.collector.Metrics)
		require.NoError(r.t, err)
		for _, found = range samples {
			if found.Name == name && found.Value == value && has(found.Labels, labels) && found.Labels["instance"] != not {
				return true
			}
		}
		return false
	})
	return found
}

func has(labels, want map[string]string) bool {
	for k, v := range want {
		if labels[k] != v {
			return false
		}
	}
	return true
}

// awaitHeld waits until the twin file's hold has stopped a step.
func (r *rehearsal) awaitHeld(host, step string) {
	r.t.Helper()
	r.await(step+" held on "+host, func() bool {
		events, err := journal.Read(r.journal)
		return err == nil && len(journal.Find(events, host, "held", step)) > 0
	})
}

// farm is what status says of the farm.
func (r *rehearsal) farm() view.Farm {
	r.t.Helper()
	out, _ := r.command("status", "contoso-pwa", "-o", "json").Output() // its exit code says how the farm is
	var f view.Farm
	require.NoError(r.t, json.Unmarshal(out, &f), "%s", out)
	return f
}

// worker is the process id of the rehearsal's worker.
func (r *rehearsal) worker() int {
	r.t.Helper()
	pid := 0
	r.await("a worker", func() bool {
		entries, err := filepath.Glob("/proc/[0-9]*/stat")
		require.NoError(r.t, err)
		for _, e := range entries {
			stat, err := os.ReadFile(e)
			if err != nil {
				continue // it has ended
			}
			fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])) // state ppid ...
			line, _ := os.ReadFile(filepath.Join(filepath.Dir(e), "cmdline"))
			if fields[0] != "Z" && fields[1] == strconv.Itoa(r.cmd.Process.Pid) && strings.Contains(string(line), "bin/worker") {
				pid, err = strconv.Atoi(filepath.Base(filepath.Dir(e)))
				require.NoError(r.t, err)
				return true
			}
		}
		return false
	})
	return pid
}

// killWorker kills the worker without asking; the rehearsal starts another one. It returns the instance that was killed.
func (r *rehearsal) killWorker() (instance string) {
	r.t.Helper()
	host, err := os.Hostname()
	require.NoError(r.t, err)
	pid := r.worker()
	require.NoError(r.t, syscall.Kill(pid, syscall.SIGKILL))
	return fmt.Sprintf("%d@%s", pid, host)
}

// passwords are the throw-away passwords that the worker was given.
func (r *rehearsal) passwords() []string {
	r.t.Helper()
	environment, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", r.worker()))
	require.NoError(r.t, err)
	var all []string
	for v := range strings.SplitSeq(string(environment), "\x00") {
		if name, value, _ := strings.Cut(v, "="); strings.HasPrefix(name, "FARMHAND_REHEARSAL_") {
			all = append(all, value)
		}
	}
	require.NotEmpty(r.t, all)
	return all
}

// block is the first of the ports of the rehearsal's Temporal server (devserver/ports.go).
func (r *rehearsal) block() int {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(r.state, "place.json"))
	require.NoError(r.t, err)
	var place struct{ Port int }
	require.NoError(r.t, json.Unmarshal(text, &place))
	return place.Port
}
