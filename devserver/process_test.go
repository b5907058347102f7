package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
)

// actAsDevserver makes the test binary behave as the command, so that a test can kill -9 a real process without
// building one first.
const actAsDevserver = "DEVSERVER_TEST_ACT"

func TestMain(m *testing.M) {
	if os.Getenv(actAsDevserver) != "" {
		main()
	}
	os.Exit(m.Run())
}

// process is one running devserver.
type process struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stderr *bytes.Buffer
	line   ready
}

// freeBlock finds ten free ports in a row. Another process may take one a moment later; blocks start at a port the
// system just called free, which makes that unlikely.
func freeBlock(t *testing.T) int {
	t.Helper()
	for range 100 {
		probe, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		first := probe.Addr().(*net.TCPAddr).Port
		require.NoError(t, probe.Close())
		p, err := newPorts(first, 0, 0, false)
		if err == nil && p.checkFree(t.Context(), netip.MustParseAddr("127.0.0.1")) == nil {
			return first
		}
	}
	require.FailNow(t, "no ten free ports in a row")
	return 0
}

// command prepares a devserver on a free block of ports. Its standard input stays open for as long as it runs, or until
// the test closes it.
func command(t *testing.T, db string, args ...string) (*exec.Cmd, io.WriteCloser) {
	t.Helper()
	args = append([]string{"--db", db, "--port", strconv.Itoa(freeBlock(t)), "--exit-with-stdin"}, args...)
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), actAsDevserver+"=1")
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	return cmd, stdin
}

// start runs a devserver until the test ends and waits for its ready line.
func start(t *testing.T, db string, args ...string) *process {
	t.Helper()
	cmd, stdin := command(t, db, args...)
	p := &process{cmd: cmd, stdin: stdin, stderr: &bytes.Buffer{}}
	p.cmd.Stderr = p.stderr
	stdout, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	})
	require.NoError(t, json.NewDecoder(stdout).Decode(&p.line), "no ready line; standard error: %s", p.stderr)
	require.True(t, p.line.Ready)
	return p
}

// kill ends the process as a power switch would, and waits until it is gone.
func (p *process) kill(t *testing.T) {
	t.Helper()
	require.NoError(t, p.cmd.Process.Kill())
	require.Error(t, p.cmd.Wait())
}

// client connects to the server until the test ends.
func (p *process) client(t *testing.T) client.Client {
	t.Helper()
	c, err := client.DialContext(t.Context(), client.Options{
		HostPort:  p.line.Address,
		Namespace: p.line.Namespace,
		Logger:    sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler)),
	})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}
