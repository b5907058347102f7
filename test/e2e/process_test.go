package e2e_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/view"
	"farmhand/test/journal"
)

// contoso is the farm of the example in the documentation, as the rules need it.
var contoso = journal.Farm{
	Wizards: []string{"APP01", "APP02", "WFE01", "WFE02"}, Web: []string{"WFE01", "WFE02"}, Packages: []string{"KB951695", "KB951297"},
}

// stage is one rehearsal's directory, with the commands that are run in it.
type stage struct {
	t       *testing.T
	state   string
	journal string
	twin    string
	env     []string // more than the test's own
}

// newStage makes the directory. twin is the text of a twin file, empty for none.
func newStage(t *testing.T, twin string) *stage {
	t.Helper()
	dir := t.TempDir()
	s := &stage{t: t, state: filepath.Join(dir, "state"), journal: filepath.Join(dir, "journal")}
	if twin != "" {
		s.twin = filepath.Join(dir, "twin.yaml")
		require.NoError(t, os.WriteFile(s.twin, []byte(twin), 0o600))
	}
	return s
}

// binary is a program that make build made.
func binary(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "bin", name))
	require.NoError(t, err)
	require.FileExists(t, path, "run make build")
	return path
}

// process is a program that runs.
type process struct {
	t        *testing.T
	cmd      *exec.Cmd
	out, err output
	ended    chan struct{}
}

// rehearse starts the command under test. approve is the value of --approve.
func (s *stage) rehearse(approve string) *process {
	s.t.Helper()
	return s.run(exec.Command(binary(s.t, "starter"), s.rehearsal(approve)...))
}

// rehearsal is what rehearse passes to starter.
func (s *stage) rehearsal(approve string) []string {
	args := []string{"rehearse", "--approve", approve, "--pace", "2000", "-o", "json", "--state", s.state, "--journal", s.journal}
	if s.twin != "" {
		args = append(args, "--twin", s.twin)
	}
	return args
}

// run starts a program that ends with the test.
func (s *stage) run(cmd *exec.Cmd) *process {
	s.t.Helper()
	p := &process{t: s.t, cmd: cmd, ended: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.err
	if p.cmd.Env == nil {
		p.cmd.Env = append(os.Environ(), s.env...)
	}
	require.NoError(s.t, p.cmd.Start())
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait() // the exit code is read from ProcessState
	}()
	s.t.Cleanup(p.kill)
	return p
}

// starter runs a command of another terminal to its end.
func (s *stage) starter(args ...string) (stdout string, code int) {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), binary(s.t, "starter"), append(args, "--state", s.state)...)
	var stderr bytes.Buffer
	cmd.Stderr, cmd.Env = &stderr, append(os.Environ(), s.env...)
	text, err := cmd.Output()
	if _, ended := errors.AsType[*exec.ExitError](err); !ended {
		require.NoError(s.t, err)
	}
	return string(text) + stderr.String(), cmd.ProcessState.ExitCode()
}

// wait waits for the end and returns the exit code.
func (p *process) wait() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-p.t.Context().Done():
		require.Fail(p.t, "still running", p.err.String())
	}
	return p.cmd.ProcessState.ExitCode()
}

// result is the last line of standard output.
func (p *process) result() view.Result {
	p.t.Helper()
	lines := strings.Split(strings.TrimSpace(p.out.String()), "\n")
	var r view.Result
	require.NoError(p.t, json.Unmarshal([]byte(lines[len(lines)-1]), &r), "stdout: %s\nstderr: %s", p.out.String(), p.err.String())
	return r
}

// interrupt asks the process to end, as Ctrl-C does.
func (p *process) interrupt() { _ = p.cmd.Process.Signal(os.Interrupt) }

// kill ends the process without asking. Its children see their standard input end.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// killAll kills the process and everything it started, at once.
func (p *process) killAll() {
	pids := children(p.t, p.cmd.Process.Pid, "")
	p.kill()
	for _, pid := range pids {
		_ = syscall.Kill(pid, syscall.SIGKILL) // it may have gone by itself by now
	}
}

// children are the processes that one started, those whose command line holds a text.
func children(t *testing.T, parent int, holds string) []int {
	t.Helper()
	entries, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(t, err)
	var pids []int
	for _, e := range entries {
		stat, err := os.ReadFile(e)
		if err != nil {
			continue // it has ended
		}
		// pid (name) state ppid ...
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		line, _ := os.ReadFile(filepath.Join(filepath.Dir(e), "cmdline"))
		if fields[1] != strconv.Itoa(parent) || !strings.Contains(string(line), holds) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(e)))
		require.NoError(t, err)
		pids = append(pids, pid)
	}
	return pids
}

// events reads the journal so far.
func (s *stage) events() []journal.Event {
	s.t.Helper()
	events, err := journal.Read(s.journal)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	require.NoError(s.t, err)
	return events
}

// await looks until something is true, for as long as the test may take.
func (s *stage) await(p *process, what string, holds func() bool) {
	s.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-p.ended:
			require.Fail(s.t, "the rehearsal ended before: "+what, p.err.String())
		case <-s.t.Context().Done():
			require.Fail(s.t, "never: "+what, p.err.String())
		}
	}
}

// awaitHeld waits until the twin file's hold has stopped a step.
func (s *stage) awaitHeld(p *process, host, step string) {
	s.t.Helper()
	s.await(p, step+" held on "+host, func() bool { return len(journal.Find(s.events(), host, "held", step)) > 0 })
}

// output is a buffer that may be read while it is written.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}
