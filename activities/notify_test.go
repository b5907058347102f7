package activities_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"farmhand/activities"
	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/internal/notify"
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

// receiver keeps the bodies it gets and answers what it is told to.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []string
	status int
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{status: http.StatusNoContent}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.status == http.StatusNoContent {
			r.bodies = append(r.bodies, string(body))
		}
		w.WriteHeader(r.status)
	}))
	t.Cleanup(r.Close)
	return r
}

// TestNotifyTellsEachReceiverOnce, however often the others have to be tried, and names those that stay untold.
func TestNotifyTellsEachReceiverOnce(t *testing.T) {
	const token = "a-token-in-the-path"
	good, bad := newReceiver(t), newReceiver(t)
	bad.status = http.StatusInternalServerError
	t.Setenv("FARMHAND_TEST_GOOD", good.URL+"/"+token)
	t.Setenv("FARMHAND_TEST_BAD", bad.URL+"/"+token)
	list := []config.Receiver{
		{Name: "good", Webhook: config.WebhookReceiver{URL: "env:FARMHAND_TEST_GOOD"}},
		{Name: "bad", Webhook: config.WebhookReceiver{URL: "env:FARMHAND_TEST_BAD"}},
		{Name: "lost", Webhook: config.WebhookReceiver{URL: "env:FARMHAND_TEST_LOST"}},
		{Name: "other", Webhook: config.WebhookReceiver{URL: "env:FARMHAND_TEST_LOST"}, Events: []string{"rollout-*"}},
	}
	sent := farm.Notification{Event: farm.EventGateOpened, Rollout: "2026-11", Farm: "contoso-pwa", Subject: "continue", Choices: []farm.Choice{farm.ChoiceApprove}}
	// try is one try of the activity: it returns what its heartbeat holds, and what it failed with.
	try := func(list []config.Receiver, already ...string) (told []string, err error) {
		resolver := secrets.NewResolver([]string{"env:FARMHAND_TEST_*"})
		receivers, err := notify.New(config.NotifySettings{Receivers: list}, resolver, "")
		require.NoError(t, err)
		a := activities.New(activities.Options{Secrets: resolver, Receivers: receivers})
		env := newEnvironment()
		env.RegisterActivity(a)
		if already != nil {
			env.SetHeartbeatDetails(already)
		}
		env.SetOnActivityHeartbeatListener(func(_ *activity.Info, details converter.EncodedValues) { require.NoError(t, details.Get(&told)) })
		_, err = env.ExecuteActivity(a.Notify, sent)
		return told, err
	}

	told, err := try(list)
	require.Equal(t, []string{"good"}, told)
	require.Len(t, good.bodies, 1)
	var got farm.Notification
	require.NoError(t, json.Unmarshal([]byte(good.bodies[0]), &got))
	require.Equal(t, sent, got)
	var app *temporal.ApplicationError
	require.ErrorAs(t, err, &app)
	require.False(t, app.NonRetryable(), "one of them may be there again soon")
	f := activities.FailureOf(err)
	require.Equal(t, farm.FailureUnreachable, f.Kind)
	require.Contains(t, f.Message, "not told: bad: the webhook answered 500; lost: secret env:FARMHAND_TEST_LOST: ")
	require.NotContains(t, err.Error(), token)

	told, err = try(list, told...)
	require.Error(t, err)
	require.Equal(t, []string{"good"}, told, "whoever tries next knows, too")
	require.Len(t, good.bodies, 1)

	bad.status = http.StatusNoContent
	told, err = try(list[:2], told...)
	require.NoError(t, err)
	require.Equal(t, []string{"good", "bad"}, told)
	require.Len(t, good.bodies, 1)
	require.Len(t, bad.bodies, 1)

	_, err = try(list[2:])
	require.ErrorAs(t, err, &app)
	require.True(t, app.NonRetryable(), "a reference that is not set stays so")
	require.Equal(t, farm.FailureConfig, activities.FailureOf(err).Kind)

	require.NoError(t, execute(t, activities.Options{}, func(a *activities.Activities) any { return a.Notify }, sent), "a worker without receivers tells nobody")
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

// TestKeepRunbook: a runbook stays in the farm's own network.
func TestKeepRunbook(t *testing.T) {
	dir := t.TempDir()
	a := activities.New(activities.Options{Site: "emea", RunbookDir: dir, Runbook: func(s farm.Status) ([]byte, error) { return []byte(s.Farm), nil }})
	kept, err := a.KeepRunbook(t.Context(), farm.Status{Rollout: "2026-11", Farm: "there", Site: "apac"})
	require.NoError(t, err)
	require.False(t, kept)
	kept, err = a.KeepRunbook(t.Context(), farm.Status{Rollout: "2026-11", Farm: "here", Site: "emea"})
	require.NoError(t, err)
	require.True(t, kept)
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	require.Equal(t, []string{filepath.Join(dir, "2026-11.here.md")}, files)
}
