package workflows_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// gates replaces the gates of the example, and adds the group leads (frank, grace).
func gates(list ...farm.GatePolicy) func(*farm.Rollout) {
	return func(r *farm.Rollout) {
		r.Groups = append(r.Groups, farm.Group{Name: "leads", Members: []farm.Member{{Name: "frank"}, {Name: "grace"}}})
		for i := range list {
			if list[i].Group == "" {
				list[i].Group = "change"
			}
			list[i].Quorum = max(1, list[i].Quorum)
		}
		r.Gates = list
	}
}

// after calls do once a time has passed.
func (w *world) after(d time.Duration, do func()) { w.env.RegisterDelayedCallback(do, d) }

// toldOf lists the events people were told of, as "event subject".
func (w *world) toldOf() []string {
	var out []string
	for _, n := range w.told {
		out = append(out, strings.TrimSpace(string(n.Event)+" "+n.Subject))
	}
	return out
}

func factsOf(q farm.Question) string {
	var b strings.Builder
	for _, f := range q.Facts {
		b.WriteString(f.Label + ": " + f.Text + "\n")
	}
	return b.String()
}

// TestTheGateStart is asked when preflight is done and nothing was changed.
func TestTheGateStart(t *testing.T) {
	w := newWorld(t, gates(farm.GatePolicy{Name: farm.GateStart}, farm.GatePolicy{Name: farm.GateContinue}))
	w.whenOpen("start", func(q farm.Question) {
		require.Contains(t, factsOf(q), "would be off about")
		require.Contains(t, factsOf(q), "KB951695, then KB951297 on APP01")
		require.Equal(t, farm.PhasePreflight, w.status().Phase)
		require.Equal(t, -1, w.index("stop W3SVC WFE01"))
		w.approveEvery()
	})
	w.completes()
	require.NotEqual(t, -1, w.index("stop W3SVC WFE01"))
	require.Equal(t, 1, w.count("describe"), "what was approved soon is not looked at twice")
}

// TestAnOldStartIsLookedAtAgain: people took their time, and what they approved holds only while it is so.
func TestAnOldStartIsLookedAtAgain(t *testing.T) {
	for name, changes := range map[string]bool{"the farm is the same": false, "a server has changed": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, gates(farm.GatePolicy{Name: farm.GateStart, Remind: 30 * time.Minute}, farm.GatePolicy{Name: farm.GateContinue}))
			w.whenOpen("start", func(q farm.Question) {
				w.after(3*time.Hour, func() {
					if changes {
						w.tweak["WFE01"] = func(f *farm.ServerFacts) { f.ClockOffset = 3 * time.Minute }
					}
					w.send(q, "bob", farm.ChoiceApprove)
					w.after(time.Hour, w.approveEvery)
				})
			})
			s := w.completes()
			looks := 2
			if changes {
				looks++ // the second time they took more than an hour, too
			}
			require.Equal(t, looks, w.count("describe"), "preflight looks at everything again")
			var starts []farm.Question
			for _, q := range s.Questions {
				if q.ID == "start" {
					starts = append(starts, q)
				}
			}
			if !changes {
				require.Len(t, starts, 1)
				return
			}
			require.Len(t, starts, 2)
			require.NotEqual(t, starts[0].Digest, starts[1].Digest)
			require.Contains(t, factsOf(starts[1]), "clock")
		})
	}
}

// TestEscalation: the second group may decide from then on, and not before.
func TestEscalation(t *testing.T) {
	w := newWorld(t, gates(
		farm.GatePolicy{Name: farm.GateInstall, Quorum: 2, Escalate: farm.Escalation{After: 30 * time.Minute, Group: "leads"}},
		farm.GatePolicy{Name: farm.GateContinue}))
	w.whenOpen("install", func(q farm.Question) {
		w.send(q, "frank", farm.ChoiceApprove) // too early
		w.send(q, "bob", farm.ChoiceApprove)
		w.after(time.Hour, func() {
			q := *w.status().Question("install")
			require.Equal(t, []string{"bob", "carol", "frank", "grace"}, q.Eligible())
			require.Equal(t, []string{"bob"}, q.Approvals, "the quorum is what it was")
			w.send(q, "grace", farm.ChoiceApprove)
			w.approveEvery()
		})
	})
	s := w.completes()
	require.Contains(t, s.Decisions[0].Why, "frank may not decide here")
	require.Equal(t, "grace", s.Question("install").By)
	require.Contains(t, w.toldOf(), "gate-escalated install")
}

// TestAnExpiredGateHolds: operators are called, the gate stays open, and time approves nothing.
func TestAnExpiredGateHolds(t *testing.T) {
	hold := farm.Expiry{After: time.Hour, Then: farm.ExpiryHold}
	for name, tt := range map[string]struct {
		answer  func(w *world, i farm.Question)
		outcome farm.Outcome
		closed  farm.Choice
	}{
		"decided after all": {func(w *world, _ farm.Question) {
			w.send(*w.status().Question("install"), "bob", farm.ChoiceApprove)
		}, farm.OutcomeCompleted, farm.ChoiceWithdrawn},
		"asked again": {func(w *world, i farm.Question) {
			w.send(i, "erin", farm.ChoiceAskAgain)
			w.whenOpen("i-2", func(i farm.Question) { // its time began anew, and passed again
				w.send(*w.status().Question("install"), "carol", farm.ChoiceApprove)
			})
		}, farm.OutcomeCompleted, farm.ChoiceAskAgain},
		"aborted": {func(w *world, i farm.Question) {
			w.send(i, "erin", farm.ChoiceAbort)
			w.answer("i-2", farm.ChoiceStartServices)
		}, farm.OutcomeAborted, farm.ChoiceAbort},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, gates(farm.GatePolicy{Name: farm.GateInstall, Remind: 30 * time.Minute, Expire: hold}, farm.GatePolicy{Name: farm.GateContinue}))
			w.whenOpen("i-1", func(i farm.Question) {
				w.whenOpen("continue", func(q farm.Question) { w.send(q, "bob", farm.ChoiceApprove) })
				if tt.outcome == farm.OutcomeAborted {
					w.awaited["continue"] = 0
				}
				require.Equal(t, farm.FailureExpired, i.Failure.Kind)
				require.Contains(t, i.Failure.Message, "nobody decided install within 1h0m0s")
				require.True(t, w.status().Question("install").Open())
				require.Equal(t, farm.RunOperator, w.status().State)
				w.after(30*time.Minute, func() {
					require.Equal(t, -1, w.index("install KB951695 WFE01"))
					tt.answer(w, i)
				})
			})
			require.Equal(t, tt.outcome, w.run().Outcome)
			s := w.status()
			require.Equal(t, tt.closed, s.Question("i-1").Answer)
			require.Contains(t, w.toldOf(), "gate-expired install")
			for _, q := range s.Questions {
				require.False(t, q.Open(), q.ID)
			}
		})
	}
}

// TestAnExpiredGateRejects, and operators may have people asked again.
func TestAnExpiredGateRejects(t *testing.T) {
	w := newWorld(t, gates(farm.GatePolicy{Name: farm.GateInstall, Expire: farm.Expiry{After: 2 * time.Hour, Then: farm.ExpiryReject}}, farm.GatePolicy{Name: farm.GateContinue}))
	w.answer("i-1", farm.ChoiceAskAgain, func(i farm.Question) {
		require.Equal(t, farm.FailureRejected, i.Failure.Kind)
		require.Contains(t, i.Failure.Message, "expiry rejected install: nobody decided within 2h0m0s")
		w.send(*w.status().Question("install"), "bob", farm.ChoiceApprove) // too late
		w.after(time.Minute, w.approveEvery)
	})
	s := w.completes()
	require.Contains(t, s.Decisions[0].Why, "already decided: reject by expiry")
	require.Equal(t, 2, s.Question("install").Revision)
}

// TestWhatChangesWhileAGateWaits voids what was said, and people are asked anew; what has not changed voids nothing.
func TestWhatChangesWhileAGateWaits(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(w *world)
		shows  string
	}{
		"users are on again":       {func(w *world) { w.running["WFE01/W3SVC"] = true }, "found running again and stopped 1 time"},
		"a server does not answer": {func(w *world) { w.on["read W3SVC WFE01"] = first(100, fails(farm.FailureAuth, "WFE01", "refused")) }, "not seen: WFE01 does not answer now"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, gates(farm.GatePolicy{Name: farm.GateInstall, Quorum: 2, Remind: 20 * time.Minute}, farm.GatePolicy{Name: farm.GateContinue}))
			w.whenOpen("install", func(q farm.Question) {
				w.send(q, "bob", farm.ChoiceApprove)
				w.after(30*time.Minute, func() {
					again := *w.status().Question("install")
					require.Equal(t, []any{1, q.Digest, []string{"bob"}}, []any{again.Revision, again.Digest, again.Approvals}, "nothing has changed")
					require.True(t, q.Facts[2].Seen.Before(again.Facts[2].Seen), "and it was looked at: %+v", again.Facts)
					w.mu.Lock()
					tt.change(w)
					w.mu.Unlock()
				})
				w.after(time.Hour, func() {
					w.send(q, "carol", farm.ChoiceApprove) // of what was shown before
					again := *w.status().Question("install")
					require.Equal(t, 2, again.Revision)
					require.Empty(t, again.Approvals)
					require.Contains(t, factsOf(again), tt.shows)
					w.mu.Lock()
					delete(w.on, "read W3SVC WFE01")
					w.mu.Unlock()
				})
				w.after(2*time.Hour, func() {
					require.Equal(t, farm.RunGate, w.status().State)
					again := *w.status().Question("install")
					w.send(again, "carol", farm.ChoiceApprove)
					w.send(again, "bob", farm.ChoiceApprove)
					w.approveEvery()
				})
			})
			s := w.completes()
			require.Equal(t, farm.ChoiceVoid, s.Questions[0].Answer)
			require.Equal(t, []string{"bob"}, s.Questions[0].Approvals, "what was said to what was shown stays in the evidence")
			i := slices.IndexFunc(s.Decisions, func(d farm.DecisionRecord) bool { return d.Who == "carol" })
			require.False(t, s.Decisions[i].Accepted)
			require.Contains(t, s.Decisions[i].Why, "look again")
			require.Contains(t, w.toldOf(), "gate-renewed install")
		})
	}
}

// TestAPausedRunLooksAtNothing while its gate waits; people are reminded.
func TestAPausedRunLooksAtNothing(t *testing.T) {
	w := newWorld(t, gates(farm.GatePolicy{Name: farm.GateInstall, Remind: 20 * time.Minute}, farm.GatePolicy{Name: farm.GateContinue}))
	w.whenOpen("install", func(farm.Question) {
		w.order("erin", farm.ChoicePause)
		looks := w.count("read W3SVC WFE01")
		w.after(3*time.Hour, func() {
			require.Equal(t, looks, w.count("read W3SVC WFE01"))
			require.Contains(t, w.toldOf(), "gate-reminder install")
			w.order("erin", farm.ChoiceResume)
			w.approveEvery()
		})
	})
	w.completes()
}

// TestTheWitnessesAreAskedAgainWhileContinueWaits: what Central Administration's server says is what people decide on.
func TestTheWitnessesAreAskedAgainWhileContinueWaits(t *testing.T) {
	w := newWorld(t, gates(farm.GatePolicy{Name: farm.GateContinue, Remind: 20 * time.Minute}))
	w.whenOpen("continue", func(q farm.Question) {
		w.mu.Lock()
		w.tweak["APP01"] = func(f *farm.ServerFacts) { f.SetupType = "B2B_UPGRADE" }
		w.mu.Unlock()
		w.after(time.Hour, func() {
			w.send(q, "bob", farm.ChoiceApprove)
			again := *w.status().Question("continue")
			require.Greater(t, again.Revision, 1)
			require.Contains(t, factsOf(again), "SetupType: B2B_UPGRADE")
			w.mu.Lock()
			delete(w.tweak, "APP01")
			w.mu.Unlock()
			w.after(time.Hour, w.approveEvery)
		})
	})
	s := w.completes()
	require.False(t, s.Decisions[0].Accepted)
	require.Equal(t, 3, s.Question("continue").Revision)
}

// TestDifferentPeople: who approved the one gate may not approve the other.
func TestDifferentPeople(t *testing.T) {
	w := newWorld(t, gates(farm.GatePolicy{Name: farm.GateInstall}, farm.GatePolicy{Name: farm.GateContinue, DifferentFrom: []farm.GateName{farm.GateInstall}}))
	w.whenOpen("install", func(q farm.Question) { w.send(q, "bob", farm.ChoiceApprove) })
	w.whenOpen("continue", func(q farm.Question) {
		require.Equal(t, []string{"carol"}, q.Eligible())
		w.send(q, "Bob", farm.ChoiceApprove)
		w.send(q, "carol", farm.ChoiceApprove)
	})
	s := w.completes()
	require.Contains(t, s.Decisions[1].Why, "may not decide at continue")
	require.Equal(t, "carol", s.Question("continue").By)
}

// TestAMonthAtAGateIsAShortHistory: reminders and looks are few, however long people take.
func TestAMonthAtAGateIsAShortHistory(t *testing.T) {
	w := newWorld(t, gates(farm.GatePolicy{Name: farm.GateInstall, Remind: 10 * time.Minute}, farm.GatePolicy{Name: farm.GateContinue}))
	w.whenOpen("install", func(q farm.Question) {
		w.after(190*time.Hour, func() { w.send(q, "bob", farm.ChoiceApprove); w.approveEvery() })
	})
	s := w.completes()
	require.Equal(t, 1, s.Question("install").Revision)
	require.Less(t, w.count("notify gate-reminder"), 60)
	require.Less(t, w.count("read W3SVC WFE01"), 70)
}
