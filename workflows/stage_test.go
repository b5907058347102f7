package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/scripts"
)

// ended is a pull that ends with a code.
func ended(code int) ending { return ending{activities.JobEnd{Exit: code}, false} }

// TestPackagesArePulledWhileUsersWork: on every server, before W3SVC is touched, and not in a preflight by itself.
func TestPackagesArePulledWhileUsersWork(t *testing.T) {
	w := newWorld(t, unc)
	w.approveEvery()
	s := w.completes()
	for _, server := range []string{"APP01", "APP02", "WFE01", "WFE02"} {
		require.Equal(t, 1, w.count("pull "+server))
		require.Less(t, w.index("pull "+server), w.index("stop W3SVC WFE01"))
		require.Equal(t, "aa", packageOn(s, server).SHA256)
	}
	require.Equal(t, 1, w.count("pull APP01"))

	w = newWorld(t)
	w.approveEvery()
	w.completes()
	require.Zero(t, w.count("pull APP01"), "people staged them")
}

// TestServerWithEveryPackagePullsNone: what is proven needs no file.
func TestServerWithEveryPackagePullsNone(t *testing.T) {
	w := newWorld(t, unc)
	w.installed["WFE02/KB951695"], w.installed["WFE02/"+pkg] = true, true
	w.approveEvery()
	w.completes()
	require.Zero(t, w.count("pull WFE02"))
}

// TestPullIsTriedAgainByItself: copying changes nothing of the farm, so that a hiccup wakes nobody.
func TestPullIsTriedAgainByItself(t *testing.T) {
	w := newWorld(t, unc)
	w.ends["pull WFE01"] = []ending{ended(scripts.PullUnreadable), gone(true, false)}
	w.approveEvery()
	w.completes()
	require.Equal(t, 3, w.count("pull WFE01"))
	for job, n := range w.jobs {
		require.Equal(t, 1, n, job)
	}
}

// TestPullThatFailsForGood asks an operator, by what the job said, while users still work.
func TestPullThatFailsForGood(t *testing.T) {
	for name, tc := range map[string]struct {
		end  ending
		runs int
		kind farm.FailureKind
		says string
	}{
		"no answer":   {ended(scripts.PullUnreadable), 3, farm.FailureSource, `\\files\updates cannot be read`},
		"ended early": {ended(scripts.PullEndedEarly), 3, farm.FailureSource, "ended early"},
		"unknown":     {ended(9009), 3, farm.FailureSource, "ended early"},
		"no folder":   {ended(scripts.PullNoFolder), 1, farm.FailureEnvironment, "cannot be made"},
		"gone":        {gone(true, false), 3, farm.FailureJobGone, "rebooted meanwhile"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, unc)
			for range tc.runs {
				w.ends["pull WFE01"] = append(w.ends["pull WFE01"], tc.end)
			}
			w.answer("i-1", farm.ChoiceAbort, func(q farm.Question) {
				require.Equal(t, tc.kind, q.Failure.Kind)
				require.Equal(t, farm.StepStagePackages, q.Failure.Step)
				require.Contains(t, q.Failure.Message, tc.says)
				require.Equal(t, tc.runs, w.count("pull WFE01"))
			})
			require.Equal(t, farm.OutcomeAborted, w.run().Outcome)
			require.Zero(t, w.count("stop W3SVC WFE01"))
		})
	}
}

// TestFileThatArrivesDamaged is pulled once more by itself; twice damaged is a person's matter.
func TestFileThatArrivesDamaged(t *testing.T) {
	damaged := func(times int) func(*farm.ServerFacts) {
		return func(f *farm.ServerFacts) {
			if len(f.Copies) == 0 || times == 0 {
				return
			}
			times--
			f.Copies[1].Signature.Status = "HashMismatch"
		}
	}
	w := newWorld(t, unc)
	w.tweak["WFE01"] = damaged(1)
	w.approveEvery()
	w.completes()
	require.Equal(t, 1, w.count("pull WFE01"))
	require.Equal(t, 1, w.count("pull again WFE01"))

	w = newWorld(t, unc)
	w.tweak["WFE01"] = damaged(2)
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.FailureCorruptPackage, q.Failure.Kind)
		require.Contains(t, q.Failure.Message, "damaged")
	})
	w.completes()
}

// TestFilesThatMustNotBeInstalled: another signer than the release says, or another file than the others have.
func TestFilesThatMustNotBeInstalled(t *testing.T) {
	w := newWorld(t, unc)
	bad := true
	w.tweak["WFE01"] = func(f *farm.ServerFacts) {
		if len(f.Copies) > 0 && bad {
			f.Copies[0].Signature = farm.Signature{Status: "Valid", Signer: "CN=Mallory"}
		}
	}
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.FailureCorruptPackage, q.Failure.Kind)
		require.Contains(t, q.Failure.Log[0], "is signed by CN=Mallory, and the release says by O=Microsoft Corporation")
		w.mu.Lock()
		defer w.mu.Unlock()
		require.Zero(t, w.times("stop W3SVC WFE01"))
		bad = false
	})
	s := w.completes()
	require.Equal(t, 1, w.count("pull again WFE01"), "what was set right is pulled")
	require.Empty(t, farm.Blocking(s.Findings))
}
