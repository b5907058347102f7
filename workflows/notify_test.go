package workflows_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"farmhand/activities"
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
	w.on["keep runbook"] = always(errUnknownHost)
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
			events = append(events, string(n.Event)+" "+n.Subject)
		}
	}
	require.ElementsMatch(t, []string{"farm-started ", "gate-opened install", "intervention-opened i-1", "gate-opened continue", "farm-ended "}, events, "in any order: nothing waits for telling")
}

// TestNoStepWaitsForANotification: while every receiver hangs until it is given up, the update goes on as if nobody were told;
// and what failed last is in the evidence all the same.
func TestNoStepWaitsForANotification(t *testing.T) {
	w := newWorld(t)
	const hangs = 90 * time.Second // longer than people take to answer here
	w.env.OnActivity("Notify", mock.Anything, mock.Anything).After(hangs).Return(
		activities.Fail(farm.Failure{Kind: farm.FailureConfig, Server: "notify", Message: "not told: desk: no answer in time"}))
	w.approveEvery()
	s := w.completes()
	require.Less(t, s.PhaseStatus(farm.PhasePreflight).Started.Sub(s.Started), time.Second)
	require.Less(t, s.PhaseStatus(farm.PhaseFinalizeRemaining).Started.Sub(s.Question("continue").Answered), time.Second)
	var untold []string
	for _, u := range s.Untold {
		untold = append(untold, strings.TrimSpace(u.Event+" "+u.Subject))
		require.Equal(t, "not told: desk: no answer in time", u.Why)
	}
	require.ElementsMatch(t, []string{"farm-started", "gate-opened install", "gate-opened continue", "farm-ended"}, untold)
}

// TestWhatPeopleAreTold: who reads it knows what happened, who is asked, and which command answers.
func TestWhatPeopleAreTold(t *testing.T) {
	w := newWorld(t)
	w.ends[onApp02] = []ending{exits(17302)}
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry)
	w.completes()
	told := map[farm.Event]farm.Notification{}
	for _, n := range w.told {
		require.Equal(t, w.in.Rollout.ID, n.Rollout)
		require.Equal(t, "contoso-pwa", n.Farm)
		require.NotEmpty(t, n.Site)
		require.NotEmpty(t, n.Commands, n.Event)
		require.Contains(t, farm.Events(), n.Event)
		told[n.Event] = n
	}
	begun := told[farm.EventFarmStarted]
	require.Contains(t, begun.Facts, farm.Fact{Label: "started by", Text: "dave"})
	intervention := told[farm.EventInterventionOpened]
	require.Equal(t, "APP02", intervention.Server)
	require.NotEmpty(t, intervention.Advice)
	require.Equal(t, []string{"dave", "erin"}, intervention.Eligible)
	require.Equal(t, "starter decide contoso-pwa i-1 retry --as NAME --evidence "+intervention.Digest[:8]+` --reason "..."`, intervention.Commands[0])
	gate := told[farm.EventGateOpened]
	require.Equal(t, "starter approve contoso-pwa continue --as NAME --evidence "+gate.Digest[:8]+` --reason "..."`, gate.Commands[0])
	require.Equal(t, []string{"starter report contoso-pwa"}, told[farm.EventFarmEnded].Commands)
	require.Equal(t, farm.OutcomeCompleted, told[farm.EventFarmEnded].Outcome)
}
