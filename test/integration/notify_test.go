package integration

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/internal/notify"
	"farmhand/internal/secrets"
	"farmhand/simulator"
	"farmhand/simulator/world"
)

// letterbox keeps what is posted to it.
type letterbox struct {
	*httptest.Server
	mu      sync.Mutex
	letters []letter
}

type letter struct{ body, signature string }

func newLetterbox(t *testing.T) *letterbox {
	t.Helper()
	b := &letterbox{}
	b.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		b.mu.Lock()
		defer b.mu.Unlock()
		b.letters = append(b.letters, letter{string(body), r.Header.Get(notify.SignatureHeader)})
	}))
	t.Cleanup(b.Close)
	return b
}

// TestPeopleAreToldOnTheWire through an update in which a package fails: a webhook gets each event once and signed, a chat
// those it wants, as text, though the mail server is out of order all the time; and that nobody got mail is in the evidence.
func TestPeopleAreToldOnTheWire(t *testing.T) {
	rollout, release, err := config.Decode("contoso.yaml", config.Example(), ".")
	require.NoError(t, err)
	f := StartWith(t, Options{
		Rollout: rollout, Release: release, Pace: 4000,
		Twin: simulator.Twin{Faults: []world.Fault{{Host: "APP02", Step: "package KB951297", Kind: "fail"}}},
	})
	desk, room := newLetterbox(t), newLetterbox(t)
	const key = "the key of the webhook"
	t.Setenv("NOTIFY_DESK", desk.URL+"/token")
	t.Setenv("NOTIFY_KEY", key)
	t.Setenv("NOTIFY_ROOM", "generic://"+strings.TrimPrefix(room.URL, "http://")+"/token?disabletls=yes")
	f.Receivers, err = notify.New(config.NotifySettings{Receivers: []config.Receiver{
		{Name: "desk", Webhook: config.WebhookReceiver{URL: "env:NOTIFY_DESK", Secret: "env:NOTIFY_KEY"}},
		{Name: "on-call", Email: config.EmailReceiver{Server: "127.0.0.1", Port: 1, From: "farmhand@contoso.com", To: []string{"on-call@contoso.com"}}},
		{Name: "room", Chat: config.ChatReceiver{URL: "env:NOTIFY_ROOM"}, Events: []string{"intervention-*", "farm-ended"}, Farms: []string{"contoso-*"}},
	}}, secrets.NewResolver([]string{"env:NOTIFY_*"}), "")
	require.NoError(t, err)

	r, s := f.Update(t, func(q farm.Question) (string, farm.Choice) {
		if q.Kind == farm.QuestionIntervention {
			return q.Members[0], farm.ChoiceRetry
		}
		return Approve(q)
	})
	require.Equal(t, farm.OutcomeCompleted, r.Outcome, r.Why)

	var events []string
	for _, l := range desk.letters {
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte(l.body))
		require.Equal(t, "sha256="+hex.EncodeToString(mac.Sum(nil)), l.signature)
		var n farm.Notification
		require.NoError(t, json.Unmarshal([]byte(l.body), &n))
		require.Equal(t, "contoso-pwa", n.Farm)
		events = append(events, strings.TrimSpace(string(n.Event)+" "+n.Subject))
	}
	want := []string{"farm-started", "gate-opened install", "intervention-opened i-1", "gate-opened continue", "farm-ended"}
	require.Equal(t, want, events)

	require.Len(t, room.letters, 2)
	require.True(t, strings.HasPrefix(room.letters[0].body, "contoso-pwa: an operator has to decide: "), room.letters[0].body)
	require.Contains(t, room.letters[0].body, "starter decide contoso-pwa i-1 retry --as NAME --evidence ")
	require.True(t, strings.HasPrefix(room.letters[1].body, "contoso-pwa: the update has ended: completed"), room.letters[1].body)

	var untold []string
	for _, u := range s.Untold {
		untold = append(untold, strings.TrimSpace(u.Event+" "+u.Subject))
		require.Equal(t, "not told: on-call: nothing listens at its address", u.Why)
	}
	slices.Sort(untold)
	slices.Sort(want)
	require.Equal(t, want, untold)
}
