package workflows_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// TestReminders come at the policy's interval, and approve nothing.
func TestReminders(t *testing.T) {
	w := newWorld(t)
	w.in.Rollout.Gates[1].Remind = 20 * time.Minute
	w.whenOpen("install", func(q farm.Question) { w.send(q, "bob", farm.ChoiceApprove) })
	w.whenOpen("continue", func(q farm.Question) {
		w.env.RegisterDelayedCallback(func() {
			require.True(t, w.status().Question("continue").Open())
			require.Zero(t, w.count("wizard APP02"))
			w.send(*w.status().Question("continue"), "bob", farm.ChoiceApprove)
		}, 3*time.Hour)
	})
	w.completes()
	var opened time.Time
	var after []time.Duration
	for _, n := range w.told {
		switch {
		case n.Event == "gate-opened" && n.Subject == "continue":
			opened = n.At
			require.Equal(t, []string{"bob", "carol"}, n.Eligible)
			require.NotEmpty(t, n.Facts)
		case n.Event == "gate-reminder":
			after = append(after, n.At.Sub(opened))
		}
	}
	require.Len(t, after, 9)
	for i, d := range after {
		require.Equal(t, time.Duration(i+1)*20*time.Minute, d)
	}
}

// TestBrokenWebhookStopsNothing, and neither does a runbook that cannot be written.
func TestBrokenWebhookStopsNothing(t *testing.T) {
	w := newWorld(t)
	w.ends[onApp02] = []ending{exits(17302)}
	broken := fails(farm.FailureUnreachable, "webhook", "the webhook answered 500")
	for _, event := range []string{"gate-opened", "intervention-opened", "farm-ended"} {
		w.on["notify "+event] = always(broken)
	}
	w.on["save runbook"] = always(errUnknownHost)
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry)
	w.completes()
	require.Positive(t, w.count("notify farm-ended"))
	untold := map[string]string{}
	for _, u := range w.status().Untold {
		untold[strings.TrimSpace(u.Event+" "+u.Subject)] = u.Why
	}
	const why = "the webhook answered 500"
	require.Equal(t, map[string]string{
		"gate-opened install": why, "gate-opened continue": why, "intervention-opened i-1": why, "farm-ended": why,
	}, untold, "who could not be told is in the evidence")
}

// TestPeopleAreToldOfEveryQuestionAndTheEnd.
func TestPeopleAreToldOfEveryQuestionAndTheEnd(t *testing.T) {
	w := newWorld(t)
	w.ends[onApp02] = []ending{exits(17302)}
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry)
	w.completes()
	var events []string
	for _, n := range w.told {
		if n.Event != "gate-reminder" {
			events = append(events, n.Event+" "+n.Subject)
		}
	}
	require.Equal(t, []string{"gate-opened install", "intervention-opened i-1", "gate-opened continue", "farm-ended "}, events)
}
