package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// unc makes the rollout pull its packages from a share.
func unc(r *farm.Rollout) { r.Packages = farm.PackageSource{UNC: `\\files\updates`} }

// TestAnotherInstallationIsWaitedFor: 1618 needs nobody; each start is a job of its own, and the try stays.
func TestAnotherInstallationIsWaitedFor(t *testing.T) {
	w := newWorld(t)
	w.ends[onApp02] = []ending{exits(1618), exits(1618)}
	w.approveEvery()
	p := packageOn(w.completes(), "APP02")
	require.Equal(t, 3, w.count("install "+onApp02))
	require.Equal(t, 1, p.Try)
	require.Equal(t, 3, p.Starts)
	require.Equal(t, "installed", p.Outcome)
	for job, n := range w.jobs {
		require.Equal(t, 1, n, job)
	}
}

// TestAnotherInstallationThatNeverEnds asks an operator after half an hour.
func TestAnotherInstallationThatNeverEnds(t *testing.T) {
	w := newWorld(t)
	for range 11 {
		w.ends[onApp02] = append(w.ends[onApp02], exits(1618))
	}
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.FailureEnvironment, q.Failure.Kind)
		require.Contains(t, q.Failure.Message, "another installation is running")
		require.Equal(t, 11, w.count("install "+onApp02))
	})
	p := packageOn(w.completes(), "APP02")
	require.Equal(t, 2, p.Try)
	require.Equal(t, 1, p.Starts)
}

// TestAnAbortEndsTheWait: nobody waits half an hour for an installation that he wants to give up.
func TestAnAbortEndsTheWait(t *testing.T) {
	w := newWorld(t)
	for range 11 {
		w.ends[onApp02] = append(w.ends[onApp02], exits(1618))
	}
	w.approveEvery()
	w.until(func(s *farm.Status) bool {
		if s.Server("APP02").Doing != "wait for another installation" {
			return false
		}
		w.order("erin", farm.ChoiceAbort)
		return true
	})
	w.answer("i-1", farm.ChoiceLeaveStopped)
	require.Equal(t, farm.OutcomeAborted, w.run().Outcome)
	require.Less(t, w.count("install "+onApp02), 4)
}

// TestSomebodyElseInstalledIt: what another installation brought meanwhile is not installed again.
func TestSomebodyElseInstalledIt(t *testing.T) {
	w := newWorld(t)
	w.ends[onApp02] = []ending{{activities.JobEnd{Exit: 1618}, true}}
	w.approveEvery()
	require.Equal(t, "already-installed", packageOn(w.completes(), "APP02").Outcome)
	require.Equal(t, 1, w.count("install "+onApp02))
}

// TestDamagedPackageIsPulledOnceMore: by itself, where there is a source; else a person is asked (TestPackageThatFailed).
func TestDamagedPackageIsPulledOnceMore(t *testing.T) {
	w := newWorld(t, unc)
	w.ends[onApp02] = []ending{exits(17030)}
	w.approveEvery()
	p := packageOn(w.completes(), "APP02")
	require.True(t, p.Recopied)
	require.Equal(t, 1, p.Try)
	require.Equal(t, 1, w.count("pull again APP02"))
	require.Equal(t, 2, w.count("install "+onApp02))

	w = newWorld(t, unc)
	w.ends[onApp02] = []ending{exits(17030), exits(17030)}
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.FailureCorruptPackage, q.Failure.Kind)
		require.Equal(t, 1, w.count("pull again APP02"), "once")
	})
	w.completes()
}

// TestWizardThatSomebodyStarted is reported before anything else is done to the server, and never ended.
func TestWizardThatSomebodyStarted(t *testing.T) {
	w := newWorld(t)
	w.on["detect APP02"] = func(n int) error {
		if n == 2 { // after the first package
			w.wizards["APP02"] = []string{"psconfigui.exe 4711"}
		}
		return nil
	}
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.FailureWizardStarted, q.Failure.Kind)
		require.Equal(t, farm.StepInstallPackage, q.Failure.Step)
		require.Contains(t, q.Failure.Log, "psconfigui.exe 4711")
		require.Zero(t, w.count("install "+onApp02), "the next package waits")
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.wizards, "APP02")
	})
	s := w.completes()
	require.Equal(t, 1, w.count("install KB951695 APP02"))
	require.Equal(t, farm.StepDone, packageOn(s, "APP02").State)
}

// TestWizardThatRanMeanwhile: SetupType tells, and that is a finding, for what it means is inferred.
func TestWizardThatRanMeanwhile(t *testing.T) {
	w := newWorld(t)
	looks := 0
	w.tweak["APP02"] = func(f *farm.ServerFacts) {
		looks++
		if w.installed["APP02/KB951695"] && !w.installed["APP02/"+pkg] {
			f.SetupType = "B2B_UPGRADE"
		} else if !w.finalized["APP02"] {
			f.SetupType = "CLEAN_INSTALL"
		}
	}
	w.approveEvery()
	s := w.completes()
	require.Positive(t, looks)
	var says []string
	for _, f := range s.Findings {
		if f.Server == "APP02" && f.Severity == farm.SeverityWarning {
			says = append(says, f.What)
		}
	}
	require.Contains(t, says, "SetupType went from B2B_UPGRADE to CLEAN_INSTALL while packages were installed: somebody ran the configuration wizard")
}

// TestPackageThatDoesNotApply: the installer and the registry say so; one of the two is not enough.
func TestPackageThatDoesNotApply(t *testing.T) {
	foreign := func(f *farm.ServerFacts) {
		for i := range f.Packages {
			if f.Packages[i].KB == pkg {
				f.Packages[i] = farm.PackageState{KB: pkg, Foreign: true, Evidence: "it does not apply"}
			} else if f.Packages[i].Installed {
				f.Version = farm.MustParseVersion("12.0.0.6318")
			}
		}
	}
	w := newWorld(t)
	w.tweak["WFE02"] = foreign
	w.ends[pkg+" WFE02"] = []ending{exits(17028)}
	w.approveEvery()
	s := w.completes()
	require.Equal(t, "not-applicable", packageOn(s, "WFE02").Outcome)
	require.Zero(t, w.count("reboot WFE02"))

	w = newWorld(t)
	w.tweak["WFE02"] = foreign
	w.ends[pkg+" WFE02"] = []ending{{activities.JobEnd{Exit: 17025}, false}}
	w.approveEvery()
	w.answer("i-1", farm.ChoiceVerifyAgain, func(q farm.Question) { require.Equal(t, farm.FailureNotProven, q.Failure.Kind) })
	w.completes()
}

// TestTheLogOfAPackageIsAHint: what it says beside the exit code is shown, and detection decides.
func TestTheLogOfAPackageIsAHint(t *testing.T) {
	w := newWorld(t)
	code := 17031
	w.ends[onApp02] = []ending{{activities.JobEnd{Exit: 0, Log: farm.PackageLog{Result: &code}}, true}}
	w.ends[pkg+" WFE01"] = []ending{{activities.JobEnd{Exit: 17302, Log: farm.PackageLog{Lines: []string{"the patch failed"}}, Tail: []string{"the last line"}}, false}}
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, []string{"the patch failed", "the last line"}, q.Failure.Log)
	})
	s := w.completes()
	require.Equal(t, "the registry; its log says 17031 (invalid baseline)", packageOn(s, "APP02").Evidence)
}
