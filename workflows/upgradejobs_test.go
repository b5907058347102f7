package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

var left = []farm.UpgradeJob{{Name: "job-upgrade", Server: "APP02", State: "running"}}

// TestUpgradeJobsAreAskedFor at preflight and before the packages of both sources, before the first wizard of
// both, and before the later ones of the cheap one.
func TestUpgradeJobsAreAskedFor(t *testing.T) {
	w := newWorld(t)
	w.approveEvery()
	s := w.completes()
	require.Equal(t, 2+4, w.count("object model jobs"), "preflight, the first package, and each wizard")
	require.Equal(t, 2+4, w.count("database jobs"))
	require.NotNil(t, s.Facts.UpgradeJobs)
	require.True(t, s.Facts.UpgradeJobs.Idle())
}

// TestUpgradeJobAtPreflight blocks before anything is changed.
func TestUpgradeJobAtPreflight(t *testing.T) {
	w := newWorld(t)
	w.modelJobs, w.databaseJobs = left, left
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.FailurePreflight, q.Failure.Kind)
		require.Contains(t, q.Failure.Log[0], "job-upgrade on APP02 (running)")
		require.Zero(t, w.count("stop W3SVC WFE01"))
		w.mu.Lock()
		defer w.mu.Unlock()
		w.modelJobs, w.databaseJobs = nil, nil
	})
	w.completes()
}

// whenAsked changes the scene at the n-th question to the database.
func (w *world) whenAsked(n int, change func()) {
	w.on["database jobs"] = func(call int) error {
		if call == n {
			change()
		}
		return nil
	}
}

// TestAWaitingUpgradeJobIsWaitedFor before a package, and nobody is asked when it ends in time.
func TestAWaitingUpgradeJobIsWaitedFor(t *testing.T) {
	w := newWorld(t)
	w.on["database jobs"] = func(call int) error {
		switch call {
		case 2: // preflight was the first
			w.modelJobs, w.databaseJobs = left, left
		case 6:
			w.modelJobs, w.databaseJobs = nil, nil
		}
		return nil
	}
	w.approveEvery()
	s := w.completes()
	require.Greater(t, w.index("install KB951695 APP01"), w.index("database jobs"))
	waited := false
	for _, e := range s.Timeline {
		waited = waited || e.Kind == "finding" && e.Until.Sub(e.At) >= time.Minute
	}
	require.True(t, waited, "the wait is in the evidence")
}

// TestAStuckUpgradeJobAsks after the wait of the file; retry waits again, and nobody can skip it.
func TestAStuckUpgradeJobAsks(t *testing.T) {
	w := newWorld(t)
	w.whenAsked(3, func() { w.modelJobs, w.databaseJobs = left, left }) // before the first wizard
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.FailureUpgradeJobs, q.Failure.Kind)
		require.Equal(t, farm.StepCheckUpgradeJobs, q.Failure.Step)
		require.Contains(t, q.Failure.Message, "before the wizard on APP01, after a wait of 15m")
		require.Equal(t, []farm.Choice{farm.ChoiceRetry, farm.ChoiceAbort}, q.Choices)
		w.requireNoNextWizard("APP01")
	})
	w.answer("i-2", farm.ChoiceRetry, func(farm.Question) {
		w.requireNoNextWizard("APP01")
		w.mu.Lock()
		defer w.mu.Unlock()
		w.modelJobs, w.databaseJobs = nil, nil
	})
	s := w.completes()
	require.GreaterOrEqual(t, s.Question("i-2").Asked.Sub(s.Question("i-1").Answered), 15*time.Minute)
}

// TestSourcesThatDisagree are shown; the one that shows a job is believed until a person has looked.
func TestSourcesThatDisagree(t *testing.T) {
	w := newWorld(t)
	w.whenAsked(2, func() { w.databaseJobs = left })
	w.approveEvery()
	confirm := func(id string) {
		w.answer(id, farm.ChoiceConfirmIdle, func(q farm.Question) {
			require.Contains(t, q.Failure.Message, "the sources disagree")
			require.Contains(t, q.Failure.Log, "object model: no upgrade job")
		})
	}
	for _, id := range []string{"i-1", "i-2", "i-3", "i-4", "i-5"} { // the packages and four wizards
		confirm(id)
	}
	w.completes()
}

// TestNobodyCanTell: a person looks at the Timer Job Status page, each time.
func TestNobodyCanTell(t *testing.T) {
	w := newWorld(t)
	w.modelSilent, w.databaseSilent = "the farm is not accessible", "Invalid object name 'Objects'."
	w.approveEvery()
	for _, id := range []string{"i-1", "i-2", "i-3", "i-4", "i-5"} {
		w.answer(id, farm.ChoiceConfirmIdle, func(q farm.Question) {
			require.Contains(t, q.Failure.Message, "nobody can tell")
			require.Contains(t, q.Failure.Advice, "Timer Job Status")
			require.Equal(t, farm.ChoiceConfirmIdle, q.Advised)
		})
	}
	s := w.completes()
	require.Empty(t, s.Exceptions)
	warned := false
	for _, f := range s.Findings {
		warned = warned || f.Severity == farm.SeverityWarning && f.Server == "APP01"
	}
	require.True(t, warned, "preflight said so before")
}

// TestAnAbortEndsTheWaitForUpgradeJobs at once, and not after the time of the file.
func TestAnAbortEndsTheWaitForUpgradeJobs(t *testing.T) {
	w := newWorld(t)
	w.whenAsked(2, func() { w.modelJobs, w.databaseJobs = left, left })
	w.approveEvery()
	w.until(func(s *farm.Status) bool {
		if doing := s.Server("APP01").Doing; doing != "upgrade jobs" {
			return false
		}
		w.order("erin", farm.ChoiceAbort)
		return true
	})
	w.answer("i-1", farm.ChoiceStartServices)
	require.Equal(t, farm.OutcomeAborted, w.run().Outcome)
	require.Zero(t, w.count("install KB951695 APP01"))
}

// TestAfterALostWizardItsJobIsWaitedFor: the upgrade may go on in the timer service without psconfig.
func TestAfterALostWizardItsJobIsWaitedFor(t *testing.T) {
	w := newWorld(t)
	w.ends["wizard APP01"] = []ending{gone(true, true)}
	w.on["wizard APP01"] = func(int) error { w.modelJobs, w.databaseJobs = left, left; return nil }
	w.on["database jobs"] = func(call int) error {
		if call == 7 { // preflight, packages, before the wizard; then the looks after its loss
			w.modelJobs, w.databaseJobs = nil, nil
		}
		return nil
	}
	w.approveEvery()
	w.answer("i-1", farm.ChoiceVerifyAgain, func(q farm.Question) {
		require.Contains(t, q.Failure.Log[0], "upgrade jobs afterwards: configuration database: no upgrade job; object model: no upgrade job")
		require.GreaterOrEqual(t, w.count("database jobs"), 7)
	})
	w.completes()
}
