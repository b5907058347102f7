package activities_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/internal/secrets"
)

// execute runs an activity that needs no farm.
func execute(t *testing.T, o activities.Options, method func(*activities.Activities) any, request any) error {
	t.Helper()
	o.Secrets = secrets.NewResolver([]string{"env:FARMHAND_TEST_*"})
	a := activities.New(o)
	env := newEnvironment()
	env.RegisterActivity(a)
	_, err := env.ExecuteActivity(method(a), request)
	return err
}

func notify(a *activities.Activities) any { return a.Notify }

func TestNotify(t *testing.T) {
	const token, key = "a-token-in-the-path", "the-key-of-the-webhook"
	status := http.StatusNoContent
	var body []byte
	var header http.Header
	receiver := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		header = r.Header
		rw.WriteHeader(status)
	}))
	t.Setenv("FARMHAND_TEST_HOOK", receiver.URL+"/"+token)
	t.Setenv("FARMHAND_TEST_HOOK_KEY", key)
	hook := activities.Webhook{URL: "env:FARMHAND_TEST_HOOK", Secret: "env:FARMHAND_TEST_HOOK_KEY"}
	sent := activities.Notification{Event: "gate-opened", Rollout: "2026-11", Farm: "contoso-pwa", Subject: "continue", Choices: []farm.Choice{farm.ChoiceApprove}}

	require.NoError(t, execute(t, activities.Options{Webhook: hook}, notify, sent))
	var got activities.Notification
	require.NoError(t, json.Unmarshal(body, &got))
	require.Equal(t, sent, got)
	require.Equal(t, "application/json", header.Get("Content-Type"))
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(body)
	require.Equal(t, "sha256="+hex.EncodeToString(mac.Sum(nil)), header.Get(activities.SignatureHeader))

	require.NoError(t, execute(t, activities.Options{Webhook: activities.Webhook{URL: hook.URL}}, notify, sent))
	require.Empty(t, header.Get(activities.SignatureHeader), "without a key nothing is signed")

	body = nil
	require.NoError(t, execute(t, activities.Options{}, notify, sent))
	require.Nil(t, body, "a worker without a webhook tells nobody")

	failure := func(err error, kind farm.FailureKind, retryable bool) {
		t.Helper()
		var app *temporal.ApplicationError
		require.ErrorAs(t, err, &app)
		require.Equal(t, string(kind), app.Type())
		require.Equal(t, !retryable, app.NonRetryable())
		f := activities.FailureOf(err)
		require.NotEmpty(t, f.Message)
		require.NotEmpty(t, f.Advice)
		for _, secret := range []string{token, key} {
			require.NotContains(t, err.Error(), secret)
		}
	}
	for _, code := range []int{http.StatusInternalServerError, http.StatusNotFound, http.StatusTooManyRequests} {
		status = code
		failure(execute(t, activities.Options{Webhook: hook}, notify, sent), farm.FailureUnreachable, true)
	}
	t.Setenv("FARMHAND_TEST_HOOK_KEY", "")
	failure(execute(t, activities.Options{Webhook: hook}, notify, sent), farm.FailureConfig, false)
	receiver.Close()
	failure(execute(t, activities.Options{Webhook: activities.Webhook{URL: hook.URL}}, notify, sent), farm.FailureUnreachable, true)
	t.Setenv("FARMHAND_TEST_HOOK", "http://[:"+token)
	failure(execute(t, activities.Options{Webhook: activities.Webhook{URL: hook.URL}}, notify, sent), farm.FailureConfig, false)
}

func TestSaveRunbook(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runbooks")
	text, failed := "first", error(nil)
	o := activities.Options{RunbookDir: dir, Runbook: func(s farm.Status) ([]byte, error) { return []byte(text + " of " + s.Farm), failed }}
	save := func(a *activities.Activities) any { return a.SaveRunbook }
	status := farm.Status{Rollout: "2026-11", Farm: "contoso-pwa"}
	path := filepath.Join(dir, "2026-11.contoso-pwa.md")
	read := func() string {
		t.Helper()
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		return string(content)
	}
	require.NoError(t, execute(t, o, save, status))
	require.Equal(t, "first of contoso-pwa", read())
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	text = "second"
	require.NoError(t, execute(t, o, save, status))
	require.Equal(t, "second of contoso-pwa", read())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing half written is left")

	failed = errors.New("no such page")
	require.ErrorContains(t, execute(t, o, save, status), "no such page")
	require.Equal(t, "second of contoso-pwa", read())

	// The new text cannot be written: the old one stays whole.
	failed, text = nil, "third"
	require.NoError(t, os.Mkdir(path+".new", 0o700))
	require.Error(t, execute(t, o, save, status))
	require.Equal(t, "second of contoso-pwa", read())
	require.NoError(t, execute(t, activities.Options{}, save, status), "a worker without a folder saves nothing")
}
