package workflows_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// In these tests the world begins on Saturday 21 November 2026, 22:00 UTC. The example's plan takes less than two hours.

// within gives the farm windows, an hour for a back-out, and somebody for emergencies.
func within(windows ...farm.Window) func(*farm.Rollout) {
	return func(r *farm.Rollout) {
		r.Windows, r.RestoreNeeds, r.Emergency = windows, time.Hour, []string{"frank"}
	}
}

// every is a window of ten hours on a day of the week.
func every(day string) farm.Window {
	return farm.Window{Days: []string{day}, From: "20:00", To: "06:00", Zone: "UTC"}
}

// events are the notifications about the window, in order.
func (w *world) events() []string {
	var out []string
	for _, n := range w.told {
		if strings.HasPrefix(string(n.Event), "window-") {
			out = append(out, string(n.Event))
		}
	}
	return out
}

// phases are the times at which phases began, from the timeline.
func phases(s *farm.Status, p farm.Phase) []time.Time {
	var out []time.Time
	for _, e := range s.Timeline {
		if e.Kind == "phase" && e.What == string(p) {
			out = append(out, e.At)
		}
	}
	return out
}

func at(text string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		panic(err) // a literal of these tests
	}
	return t
}

// TestFarmWithoutWindows asks for no window at all.
func TestFarmWithoutWindows(t *testing.T) {
	w := newWorld(t)
	w.approveEvery()
	s := w.completes()
	require.Zero(t, w.count("check window"))
	require.Zero(t, s.Window)
}

// TestOpenWindow: the update runs inside it, and its deadlines are counted back from its close.
func TestOpenWindow(t *testing.T) {
	w := newWorld(t, within(every("sat")))
	w.approveEvery()
	s := w.completes()
	require.Equal(t, at("2026-11-22 06:00"), s.Window.Span.Close.UTC())
	require.Equal(t, "Sat 21 Nov 20:00 - Sun 22 Nov 06:00 UTC", s.Window.Says)
	require.Equal(t, s.Window.Span.Close.Add(-time.Hour), s.Window.Deadlines.BackOut)
	require.Equal(t, 3, w.count("check window"), "before disconnect-users, backup and install")
	require.Empty(t, w.events())
	require.Len(t, phases(s, farm.PhasePreflight), 1)
}

// TestClosedWindow: users work until it opens, nothing is held meanwhile, and preflight is run again right before.
func TestClosedWindow(t *testing.T) {
	w := newWorld(t, within(every("sun")))
	w.approveEvery()
	w.env.RegisterDelayedCallback(func() {
		s := w.status()
		require.Equal(t, farm.RunWindow, s.State)
		require.Equal(t, at("2026-11-22 20:00"), s.Window.For.UTC())
		require.Equal(t, "outside every window", s.Window.Why)
		require.Zero(t, s.UsersOff.Since)
		require.Zero(t, w.count("stop W3SVC WFE01"))
		require.Equal(t, 1, w.count("release"), "another installation may work on the farm meanwhile")
	}, 12*time.Hour)
	s := w.completes()
	require.Equal(t, []string{"window-awaited"}, w.events())
	require.Zero(t, s.Window.Waiting)
	looks := phases(s, farm.PhasePreflight)
	require.Len(t, looks, 2)
	require.True(t, looks[1].Before(at("2026-11-22 20:00")), "no time of the window is spent on it")
	require.Equal(t, []time.Time{at("2026-11-22 20:00")}, utcs(phases(s, farm.PhaseDisconnectUsers)))
}

func utcs(list []time.Time) []time.Time {
	for i := range list {
		list[i] = list[i].UTC()
	}
	return list
}

// TestWindowTooLate: what is left of a window must hold the whole plan.
func TestWindowTooLate(t *testing.T) {
	w := newWorld(t, within(farm.Window{Days: []string{"sat", "sun"}, From: "16:00", To: "24:00", Zone: "UTC"}))
	w.approveEvery()
	s := w.completes()
	require.Equal(t, []time.Time{at("2026-11-22 16:00")}, utcs(phases(s, farm.PhaseDisconnectUsers)))
	i := slices.IndexFunc(w.told, func(n farm.Notification) bool { return n.Event == farm.EventWindowAwaited })
	require.Contains(t, w.told[i].Facts[0].Text, "too short for the plan")
}

// TestMissedWindow: nobody approves the installation in time, so users are connected again, and the next window begins
// with everything from the start, the backups included.
func TestMissedWindow(t *testing.T) {
	w := newWorld(t, within(every("sat"), every("sun")), func(r *farm.Rollout) {
		r.ManualTasks = []farm.ManualTask{{Name: "pool", When: farm.TaskBefore, Phase: farm.PhaseDisconnectUsers, Text: "Take them out.", Owner: "erin"}}
	})
	w.answer("task-pool", farm.ChoiceDone)
	var first farm.Question
	w.whenOpen("install", func(q farm.Question) { first = q })
	w.env.RegisterDelayedCallback(func() {
		s := w.status()
		require.Equal(t, farm.RunWindow, s.State)
		require.Equal(t, farm.ChoiceWithdrawn, s.Question("install").Answer)
		require.Zero(t, s.UsersOff.Since)
		require.Len(t, s.UsersOff.Earlier, 1)
		require.Empty(t, s.Services)
		for _, d := range s.Databases {
			require.Equal(t, farm.StepPending, d.BackupState, "users have changed it since")
		}
		require.True(t, w.running["WFE01/W3SVC"])
		require.False(t, w.manual["WFE01/W3SVC"])
		w.send(first, "bob", farm.ChoiceApprove) // too late: it is not asked any more
		require.Empty(t, w.installed)
	}, 12*time.Hour)
	w.env.RegisterDelayedCallback(func() {
		w.answer("task-pool", farm.ChoiceDone)
		w.approveEvery()
	}, 21*time.Hour)
	s := w.completes()
	require.ElementsMatch(t, []string{"window-missed", "window-awaited"}, w.events())
	i := slices.IndexFunc(w.told, func(n farm.Notification) bool { return n.Event == "window-missed" })
	require.Contains(t, w.told[i].Facts[0].Text, "pool, done by erin: Take them out.")
	require.Len(t, s.Window.Missed, 1)
	require.Equal(t, s.UsersOff.Earlier[0].Until, s.Window.Missed[0].At)
	require.Equal(t, 2, w.count("backup SharePoint_Config"))
	require.Len(t, phases(s, farm.PhaseDisconnectUsers), 2)
	require.False(t, phases(s, farm.PhaseDisconnectUsers)[1].Before(at("2026-11-22 20:00")))
	require.False(t, s.Decisions[slices.IndexFunc(s.Decisions, func(d farm.DecisionRecord) bool { return d.Subject == "install" })].Accepted)
	require.Equal(t, 2, s.Question("install").Revision)
}

// TestMissedInTrouble: an intervention that nobody answers is withdrawn like a gate.
func TestMissedInTrouble(t *testing.T) {
	w := newWorld(t, within(every("sat"), every("sun")))
	w.on["backup WSS_Search"] = first(1, fails(farm.FailureBackup, "SQL01", "the backup failed"))
	w.whenOpen("i-1", func(farm.Question) {})
	w.env.RegisterDelayedCallback(w.approveEvery, 21*time.Hour)
	s := w.completes()
	require.Equal(t, farm.ChoiceWithdrawn, s.Question("i-1").Answer)
	require.Len(t, s.Window.Missed, 1)
}

// TestMissedWhilePaused: a pause holds. Users come back when somebody resumes, and the next window is waited for.
func TestMissedWhilePaused(t *testing.T) {
	w := newWorld(t, within(every("sat"), every("sun")))
	w.whenOpen("install", func(farm.Question) { w.order("erin", farm.ChoicePause) })
	w.env.RegisterDelayedCallback(func() {
		require.Equal(t, farm.RunPaused, w.status().State)
		require.False(t, w.running["WFE01/W3SVC"])
		w.order("erin", farm.ChoiceResume)
	}, 9*time.Hour)
	w.env.RegisterDelayedCallback(func() { require.True(t, w.running["WFE01/W3SVC"]) }, 10*time.Hour)
	w.env.RegisterDelayedCallback(w.approveEvery, 21*time.Hour)
	w.completes()
}

// TestAbortWhileWaiting ends a run that holds nothing.
func TestAbortWhileWaiting(t *testing.T) {
	w := newWorld(t, within(every("sun")))
	w.env.RegisterDelayedCallback(func() { w.order("erin", farm.ChoiceAbort) }, 5*time.Hour)
	require.Equal(t, farm.OutcomeAborted, w.run().Outcome)
	require.NotContains(t, strings.Join(w.status().Residual, " "), "stopped")
	require.Zero(t, w.count("stop W3SVC WFE01"))
}

// TestWindowClosesOnTheUpdate: past the point of no return the update finishes forward; people are told when it is not
// expected to fit and when the window closes, and again after an extension.
func TestWindowClosesOnTheUpdate(t *testing.T) {
	w := newWorld(t, within(every("sat")))
	w.whenOpen("install", func(q farm.Question) { w.send(q, "bob", farm.ChoiceApprove) })
	extend := func(who string, until time.Time, reason string) {
		w.env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: farm.SubjectFarm, Who: who, Choice: farm.ChoiceExtend, Reason: reason, Until: until})
	}
	w.env.RegisterDelayedCallback(func() { // 06:30: the window closed half an hour ago
		s := w.status()
		require.Equal(t, []string{"window-at-risk", "window-closed"}, w.events())
		require.Equal(t, at("2026-11-22 06:00"), s.Window.Closed.UTC())
		require.True(t, s.Question("continue").Open(), "nothing is cut, and nobody is hurried past a gate")
		extend("bob", at("2026-11-22 08:00"), "because")
		extend("erin", at("2026-11-22 08:00"), " ")
		extend("erin", at("2026-11-22 05:00"), "because")
		extend("erin", at("2026-11-22 08:00"), "carol is on her way")
	}, 8*time.Hour+30*time.Minute)
	w.env.RegisterDelayedCallback(func() {
		s := w.status()
		require.Equal(t, at("2026-11-22 08:00"), s.Window.Span.Close.UTC())
		require.Zero(t, s.Window.Closed)
		w.send(*s.Question("continue"), "bob", farm.ChoiceApprove)
	}, 9*time.Hour)
	s := w.completes()
	require.Equal(t, []string{"window-at-risk", "window-closed", "window-at-risk"}, w.events())
	var refused []string
	for _, d := range s.Decisions {
		if d.Choice == farm.ChoiceExtend && !d.Accepted {
			refused = append(refused, d.Why)
		}
	}
	require.Len(t, refused, 3)
	require.Contains(t, refused[0], "bob is no operator")
	require.Contains(t, refused[1], "extend needs a reason")
	require.Contains(t, refused[2], "is open until 2026-11-22T06:00:00Z already")
	require.Equal(t, []farm.Extension{{At: s.Window.Extensions[0].At, Who: "erin", Reason: "carol is on her way", From: s.Window.Extensions[0].From, Until: at("2026-11-22 08:00")}}, s.Window.Extensions)
}

// TestExtendBeforeTheFirstInstaller is refused: users go back instead.
func TestExtendBeforeTheFirstInstaller(t *testing.T) {
	w := newWorld(t, within(every("sat")))
	w.whenOpen("install", func(q farm.Question) {
		w.env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: farm.SubjectFarm, Who: "erin", Choice: farm.ChoiceExtend, Reason: "x", Until: at("2026-12-01 00:00")})
		w.send(q, "bob", farm.ChoiceApprove)
	})
	w.whenOpen("continue", func(q farm.Question) { w.send(q, "bob", farm.ChoiceApprove) })
	s := w.completes()
	require.Contains(t, s.Decisions[0].Why, "nothing was installed yet")
}

// TestOverride: somebody named for emergencies lets a waiting farm begin inside a freeze, and nobody else does.
func TestOverride(t *testing.T) {
	w := newWorld(t, within(every("sat")), func(r *farm.Rollout) {
		r.Freezes = []farm.Freeze{{From: "2026-11-20 00:00", To: "2026-12-24 00:00", Zone: "Europe/Berlin", Reason: "year end"}}
	})
	w.approveEvery()
	w.env.RegisterDelayedCallback(func() {
		require.Contains(t, w.status().Window.Why, "year end")
		w.order("erin", farm.ChoiceOverride)
		w.order("Frank", farm.ChoiceOverride)
		w.order("frank", farm.ChoiceOverride)
	}, 30*time.Minute)
	s := w.completes()
	require.Equal(t, "Frank", s.Window.Override.Who)
	require.Equal(t, "storm", s.Window.Override.Reason)
	require.Equal(t, []time.Time{at("2026-11-21 22:30")}, utcs(phases(s, farm.PhaseDisconnectUsers)))
	require.False(t, s.Decisions[0].Accepted)
	require.Contains(t, s.Decisions[0].Why, "it needs one of frank")
	require.Contains(t, s.Decisions[2].Why, "overridden already, by Frank")
	require.Equal(t, 1, w.count("check window"))
}

// TestOverrideKeepsTheRound: where users are off already, nothing is given up after an override.
func TestOverrideKeepsTheRound(t *testing.T) {
	w := newWorld(t, within(every("sat")))
	w.whenOpen("install", func(farm.Question) { w.order("frank", farm.ChoiceOverride) })
	w.env.RegisterDelayedCallback(w.approveEvery, 20*time.Hour)
	s := w.completes()
	require.Empty(t, s.Window.Missed)
	require.Empty(t, w.events())
}

// TestNoWindowLeft asks an operator, who has the windows overridden or aborts.
func TestNoWindowLeft(t *testing.T) {
	past := farm.Window{From: "2026-11-14 20:00", To: "2026-11-15 06:00", Zone: "UTC"}
	w := newWorld(t, within(past))
	w.answer("i-1", farm.ChoiceAbort, func(q farm.Question) { require.Equal(t, farm.FailureWindow, q.Failure.Kind) })
	require.Equal(t, farm.OutcomeAborted, w.run().Outcome)

	w = newWorld(t, within(past))
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(farm.Question) { w.order("frank", farm.ChoiceOverride) })
	w.completes()
}

// TestZoneDataChange: the calendar is asked anew during a long wait and before each phase, so that a window moved by new
// zone data is met where it is now.
func TestZoneDataChange(t *testing.T) {
	w := newWorld(t, within(every("fri")))
	w.env.RegisterDelayedCallback(w.approveEvery, 142*time.Hour)
	w.completes()
	require.GreaterOrEqual(t, len(w.looks), 8)
	for i := 1; i < len(w.looks); i++ {
		require.LessOrEqual(t, w.looks[i].Sub(w.looks[i-1]), 24*time.Hour)
	}
}

// TestWorkerWithoutTheZone is an operator's matter: its zone data are older than those the file was checked with.
func TestWorkerWithoutTheZone(t *testing.T) {
	w := newWorld(t, within(every("sat")))
	w.on["check window"] = first(1, fails(farm.FailureConfig, "contoso-pwa", "the windows cannot be computed on this worker"))
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry)
	w.completes()
}
