package main

import (
	"bytes"
	"flag"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/workflows"
)

func TestOptions(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("FARMHAND_SITE", "berlin")
	o, err := parseOptions([]string{"--workflows=false", "--runbooks", "/r"}, io.Discard)
	require.NoError(t, err)
	require.Equal(t, "berlin", o.settings.Site)
	require.False(t, o.workflows)
	require.Equal(t, "/r", o.runbooks)
	require.Equal(t, 30*time.Second, o.settings.WorkerStopTimeout)

	o, err = parseOptions([]string{"--site", "paris"}, io.Discard)
	require.NoError(t, err)
	require.Equal(t, "paris", o.settings.Site)
	require.True(t, o.workflows)

	_, err = parseOptions([]string{"--help"}, io.Discard)
	require.ErrorIs(t, err, flag.ErrHelp)
	_, err = parseOptions([]string{"extra"}, io.Discard)
	require.ErrorContains(t, err, "extra")
}

func TestMistakesInSettingsAreUsage(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("FARMHAND_LOG_LEVEL", "loud")
	t.Setenv("FARMHAND_INSTALL_PARALLEL", "none")
	var errs bytes.Buffer
	require.Equal(t, exitUsage, run(t.Context(), nil, nil, io.Discard, &errs))
	require.Contains(t, errs.String(), "FARMHAND_LOG_LEVEL")
	require.Contains(t, errs.String(), "FARMHAND_INSTALL_PARALLEL")
}

func TestHealth(t *testing.T) {
	h := &health{}
	ask := func(path string) int {
		w := httptest.NewRecorder()
		h.handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w.Code
	}
	require.Equal(t, http.StatusOK, ask("/healthz"))
	require.Equal(t, http.StatusServiceUnavailable, ask("/readyz"))
	h.ready.Store(true)
	require.Equal(t, http.StatusOK, ask("/readyz"))
	require.Equal(t, http.StatusNotFound, ask("/"))

	_, err := h.serve(t.Context(), "256.0.0.1:1")
	require.ErrorContains(t, err, "health.address")
}

// The worker waits for a server that is not up yet, answers health checks meanwhile, and ends with its parent.
func TestWorkerWaitsForTemporalAndEndsWithItsParent(t *testing.T) {
	t.Chdir(t.TempDir())
	free, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := free.Addr().String()
	require.NoError(t, free.Close())
	t.Setenv("FARMHAND_HEALTH_ADDRESS", address)
	t.Setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
	in, parent := io.Pipe()
	ended := make(chan int, 1)
	var errs bytes.Buffer
	go func() { ended <- run(t.Context(), []string{"--exit-with-stdin"}, in, io.Discard, &errs) }()
	answer := func() int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/readyz", nil)
		require.NoError(t, err)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return 0
		}
		require.NoError(t, response.Body.Close())
		return response.StatusCode
	}
	require.Eventually(t, func() bool { return answer() == http.StatusServiceUnavailable }, time.Minute, 20*time.Millisecond)
	require.NoError(t, parent.Close())
	require.Equal(t, exitStopped, <-ended)
	require.Empty(t, errs.String(), "waiting is quiet")
}

func TestSearchAttributesAreThoseOfTheWorkflows(t *testing.T) {
	require.Len(t, searchAttributes(), 5)
	require.Contains(t, searchAttributes(), workflows.AttributePendingGate.GetName())
}
