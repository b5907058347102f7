package workflows_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// requireNoNextWizard: while a server is not finalized, the next one's wizard does not start.
func (w *world) requireNoNextWizard(next string) {
	w.t.Helper()
	require.Zero(w.t, w.count("wizard "+next))
}

// TestFailedWizardIsNotStartedAgain by itself; the retry is another job and names the decision.
func TestFailedWizardIsNotStartedAgain(t *testing.T) {
	w := newWorld(t)
	w.ends["wizard APP02"] = []ending{exits(1)}
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.FailureWizard, q.Failure.Kind)
		require.Equal(t, farm.StepRunWizard, q.Failure.Step)
		require.Equal(t, 1, *q.Failure.Exit)
		require.Contains(t, q.Failure.Log, "[ERROR] the upgrade stopped")
		require.Equal(t, []farm.Choice{farm.ChoiceRetry, farm.ChoiceStartTimer, farm.ChoiceVerifyAgain, farm.ChoiceAbort}, q.Choices)
		require.Equal(t, 1, w.count("wizard APP02"))
		w.requireNoNextWizard("WFE01")
	})
	s := w.completes()
	tries := s.Server("APP02").Wizards
	require.Len(t, tries, 2)
	require.Empty(t, tries[0].AllowedBy)
	require.Equal(t, "i-1 retry by erin", tries[1].AllowedBy)
	require.Equal(t, 2, tries[1].Try)
	require.NotEqual(t, tries[0].Job, tries[1].Job)
	for job, n := range w.jobs {
		require.Equal(t, 1, n, job)
	}
}

// TestForceComesAfterAPlainRetry that failed, and not after tries that started no wizard.
func TestForceComesAfterAPlainRetry(t *testing.T) {
	w := newWorld(t)
	w.ends["wizard APP01"] = []ending{exits(1), exits(1)}
	w.on["look for a wizard WFE02"] = first(1, fails(farm.FailureDenied, "WFE02", "not allowed to look"))
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(farm.Question) { require.Zero(t, w.count("wizard APP01")) })
	w.answer("i-2", farm.ChoiceRetry, func(q farm.Question) { require.NotContains(t, q.Choices, farm.ChoiceRetryWithForce) })
	w.answer("i-3", farm.ChoiceRetryWithForce)
	s := w.completes()
	var forced []bool
	for _, r := range w.wizardRan {
		if r.Server.Name == "APP01" {
			forced = append(forced, r.Force)
		}
	}
	require.Equal(t, []bool{false, false, true}, forced)
	require.Equal(t, "psconfig -force", s.Server("APP01").Wizards[2].Command)
}

func TestTimersAreStartedBeforeTheRetry(t *testing.T) {
	w := newWorld(t)
	w.ends["wizard APP01"] = []ending{exits(1)}
	w.approveEvery()
	w.answer("i-1", farm.ChoiceStartTimer, func(farm.Question) {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, srv := range w.farm.SharePointServers() {
			w.stopped[srv.Name+"/SPTimerV3"] = true
		}
	})
	s := w.completes()
	require.Len(t, s.Corrections, 4)
	second := slices.Index(w.calls, "wizard APP01") + 1
	second += slices.Index(w.calls[second:], "wizard APP01")
	for _, srv := range w.farm.SharePointServers() {
		at := w.index("start SPTimerV3 " + srv.Name)
		require.Greater(t, at, w.index("wizard APP01"))
		require.Less(t, at, second)
	}
}

// TestWizardThatIsGone is always an operator's matter, also when its work is done; the boot is waited for.
func TestWizardThatIsGone(t *testing.T) {
	for name, tc := range map[string]struct {
		end    ending
		answer farm.Choice
		ran    int
	}{
		"rebooted, done":     {gone(true, true), farm.ChoiceVerifyAgain, 1},
		"rebooted, not done": {gone(true, false), farm.ChoiceRetry, 2},
		"not rebooted, done": {gone(false, true), farm.ChoiceVerifyAgain, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.ends["wizard WFE01"] = []ending{tc.end}
			w.approveEvery()
			w.answer("i-1", tc.answer, func(q farm.Question) {
				require.Equal(t, farm.FailureWizard, q.Failure.Kind)
				require.Contains(t, q.Failure.Message, "without an exit code")
				require.Equal(t, tc.end.Rebooted, strings.Contains(q.Failure.Message, "rebooted"))
				require.Nil(t, q.Failure.Exit)
				require.Equal(t, farm.ChoiceRetry, q.Advised)
				w.requireNoNextWizard("WFE02")
			})
			s := w.completes()
			require.Equal(t, tc.ran, w.count("wizard WFE01"))
			require.Equal(t, tc.end.Rebooted, w.count("await boot WFE01") == 1)
			require.True(t, s.Server("WFE01").Finalized)
			require.Empty(t, s.UsersOff.Violations)
		})
	}
}

// TestVerifyAgainWantsProof: the logs must tell of a run that completed, and every witness agree.
func TestVerifyAgainWantsProof(t *testing.T) {
	w := newWorld(t)
	w.ends["wizard APP02"] = []ending{gone(false, false)}
	w.approveEvery()
	w.answer("i-1", farm.ChoiceVerifyAgain)
	w.answer("i-2", farm.ChoiceVerifyAgain, func(q farm.Question) {
		require.Equal(t, farm.FailureNotProven, q.Failure.Kind)
		require.Contains(t, strings.Join(q.Failure.Log, "\n"), "PSCDiagnostics: no run that ended with a success")
		w.mu.Lock()
		defer w.mu.Unlock()
		w.logs["APP02"] = farm.WizardLogs{Completed: true} // the logs agree now, SetupType does not
	})
	w.answer("i-3", farm.ChoiceVerifyAgain, func(q farm.Question) {
		require.Len(t, q.Failure.Log, 1)
		require.Contains(t, q.Failure.Log[0], "SetupType: B2B_UPGRADE")
		w.requireNoNextWizard("WFE01")
		w.mu.Lock()
		defer w.mu.Unlock()
		w.finish("APP02") // by hand
	})
	s := w.completes()
	require.Equal(t, 1, w.count("wizard APP02"))
	require.True(t, s.Server("APP02").Finalized)
	for job, n := range w.jobs {
		require.Equal(t, 1, n, "each look asks stsadm in a job of its own: "+job)
	}
}

// TestWizardThatSaysSuccess and is not believed: a witness disagrees.
func TestWizardThatSaysSuccess(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(*farm.ServerFacts)
		says  string
	}{
		"SetupType": {func(f *farm.ServerFacts) { f.SetupType = "B2B_UPGRADE" }, "SetupType: B2B_UPGRADE"},
		"packages":  {func(f *farm.ServerFacts) { f.Packages[1].Installed = false }, "packages: KB951695"},
		"services":  {func(f *farm.ServerFacts) { f.Services[0].Running = false }, "SPTimerV3 stopped"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			spoiled := true
			w.tweak["APP01"] = func(f *farm.ServerFacts) {
				if spoiled && w.finalized["APP01"] {
					tc.spoil(f)
				}
			}
			w.approveEvery()
			w.answer("i-1", farm.ChoiceVerifyAgain, func(q farm.Question) {
				require.Equal(t, farm.FailureNotProven, q.Failure.Kind)
				require.Contains(t, strings.Join(q.Failure.Log, "\n"), tc.says)
				require.Equal(t, farm.ChoiceVerifyAgain, q.Advised)
				require.NotContains(t, q.Choices, farm.ChoiceSkip)
				require.False(t, w.status().Server("APP01").Finalized)
				require.Nil(t, w.status().Question("continue"))
				w.mu.Lock()
				defer w.mu.Unlock()
				spoiled = false
			})
			require.True(t, w.completes().Server("APP01").Finalized)
			require.Equal(t, 1, w.count("wizard APP01"))
		})
	}
}

// TestOldVersionsAskNobodyToContinue: evidence that fails is not put before approvers.
func TestOldVersionsAskNobodyToContinue(t *testing.T) {
	w := newWorld(t)
	w.stale = "12.0.6300.9999" // greater as text
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.StepVerifyDatabases, q.Failure.Step)
		require.Contains(t, q.Failure.Log[0], "PWA_Draft is at 12.0.6300.9999 and not at 12.0.6318.5000")
		require.NotContains(t, q.Choices, farm.ChoiceSkip)
		require.Nil(t, w.status().Question("continue"))
		w.requireNoNextWizard("APP02")
		w.mu.Lock()
		defer w.mu.Unlock()
		w.stale = ""
	})
	require.NotNil(t, w.completes().Question("continue"))
}

// TestForeignWizard: while one lives anywhere in the farm, none is started.
func TestForeignWizard(t *testing.T) {
	w := newWorld(t)
	w.on["find APP01"] = func(int) error { // when every package is proven
		w.wizards["WFE02"] = []string{"psconfigui.exe 4711"}
		return nil
	}
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Contains(t, q.Failure.Message, "WFE02: psconfigui.exe 4711")
		require.Zero(t, w.count("wizard APP01"))
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.wizards, "WFE02")
	})
	s := w.completes()
	require.Len(t, s.Server("APP01").Wizards, 1)
	require.Equal(t, 4*4+4, w.count("look for a wizard APP01")+w.count("look for a wizard APP02")+w.count("look for a wizard WFE01")+w.count("look for a wizard WFE02"),
		"every server is looked at before every wizard")
}

// TestStsadmHasNoVeto: it may not know the operation, or fail.
func TestStsadmHasNoVeto(t *testing.T) {
	w := newWorld(t)
	w.on["stsadm APP02"] = always(fails(farm.FailureJobGone, "APP02", "stsadm is no more"))
	w.approveEvery()
	s := w.completes()
	ws := s.Server("APP02").Witnesses
	i := slices.IndexFunc(ws, func(r farm.WitnessResult) bool { return r.Witness == farm.WitnessLocalStatus })
	require.Contains(t, ws[i].Says, "not asked: stsadm is no more")
}
