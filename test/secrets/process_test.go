package secrets_test

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// binary is a program that make build made.
func binary(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "bin", name))
	require.NoError(t, err)
	require.FileExists(t, path, "run make build")
	return path
}

// process is a program that runs until it is told to end: by the end of its standard input, which comes with that of
// this process, too.
type process struct {
	cmd   *exec.Cmd
	stdin io.Closer
	// ready is closed when it says that it serves, ended when it has ended.
	ready, ended chan struct{}
}

// start starts a program. What it prints goes to a file; a program that is started anew goes on in it.
func start(t *testing.T, log, path string, env []string, args ...string) *process {
	t.Helper()
	file, err := os.OpenFile(log, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	require.NoError(t, err)
	defer file.Close()
	p := &process{cmd: exec.Command(path, args...), ready: make(chan struct{}), ended: make(chan struct{})}
	p.cmd.Dir, p.cmd.Env, p.cmd.Stderr = filepath.Dir(log), append(environment(), env...), file
	p.cmd.WaitDelay = time.Second
	p.stdin, err = p.cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	go func() {
		defer close(p.ended)
		p.listen(stdout)
		_ = p.cmd.Wait() // how it ended is nobody's business
	}()
	t.Cleanup(p.stop)
	return p
}

// listen waits for the line that says that the program serves.
func (p *process) listen(stdout io.Reader) {
	lines := bufio.NewReader(stdout)
	for said := false; ; {
		line, err := lines.ReadBytes('\n')
		if !said && bytes.HasPrefix(line, []byte(`{"ready":true`)) {
			said = true
			close(p.ready)
		}
		if err != nil {
			return
		}
	}
}

// stop asks the program to end, and waits.
func (p *process) stop() {
	_ = p.stdin.Close()
	<-p.ended
}

// dump ends the program as a fault in it would: with the stacks of all goroutines on standard error.
func (p *process) dump() {
	_ = p.cmd.Process.Signal(syscall.SIGQUIT)
	<-p.ended
}

// kill ends the program at once.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.ended
}

// commandLine is what every user of this machine may read of the process.
func (p *process) commandLine(t *testing.T) []byte {
	t.Helper()
	line, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid), "cmdline"))
	require.NoError(t, err)
	return line
}

// environment is this process's own without what would speak to another Temporal server or another farmhand.
func environment() []string {
	var out []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "TEMPORAL_") && !strings.HasPrefix(v, "FARMHAND_") && !strings.HasPrefix(v, "OTEL_") {
			out = append(out, v)
		}
	}
	return out
}
