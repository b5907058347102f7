package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// accepted returns the decisions that counted.
func accepted(s *farm.Status) []farm.DecisionRecord {
	var out []farm.DecisionRecord
	for _, d := range s.Decisions {
		if d.Accepted {
			out = append(out, d)
		}
	}
	return out
}

func TestDecisionsThatChangeNothing(t *testing.T) {
	tests := map[string]struct {
		decision func(q farm.Question) farm.Decision
		why      string
	}{
		"by the requester": {func(q farm.Question) farm.Decision {
			return farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: "alice"}
		}, "requested or carried out"},
		"by an executor": {func(q farm.Question) farm.Decision {
			return farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: "Dave "}
		}, "requested or carried out"},
		"by a stranger": {func(q farm.Question) farm.Decision {
			return farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: "mallory"}
		}, "may not decide"},
		"without digest": {func(q farm.Question) farm.Decision { return farm.Decision{Subject: q.ID, Who: "bob"} }, "no evidence digest"},
		"for another digest": {func(q farm.Question) farm.Decision {
			return farm.Decision{Subject: q.ID, Evidence: "0123456789", Who: "bob"}
		}, "look again"},
		"for another gate": {func(q farm.Question) farm.Decision {
			return farm.Decision{Subject: "reconnect", Evidence: q.Digest, Who: "bob"}
		}, "is asked"},
		"by nobody": {func(q farm.Question) farm.Decision { return farm.Decision{Subject: q.ID, Evidence: q.Digest} }, "names nobody"},
		"a choice not offered": {func(q farm.Question) farm.Decision {
			return farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: "bob", Choice: farm.ChoiceSkip}
		}, "not a choice"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.whenOpen("install", func(q farm.Question) {
				d := tc.decision(q)
				if d.Choice == "" {
					d.Choice = farm.ChoiceApprove
				}
				w.env.SignalWorkflow(workflows.MessageDecide, d)
				w.env.RegisterDelayedCallback(func() {
					s := w.status()
					require.Equal(t, farm.RunGate, s.State)
					require.Equal(t, farm.PhaseInstall, s.Phase)
					require.Len(t, s.Decisions, 1)
					require.False(t, s.Decisions[0].Accepted)
					require.Contains(t, s.Decisions[0].Why, tc.why)
					require.Equal(t, -1, w.index("install KB951695 WFE01"))
					w.approveEvery()
				}, time.Hour)
			})
			require.Equal(t, farm.OutcomeCompleted, w.run().Outcome)
		})
	}
}

func TestSignalBeforeTheGateOpensNothing(t *testing.T) {
	w := newWorld(t)
	w.env.RegisterDelayedCallback(func() {
		w.env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: "install", Evidence: "0123456789abcdef", Who: "bob", Choice: farm.ChoiceApprove})
	}, 0)
	w.whenOpen("install", func(farm.Question) { w.approveEvery() })
	require.Equal(t, farm.OutcomeCompleted, w.run().Outcome)
	require.False(t, w.status().Decisions[0].Accepted)
}

func TestRepeatedApprovalDoesNotOpenTheNextGate(t *testing.T) {
	w := newWorld(t)
	w.whenOpen("install", func(q farm.Question) {
		for range 5 {
			w.send(q, "bob", farm.ChoiceApprove)
		}
	})
	w.whenOpen("continue", func(farm.Question) {
		w.env.RegisterDelayedCallback(func() {
			require.Equal(t, farm.RunGate, w.status().State)
			require.Len(t, accepted(w.status()), 1)
			w.approveEvery()
		}, time.Hour)
	})
	require.Equal(t, farm.OutcomeCompleted, w.run().Outcome)
}

func TestQuorumOfTwo(t *testing.T) {
	w := newWorld(t)
	for i := range w.in.Rollout.Gates {
		w.in.Rollout.Gates[i].Quorum = 2
	}
	w.whenOpen("install", func(q farm.Question) {
		w.send(q, "bob", farm.ChoiceApprove)
		w.env.RegisterDelayedCallback(func() {
			require.Equal(t, farm.RunGate, w.status().State)
			w.send(q, "carol", farm.ChoiceApprove)
		}, time.Hour)
	})
	w.whenOpen("continue", func(q farm.Question) {
		w.send(q, "carol", farm.ChoiceApprove)
		w.send(q, "bob", farm.ChoiceApprove)
	})
	require.Equal(t, farm.OutcomeCompleted, w.run().Outcome)
}

func TestRejectAsksTheOperatorAndThenPeopleAgain(t *testing.T) {
	w := newWorld(t)
	w.whenOpen("install", func(q farm.Question) { w.send(q, "bob", farm.ChoiceApprove) })
	w.whenOpen("continue", func(q farm.Question) { w.send(q, "carol", farm.ChoiceReject) })
	w.whenOpen("i-1", func(q farm.Question) {
		require.Equal(t, farm.FailureRejected, q.Failure.Kind)
		w.send(q, "erin", farm.ChoiceAskAgain)
		w.whenOpen("continue", func(q farm.Question) {
			require.Equal(t, 2, q.Revision)
			require.Contains(t, q.Excluded, "erin") // who carried it out may not approve it
			w.send(q, "bob", farm.ChoiceApprove)
		})
	})
	require.Equal(t, farm.OutcomeCompleted, w.run().Outcome)
}

func TestAbortBeforeThePointOfNoReturnStartsServicesAgain(t *testing.T) {
	w := newWorld(t)
	w.whenOpen("install", func(farm.Question) {
		w.env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: farm.SubjectFarm, Who: "erin", Choice: farm.ChoiceAbort, Reason: "storm"})
	})
	w.whenOpen("i-1", func(q farm.Question) {
		require.Contains(t, q.Choices, farm.ChoiceStartServices)
		w.send(q, "erin", farm.ChoiceStartServices)
	})
	r := w.run()
	require.Equal(t, farm.OutcomeAborted, r.Outcome)
	require.Equal(t, -1, w.index("install KB951695 WFE01"))
	require.NotEqual(t, -1, w.index("restore W3SVC WFE01"))
	require.NotEqual(t, -1, w.index("restore W3SVC WFE02"))
}

func TestAbortAfterThePointOfNoReturnLeavesUsersOff(t *testing.T) {
	w := newWorld(t)
	w.whenOpen("install", func(q farm.Question) { w.send(q, "bob", farm.ChoiceApprove) })
	w.whenOpen("continue", func(farm.Question) {
		w.env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: farm.SubjectFarm, Who: "erin", Choice: farm.ChoiceAbort, Reason: "storm"})
	})
	w.whenOpen("i-1", func(q farm.Question) {
		require.Equal(t, []farm.Choice{farm.ChoiceLeaveStopped}, q.Choices)
		w.send(q, "erin", farm.ChoiceLeaveStopped)
	})
	require.Equal(t, farm.OutcomeAborted, w.run().Outcome)
	require.Equal(t, -1, w.index("restore W3SVC WFE01"))
	require.Contains(t, w.status().Residual[0], "W3SVC is still stopped")
}

func TestCancellationIsAnAbortBetweenSteps(t *testing.T) {
	w := newWorld(t)
	w.whenOpen("install", func(farm.Question) { w.env.CancelWorkflow() })
	w.whenOpen("i-1", func(q farm.Question) { w.send(q, "erin", farm.ChoiceStartServices) })
	r := w.run()
	require.Equal(t, farm.OutcomeAborted, r.Outcome)
	require.Contains(t, r.Why, "cancellation")
	require.NotEqual(t, -1, w.index("restore W3SVC WFE02"))
}

func TestPauseHoldsBetweenSteps(t *testing.T) {
	w := newWorld(t)
	run := func(who string, c farm.Choice) {
		w.env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: farm.SubjectFarm, Who: who, Choice: c})
	}
	w.whenOpen("install", func(q farm.Question) {
		run("mallory", farm.ChoicePause) // no operator: changes nothing
		run("erin", farm.ChoicePause)
		w.send(q, "bob", farm.ChoiceApprove) // decisions count while paused
		w.env.RegisterDelayedCallback(func() {
			s := w.status()
			require.Equal(t, farm.RunPaused, s.State)
			require.Equal(t, "erin", s.PausedBy)
			require.Equal(t, -1, w.index("install KB951695 WFE01"))
			run("dave", farm.ChoiceResume)
			w.approveEvery()
		}, 2*time.Hour)
	})
	require.Equal(t, farm.OutcomeCompleted, w.run().Outcome)
}

// TestARefusedUpdateFailsAndIsInTheEvidence: its sender is told at once, and so is the auditor.
func TestARefusedUpdateFailsAndIsInTheEvidence(t *testing.T) {
	w := newWorld(t)
	var refused error
	var verdict workflows.Verdict
	w.whenOpen("install", func(q farm.Question) {
		d := farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: "alice", Choice: farm.ChoiceApprove}
		w.env.UpdateWorkflow(workflows.MessageDecide, "1", &testsuite.TestUpdateCallback{
			OnAccept: func() {}, OnReject: func(err error) { t.Error(err) }, OnComplete: func(_ any, err error) { refused = err },
		}, d)
		d.Who = "bob"
		w.env.UpdateWorkflow(workflows.MessageDecide, "2", &testsuite.TestUpdateCallback{
			OnAccept: func() {}, OnReject: func(err error) { t.Error(err) },
			OnComplete: func(v any, err error) { require.NoError(t, err); verdict = v.(workflows.Verdict) },
		}, d)
		w.approveEvery()
	})
	s := w.completes()
	require.ErrorContains(t, refused, "alice requested or carried out")
	require.True(t, verdict.Accepted)
	require.False(t, s.Decisions[0].Accepted)
	require.Equal(t, []string{"alice", "update"}, []string{s.Decisions[0].Who, s.Decisions[0].Channel})
	require.Contains(t, s.Decisions[0].Why, "requested or carried out")
}
