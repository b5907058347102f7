package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/internal/secrets"
)

// hidden is planted wherever a secret may be: in addresses, keys and passwords.
const hidden = "Hunter2Token"

// opened prepares receivers; references are NOTIFY_*.
func opened(t *testing.T, caFile string, list ...config.Receiver) *Receivers {
	t.Helper()
	r, err := New(config.NotifySettings{Receivers: list}, secrets.NewResolver([]string{"env:NOTIFY_*"}), caFile)
	require.NoError(t, err)
	return r
}

// told tells and returns who was told, and who was not. No failure holds a secret.
func told(t *testing.T, r *Receivers, n farm.Notification, already ...string) (names []string, failures []*Failure) {
	t.Helper()
	failures = r.Tell(t.Context(), n, already, func(name string) { names = append(names, name) })
	for _, f := range failures {
		require.NotContains(t, f.Error(), hidden)
		require.NotContains(t, f.Error(), "127.0.0.1")
		require.NotEmpty(t, f.Why)
	}
	return names, failures
}

// inbox is a Web server that keeps what it gets.
type inbox struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []string
	header http.Header
	status int
}

func newInbox(t *testing.T) *inbox {
	t.Helper()
	b := &inbox{status: http.StatusNoContent}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		b.mu.Lock()
		defer b.mu.Unlock()
		if err == nil && r.Method == http.MethodPost {
			b.bodies, b.header = append(b.bodies, string(body)), r.Header
		}
		if b.status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(b.status)
	}))
	t.Cleanup(b.Close)
	return b
}

func (b *inbox) got() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.bodies
}

func (b *inbox) answers(status int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.status = status
}

func webhook(name string) config.Receiver {
	return config.Receiver{Name: name, Webhook: config.WebhookReceiver{URL: "env:NOTIFY_HOOK", Secret: "env:NOTIFY_KEY"}}
}

// TestWebhook gets the notification as JSON, signed; what it answers besides success is a failure.
func TestWebhook(t *testing.T) {
	b := newInbox(t)
	t.Setenv("NOTIFY_HOOK", b.URL+"/"+hidden)
	t.Setenv("NOTIFY_KEY", hidden)
	sent := Sample(farm.EventInterventionOpened)
	names, failures := told(t, opened(t, "", webhook("desk")), sent)
	require.Empty(t, failures)
	require.Equal(t, []string{"desk"}, names)
	var got farm.Notification
	require.NoError(t, json.Unmarshal([]byte(b.got()[0]), &got))
	require.Equal(t, sent, got)
	mac := hmac.New(sha256.New, []byte(hidden))
	mac.Write([]byte(b.got()[0]))
	require.Equal(t, "sha256="+hex.EncodeToString(mac.Sum(nil)), b.header.Get(SignatureHeader))
	require.Equal(t, "application/json", b.header.Get("Content-Type"))

	unsigned := webhook("desk")
	unsigned.Webhook.Secret = ""
	_, failures = told(t, opened(t, "", unsigned), sent)
	require.Empty(t, failures)
	require.Empty(t, b.header.Get(SignatureHeader))

	for _, status := range []int{http.StatusInternalServerError, http.StatusNotFound, http.StatusFound} {
		b.answers(status)
		before := len(b.got())
		names, failures = told(t, opened(t, "", webhook("desk")), sent)
		require.Empty(t, names)
		require.Equal(t, "desk: the webhook answered "+strconv.Itoa(status), failures[0].Error())
		require.False(t, failures[0].ForGood)
		require.Len(t, b.got(), before+1, "no redirect is followed")
	}
}

// TestAddressesThatCannotBeUsed say so for good, and nothing of the address.
func TestAddressesThatCannotBeUsed(t *testing.T) {
	for name, address := range map[string]string{
		"no address": "http://[:" + hidden, "nothing there": "http://127.0.0.1:1/" + hidden, "no such name": "http://" + hidden + ".invalid/", "not set": "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("NOTIFY_HOOK", address)
			t.Setenv("NOTIFY_KEY", "k")
			_, failures := told(t, opened(t, "", webhook("desk")), Sample(farm.EventTest))
			require.Len(t, failures, 1)
			require.NotContains(t, strings.ToLower(failures[0].Error()), strings.ToLower(hidden))
		})
	}
	other := webhook("desk")
	other.Webhook.URL = "env:HOME"
	_, failures := told(t, opened(t, "", other), Sample(farm.EventTest))
	require.True(t, failures[0].ForGood)
	require.Contains(t, failures[0].Why, "env:HOME")
}

// TestTLSOfWebhooks: a certificate that nobody vouches for gets nothing; one of tls.ca_file does.
func TestTLSOfWebhooks(t *testing.T) {
	ca := newAuthority(t)
	got := make(chan struct{}, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { got <- struct{}{} }))
	server.TLS = ca.server(t, "127.0.0.1")
	server.StartTLS()
	t.Cleanup(server.Close)
	t.Setenv("NOTIFY_HOOK", server.URL)
	t.Setenv("NOTIFY_KEY", "k")
	_, failures := told(t, opened(t, "", webhook("desk")), Sample(farm.EventTest))
	require.Len(t, failures, 1)
	require.Contains(t, failures[0].Why, "certificate")
	require.Empty(t, got)
	_, failures = told(t, opened(t, ca.file, webhook("desk")), Sample(farm.EventTest))
	require.Empty(t, failures)
	require.Len(t, got, 1)
}

// TestWhoIsTold of what: by event, by farm, and never twice.
func TestWhoIsTold(t *testing.T) {
	b := newInbox(t)
	t.Setenv("NOTIFY_HOOK", b.URL)
	t.Setenv("NOTIFY_KEY", "k")
	all, gates, emea := webhook("all"), webhook("gates"), webhook("emea")
	gates.Events, emea.Farms = []string{"gate-*", "rollout-ended"}, []string{"emea-*", "hamburg"}
	r := opened(t, "", all, gates, emea)
	require.Equal(t, []string{"all", "gates", "emea"}, r.Names())
	of := func(event farm.Event, farmName string) farm.Notification {
		return farm.Notification{Event: event, Farm: farmName, Rollout: "r", Title: "t"}
	}
	for _, c := range []struct {
		n    farm.Notification
		want []string
	}{
		{of(farm.EventGateOpened, "emea-01"), []string{"all", "gates", "emea"}},
		{of(farm.EventGateOpened, "asia-01"), []string{"all", "gates"}},
		{of(farm.EventFarmEnded, "hamburg"), []string{"all", "emea"}},
		{of(farm.EventFarmEnded, "asia-01"), []string{"all"}},
		{of(farm.EventRolloutEnded, ""), []string{"all", "gates", "emea"}},
		{of(farm.EventTest, ""), []string{"all", "gates", "emea"}},
	} {
		names, failures := told(t, r, c.n)
		require.Empty(t, failures)
		require.ElementsMatch(t, c.want, names, c.n)
	}
	before := len(b.got())
	names, _ := told(t, r, of(farm.EventGateOpened, "emea-01"), "all", "emea")
	require.Equal(t, []string{"gates"}, names)
	require.Len(t, b.got(), before+1)
}

// TestOneThatHangsHoldsNobodyUp: a mail server and a Web server that accept and say nothing.
func TestOneThatHangsHoldsNobodyUp(t *testing.T) {
	b := newInbox(t)
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	_, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	t.Setenv("NOTIFY_HOOK", b.URL)
	t.Setenv("NOTIFY_KEY", "k")
	t.Setenv("NOTIFY_SILENT", "http://"+l.Addr().String()+"/"+hidden)
	t.Setenv("NOTIFY_CHAT", "generic://"+l.Addr().String()+"/"+hidden+"?disabletls=yes")
	number, err := net.LookupPort("tcp", port)
	require.NoError(t, err)
	r := opened(
		t, "",
		config.Receiver{Name: "hook", Webhook: config.WebhookReceiver{URL: "env:NOTIFY_SILENT"}},
		config.Receiver{Name: "mail", Email: config.EmailReceiver{Server: "127.0.0.1", Port: number, From: "a@b.c", To: []string{"d@e.f"}}},
		config.Receiver{Name: "chat", Chat: config.ChatReceiver{URL: "env:NOTIFY_CHAT"}},
		webhook("desk"),
	)
	r.patience = 300 * time.Millisecond
	names, failures := told(t, r, Sample(farm.EventGateOpened))
	require.Equal(t, []string{"desk"}, names)
	require.Len(t, failures, 3)
	for i, name := range []string{"hook", "mail", "chat"} {
		require.Equal(t, name+": no answer in time", failures[i].Error())
		require.False(t, failures[i].ForGood)
	}
}

// TestAWorkerThatStopsGivesUp at once.
func TestAWorkerThatStopsGivesUp(t *testing.T) {
	t.Setenv("NOTIFY_HOOK", "http://127.0.0.1:1")
	t.Setenv("NOTIFY_KEY", "k")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	failures := opened(t, "", webhook("desk")).Tell(ctx, Sample(farm.EventTest), nil, func(string) {})
	require.Equal(t, "desk: given up: the worker stops", failures[0].Error())
}

// chat is the address of an inbox as shoutrrr has it.
func chat(t *testing.T, address, query string) string {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	return "generic://" + u.Host + "/" + hidden + "?disabletls=yes" + query
}

// TestChat gets subject and text; what the service answers comes as a number at most.
func TestChat(t *testing.T) {
	b := newInbox(t)
	t.Setenv("NOTIFY_CHAT", chat(t, b.URL, ""))
	r := opened(t, "", config.Receiver{Name: "room", Chat: config.ChatReceiver{URL: "env:NOTIFY_CHAT"}})
	n := Sample(farm.EventGateOpened)
	n.Title = "evil\n@channel <!here> [pay](http://evil)"
	n.Facts[0].Text = "@everyone\r\nGate continue is approved"
	_, failures := told(t, r, n)
	require.Empty(t, failures)
	text := b.got()[0]
	require.True(t, strings.HasPrefix(text, "contoso-pwa: gate continue waits for you\n\nevil ＠channel ‹!here› [pay] (http://evil)\n"), text)
	require.Contains(t, text, "- APP01: ＠everyone  Gate continue is approved\n")
	require.Contains(t, text, "  starter approve contoso-pwa continue --as NAME --evidence ")
	for _, mention := range []string{"@", "<", ">", "]("} {
		require.NotContains(t, text, mention)
	}

	b.answers(http.StatusForbidden)
	_, failures = told(t, r, n)
	require.Equal(t, "room: the chat service answered 403", failures[0].Error())

	for _, address := range []string{"smtp://u:" + hidden + "@mail/?from=a@b.c&to=d@e.f", "logger://", "nosuchservice://" + hidden, "slack://" + hidden, hidden, "generic+http://["} {
		t.Setenv("NOTIFY_CHAT", address)
		_, failures = told(t, r, n)
		require.Len(t, failures, 1, address)
		require.True(t, failures[0].ForGood, address)
	}
}

// TestLongTextsAreCutForChats at the end of a line, and never inside a character.
func TestLongTextsAreCutForChats(t *testing.T) {
	require.Equal(t, "short", clip("short\n\n", maxChat))
	line := strings.Repeat("ü", 50) + "\n"
	text := clip(strings.Repeat(line, 100), 1000)
	require.LessOrEqual(t, len(text), 1000)
	require.True(t, strings.HasSuffix(text, strings.Repeat("ü", 50)+cutShort), text)
	text = clip(strings.Repeat("ü", 2000), 1001)
	require.LessOrEqual(t, len(text), 1001)
	require.True(t, strings.HasSuffix(text, "ü"+cutShort), text)
}
