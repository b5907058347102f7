package workflows_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// conflict makes the first wizard of a server fail with an update conflict in its logs.
func (w *world) conflict(server string) {
	w.ends["wizard "+server] = []ending{exits(1)}
	w.on["logs "+server] = func(n int) error {
		if n == 1 {
			w.logs[server] = farm.WizardLogs{Failed: true, UpgradeLines: []string{"[SPManager] [ERROR]: An update conflict has occurred, and you must re-try this action."}}
		}
		return nil
	}
}

// TestTheConfigurationCacheIsCleared on every server before the timer service starts on any; then the wizard
// is tried again, allowed by that decision.
func TestTheConfigurationCacheIsCleared(t *testing.T) {
	w := newWorld(t)
	w.conflict("APP02")
	w.on["clear cache WFE01"] = first(1, fails(farm.FailureCommand, "WFE01", "the file is in use"))
	w.approveEvery()
	w.answer("i-1", farm.ChoiceClearConfigCache, func(q farm.Question) {
		require.Contains(t, q.Failure.Cause, "stale copy of the configuration")
		require.Contains(t, q.Failure.Cause, "KB939308")
		require.Equal(t, farm.ChoiceClearConfigCache, q.Advised)
		require.Contains(t, q.Choices, farm.ChoiceRetry)
		require.NotContains(t, q.Choices, farm.ChoiceSkip)
	})
	w.answer("i-2", farm.ChoiceRetry, func(q farm.Question) { // the fix is a step like any other
		require.Equal(t, farm.StepClearConfigCache, q.Failure.Step)
		require.Zero(t, w.count("rebuild cache APP01"), "no timer service starts while a stale copy is left")
	})
	s := w.completes()
	started := len(w.calls)
	for _, srv := range w.farm.SharePointServers() {
		started = min(started, slices.Index(w.calls, "rebuild cache "+srv.Name))
		require.Equal(t, 1, w.count("rebuild cache "+srv.Name))
	}
	for i, c := range w.calls {
		if len(c) > 12 && c[:12] == "clear cache " {
			require.Less(t, i, started)
		}
	}
	tries := s.Server("APP02").Wizards
	require.Len(t, tries, 2)
	require.Equal(t, "i-1 clear-config-cache by erin", tries[1].AllowedBy)
	require.Len(t, s.Corrections, 4)
	require.Contains(t, s.Corrections[0], `cache.ini "16449"`)
}

// TestTimersRunBeforeEachWizard: one that something stopped is started again and reported.
func TestTimersRunBeforeEachWizard(t *testing.T) {
	w := newWorld(t)
	w.on["wizard APP01"] = func(int) error { w.stopped["WFE02/SPTimerV3"] = true; return nil }
	w.approveEvery()
	s := w.completes()
	require.Equal(t, []string{"WFE02: SPTimerV3 was found stopped before the wizard on APP02, and was started again"}, s.Corrections)
	require.Less(t, w.index("start SPTimerV3 WFE02"), w.index("wizard APP02"))
}

// TestATimerThatDoesNotStart keeps every wizard from starting.
func TestATimerThatDoesNotStart(t *testing.T) {
	w := newWorld(t)
	w.stopped["WFE02/SPTimerV3"] = true
	w.on["start SPTimerV3 WFE02"] = first(1, fails(farm.FailureCommand, "WFE02", "System error 1069"))
	w.tweak["WFE02"] = nil // preflight sees it running: it stopped since
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Contains(t, q.Failure.Message, "SPTimerV3 does not run, and the upgrade runs inside it")
		require.Equal(t, "WFE02", q.Failure.Server)
		require.Zero(t, w.count("wizard APP01"))
	})
	require.Len(t, w.completes().Server("APP01").Wizards, 1, "the try that started no wizard is none")
}

// TestProjectServicesThatDoNotStop: an operator leaves them running, and the reboot that the article expects
// follows the wizard; then they are held like the others and come back at the end.
func TestProjectServicesThatDoNotStop(t *testing.T) {
	w := newWorld(t)
	w.on["stop Queue APP02"] = always(fails(farm.FailureCommand, "APP02", "The service could not be stopped."))
	w.tweak["APP02"] = func(f *farm.ServerFacts) {
		if w.finalized["APP02"] && w.boots["APP02"].Equal(firstBoot) {
			f.PendingReboot = []string{"PendingFileRenameOperations"}
		}
	}
	w.on["reboot APP02"] = func(int) error { w.running["APP02/Queue"], w.manual["APP02/Queue"] = false, true; return nil }
	w.approveEvery()
	w.answer("i-1", farm.ChoiceSkip, func(q farm.Question) {
		require.Equal(t, farm.StepStopProjectServices, q.Failure.Step)
		require.Contains(t, q.Failure.Advice, "the article expects a reboot at completion of setup")
		require.Equal(t, []farm.Choice{farm.ChoiceRetry, farm.ChoiceSkip, farm.ChoiceAbort}, q.Choices)
	})
	r := w.run()
	require.Equal(t, farm.OutcomeCompletedWithExceptions, r.Outcome)
	s := w.status()
	require.Equal(t, 1, s.Server("APP02").Reboots)
	require.Zero(t, s.Server("APP01").Reboots)
	require.Greater(t, w.index("reboot APP02"), w.index("wizard APP02"))
	require.Less(t, w.index("reboot APP02"), w.index("wizard WFE01"))
	require.True(t, w.running["APP02/Queue"], "it ran before, so it runs again")
	require.Empty(t, s.UsersOff.Violations)
}

// TestAnotherPendingReboot is named and left to people.
func TestAnotherPendingReboot(t *testing.T) {
	w := newWorld(t)
	w.tweak["WFE01"] = func(f *farm.ServerFacts) {
		if w.finalized["WFE01"] {
			f.PendingReboot = []string{"CBS"}
		}
	}
	w.approveEvery()
	s := w.completes()
	require.Zero(t, w.count("reboot WFE01"))
	require.Contains(t, s.Residual, "WFE01: Windows wants a reboot after the wizard (CBS); reboot it when it suits")
}
