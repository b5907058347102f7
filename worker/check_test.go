package main

import (
	"bytes"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCheck: the exit code is all that a container's health check reads, the words are for people.
func TestCheck(t *testing.T) {
	t.Chdir(t.TempDir())
	h := &health{}
	server := httptest.NewServer(h.handler())
	ask := func() (code int, says string) {
		var errs bytes.Buffer
		code = run(t.Context(), []string{"--check"}, strings.NewReader(""), io.Discard, &errs)
		return code, errs.String()
	}
	code, says := ask()
	require.Equal(t, exitFailed, code)
	require.Contains(t, says, "health.address")

	t.Setenv("FARMHAND_HEALTH_ADDRESS", server.Listener.Addr().String())
	code, says = ask()
	require.Equal(t, exitFailed, code)
	require.Contains(t, says, "the worker is not ready: not ready: no connection to Temporal yet")
	h.ready.Store(true)
	code, says = ask()
	require.Equal(t, exitStopped, code)
	require.Empty(t, says)
	server.Close()
	code, says = ask()
	require.Equal(t, exitFailed, code)
	require.Contains(t, says, "no worker answers")
}
