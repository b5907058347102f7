package temporal_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

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

// devserver starts bin/devserver until the test ends, and returns where it answers. A block of ports that another process
// has just taken is given up for another.
func devserver(t *testing.T, args ...string) (address string) {
	t.Helper()
	for range 10 {
		port := 20000 + rand.IntN(1100)*10
		fixed := []string{"--db", filepath.Join(t.TempDir(), "history.db"), "--port", fmt.Sprint(port), "--exit-with-stdin", "--synchronous", "NORMAL", "--headless"}
		cmd := exec.CommandContext(t.Context(), binary(t, "devserver"), append(fixed, args...)...)
		in, err := cmd.StdinPipe()
		require.NoError(t, err)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		var said bytes.Buffer
		cmd.Stderr = &said
		require.NoError(t, cmd.Start())
		line, err := bufio.NewReader(out).ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			_ = cmd.Wait()
			require.Contains(t, said.String(), "another server may be running", "the server did not start")
			continue
		}
		require.NoError(t, err)
		t.Cleanup(func() {
			_ = in.Close()
			_ = cmd.Wait() // it was told to stop; how it ends is its own tests' matter
		})
		var ready struct{ Address string }
		require.NoError(t, json.Unmarshal(line, &ready))
		return ready.Address
	}
	require.Fail(t, "no ten free ports in a row")
	return ""
}

// environment is the test's own without anything that says how Temporal is reached, and with more.
func environment(t *testing.T, more ...string) []string {
	t.Helper()
	env := []string{"TEMPORAL_CONFIG_FILE=" + filepath.Join(t.TempDir(), "none.toml")}
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "TEMPORAL_") && !strings.HasPrefix(v, "FARMHAND_") {
			env = append(env, v)
		}
	}
	return append(env, more...)
}

// starter runs a command of the operator to its end.
func starter(t *testing.T, env []string, args ...string) (output string, code int) {
	t.Helper()
	return finish(t, env, "starter", args...)
}

// finish runs a program to its end.
func finish(t *testing.T, env []string, program string, args ...string) (output string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary(t, program), args...)
	cmd.Env, cmd.Dir = env, t.TempDir()
	text, err := cmd.CombinedOutput()
	if _, ended := errors.AsType[*exec.ExitError](err); !ended {
		require.NoError(t, err)
	}
	return string(text), cmd.ProcessState.ExitCode()
}

// worker starts bin/worker until the test ends, or until it is killed.
func worker(t *testing.T, env []string, args ...string) (kill func()) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary(t, "worker"), append(args, "--exit-with-stdin")...)
	cmd.Env, cmd.Dir = append(env, "FARMHAND_WORKER_STOP_TIMEOUT=1ms"), t.TempDir()
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	kill = sync.OnceFunc(func() {
		_ = cmd.Process.Kill() // it may be in a call that takes longer than the test
		_ = in.Close()
		_ = cmd.Wait()
	})
	t.Cleanup(kill)
	return kill
}
