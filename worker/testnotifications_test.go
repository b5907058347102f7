package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTryingTheReceivers: an operator sees who got the test message and who did not, without a Temporal server.
func TestTryingTheReceivers(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
	bodies := make(chan string, 4)
	desk := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies <- string(body)
	}))
	t.Cleanup(desk.Close)
	const token = "Hunter2Token"
	t.Setenv("SP_HOOK", desk.URL+"/"+token)
	t.Setenv("FARMHAND_SECRETS", "env:SP_*")
	t.Setenv("FARMHAND_SITE", "berlin")
	try := func() (int, string) {
		var said bytes.Buffer
		code := run(t.Context(), []string{"--test-notifications"}, nil, io.Discard, &said)
		require.NotContains(t, said.String(), token)
		return code, said.String()
	}

	code, said := try()
	require.Equal(t, exitUsage, code)
	require.Contains(t, said, "notify.receivers")

	t.Setenv("FARMHAND_NOTIFY_RECEIVERS", "[{name: desk, webhook: {url: 'env:SP_HOOK'}, events: [rollout-ended]}]")
	code, said = try()
	require.Equal(t, exitStopped, code, said)
	require.Equal(t, "desk: told\n", said)
	body := <-bodies
	require.Contains(t, body, `"event":"test"`)
	require.Contains(t, body, "berlin")

	t.Setenv("FARMHAND_NOTIFY_RECEIVERS", "[{name: desk, webhook: {url: 'env:SP_HOOK'}}, {name: room, chat: {url: 'env:SP_ROOM'}}]")
	code, said = try()
	require.Equal(t, exitFailed, code)
	require.Contains(t, said, "desk: told\nroom: NOT told: secret env:SP_ROOM: it is not set on this worker")
}

// TestMistakesInTemplatesAreReportedWithThoseInTheSettings, all at once, before the worker starts.
func TestMistakesInTemplatesAreReportedWithThoseInTheSettings(t *testing.T) {
	t.Chdir(t.TempDir())
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "farm-ended.txt"), []byte("subject\n{{.Titel}}"), 0o600))
	t.Setenv("FARMHAND_NOTIFY_TEMPLATES", dir)
	var said bytes.Buffer
	require.Equal(t, exitUsage, run(t.Context(), nil, nil, io.Discard, &said))
	require.Contains(t, said.String(), "farm-ended.txt:2: ")
	t.Setenv("FARMHAND_LOG_LEVEL", "loud")
	said.Reset()
	require.Equal(t, exitUsage, run(t.Context(), nil, nil, io.Discard, &said))
	require.Contains(t, said.String(), "farm-ended.txt:2: ")
	require.Contains(t, said.String(), "FARMHAND_LOG_LEVEL")
}
