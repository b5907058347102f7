package workflows_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// TestPauseWhileAnInterventionIsOpen: the answer counts, and what it allows waits for the end of the pause.
func TestPauseWhileAnInterventionIsOpen(t *testing.T) {
	w := newWorld(t)
	w.ends[onApp02] = []ending{exits(17302)}
	w.approveEvery()
	w.whenOpen("i-1", func(q farm.Question) {
		w.order("dave", farm.ChoicePause)
		w.send(q, "erin", farm.ChoiceRetry)
		w.env.RegisterDelayedCallback(func() {
			s := w.status()
			require.Equal(t, farm.RunPaused, s.State)
			require.False(t, s.Question("i-1").Open())
			require.Equal(t, 1, w.count("install "+onApp02))
			w.order("erin", farm.ChoiceResume)
		}, 3*time.Hour)
	})
	w.completes()
	require.Equal(t, 2, w.count("install "+onApp02))
}

// TestAbortWhileServersInstall: what runs is finished, nothing else begins, also where an operator is asked.
func TestAbortWhileServersInstall(t *testing.T) {
	w := newWorld(t)
	w.ends["KB951695 APP01"] = []ending{exits(17302)}
	w.on["install KB951695 WFE01"] = func(int) error {
		// From inside the activity, so that it falls while the installer runs.
		w.env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: farm.SubjectFarm, Who: "dave", Choice: farm.ChoiceAbort, Reason: "storm"})
		return nil
	}
	w.approveEvery()
	w.answer("i-2", farm.ChoiceLeaveStopped, func(q farm.Question) {
		require.Contains(t, q.Failure.Message, "aborted by dave")
		require.Contains(t, q.Failure.Message, "W3SVC on WFE01")
	})
	r := w.run()
	require.Equal(t, farm.OutcomeAborted, r.Outcome)
	s := w.status()
	for _, srv := range w.farm.Servers {
		started := 1 + w.count("install KB951695 "+srv.Name) + // the job of its backup is the first
			w.count("install "+pkg+" "+srv.Name)
		require.Equal(t, started, w.count("await "+srv.Name), "a package under way on %s is waited for", srv.Name)
	}
	require.Zero(t, w.count("install "+pkg+" WFE01"))
	require.Zero(t, w.count("wizard APP01"))
	require.Equal(t, farm.ChoiceAbort, s.Question("i-1").Answer)
	require.False(t, w.running["WFE01/W3SVC"], "users are not let onto servers that are not proven")
	require.Equal(t, 1, w.count("release"))
}

// TestAbortAtAnIntervention ends the run like any abort, and asks what becomes of the services.
func TestAbortAtAnIntervention(t *testing.T) {
	w := newWorld(t)
	w.on["backup WSS_Search"] = always(fails(farm.FailureBackup, "SQL01", "the disk is broken"))
	w.approveEvery()
	w.answer("i-1", farm.ChoiceAbort)
	w.answer("i-2", farm.ChoiceStartServices, func(q farm.Question) {
		require.Equal(t, farm.FailureAbort, q.Failure.Kind)
		require.Equal(t, []farm.Choice{farm.ChoiceStartServices, farm.ChoiceLeaveStopped}, q.Choices)
	})
	r := w.run()
	require.Equal(t, farm.OutcomeAborted, r.Outcome)
	require.Equal(t, "aborted by erin", r.Why)
	require.True(t, w.running["WFE01/W3SVC"])
	require.False(t, w.manual["WFE01/W3SVC"])
	require.False(t, w.status().UsersOff.Until.IsZero())
}

// TestServiceThatDoesNotStartAgain after an abort is told to people.
func TestServiceThatDoesNotStartAgain(t *testing.T) {
	w := newWorld(t)
	w.on["restore W3SVC WFE02"] = always(fails(farm.FailureDenied, "WFE02", "access is denied"))
	w.whenOpen("install", func(farm.Question) { w.order("erin", farm.ChoiceAbort) })
	w.answer("i-1", farm.ChoiceStartServices)
	w.answer("i-2", farm.ChoiceAbort)
	require.Equal(t, farm.OutcomeAborted, w.run().Outcome)
	s := w.status()
	require.True(t, w.running["WFE01/W3SVC"])
	require.Contains(t, s.Exceptions[0], "W3SVC on WFE02")
	require.Contains(t, strings.Join(s.Residual, "\n"), "WFE02: W3SVC is still stopped and manual; it was auto before")
}

// TestDefectIsAnOperatorsMatter too: an error that no activity made does not end the farm.
func TestDefectIsAnOperatorsMatter(t *testing.T) {
	w := newWorld(t)
	broken := true
	w.on["find APP01"] = func(int) error {
		if broken {
			return errUnknownHost
		}
		return nil
	}
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.FailureDefect, q.Failure.Kind)
		require.Contains(t, q.Failure.Message, "no such host")
		w.mu.Lock()
		defer w.mu.Unlock()
		broken = false
	})
	w.completes()
}

// TestRejectedAndAborted: people say no, and the operator agrees with them.
func TestRejectedAndAborted(t *testing.T) {
	w := newWorld(t)
	w.whenOpen("install", func(q farm.Question) { w.send(q, "carol", farm.ChoiceReject) })
	w.answer("i-1", farm.ChoiceAbort, func(q farm.Question) {
		require.Equal(t, []farm.Choice{farm.ChoiceAskAgain, farm.ChoiceAbort}, q.Choices)
		require.Contains(t, q.Failure.Message, "carol rejected install: because")
	})
	w.answer("i-2", farm.ChoiceStartServices)
	require.Equal(t, farm.OutcomeAborted, w.run().Outcome)
	require.Zero(t, w.count("install KB951695 APP01"))
}

// TestFloodDoesNotHideTheDecisionThatCounts.
func TestFloodDoesNotHideTheDecisionThatCounts(t *testing.T) {
	w := newWorld(t)
	w.whenOpen("install", func(q farm.Question) {
		for batch := range 6 {
			w.env.RegisterDelayedCallback(func() {
				for range 100 {
					w.send(q, "mallory", farm.ChoiceApprove)
				}
			}, time.Duration(batch)*time.Second)
		}
		w.env.RegisterDelayedCallback(w.approveEvery, time.Minute)
	})
	s := w.completes()
	require.Len(t, s.Decisions, 502)
	require.Len(t, accepted(s), 2)
}
