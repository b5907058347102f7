package workflows_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// pkg is the package that fails in these scenarios, and onApp02 its key on one server.
const (
	pkg     = "KB951297"
	onApp02 = pkg + " APP02"
)

// packageOn is the status of that package on a server.
func packageOn(s *farm.Status, server string) farm.PackageStatus {
	ps := s.Server(server).Packages
	return ps[slices.IndexFunc(ps, func(p farm.PackageStatus) bool { return p.KB == pkg })]
}

// TestPackageThatFailed asks an operator by the class of its exit code; a retry is try 2 and another job.
func TestPackageThatFailed(t *testing.T) {
	nothing := func(e ending) ending { e.done = false; return e }
	for name, tc := range map[string]struct {
		end  ending
		kind farm.FailureKind
		says string
	}{
		"17031":                  {exits(17031), farm.FailurePrerequisite, "invalid baseline"},
		"17034":                  {exits(17034), farm.FailurePrerequisite, "does not apply"},
		"17030":                  {exits(17030), farm.FailureCorruptPackage, "invalid CIF"},
		"17027":                  {exits(17027), farm.FailureWrongPackage, "full-file"},
		"17028 and not detected": {exits(17028), farm.FailureNotProven, "no product installed"},
		"17021":                  {exits(17021), farm.FailureEnvironment, "temp folder"},
		"17302":                  {exits(17302), farm.FailurePackage, "applying the patch failed"},
		"unknown":                {exits(4711), farm.FailurePackage, "unknown exit code"},
		"0 and not detected":     {nothing(exits(0)), farm.FailureNotProven, "exit code 0"},
		"gone":                   {gone(false, false), farm.FailureJobGone, "without an exit code, and is not on the server"},
		"gone with a reboot":     {gone(true, false), farm.FailureJobGone, "rebooted meanwhile"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.ends[onApp02] = []ending{tc.end}
			w.approveEvery()
			w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
				require.Equal(t, tc.kind, q.Failure.Kind)
				require.Contains(t, q.Failure.Message, tc.says)
				require.Equal(t, "APP02", q.Failure.Server)
				require.Equal(t, farm.StepInstallPackage, q.Failure.Step)
				require.Equal(t, []farm.Choice{farm.ChoiceRetry, farm.ChoiceVerifyAgain, farm.ChoiceAbort}, q.Choices)
				require.Equal(t, 1, w.count("install "+onApp02), "nothing is tried again without a decision")
				require.Zero(t, w.count("wizard APP01"))
			})
			p := packageOn(w.completes(), "APP02")
			require.Equal(t, 2, p.Try)
			require.Equal(t, farm.StepDone, p.State)
			require.Equal(t, 2, w.count("install "+onApp02))
			for job, n := range w.jobs {
				require.Equal(t, 1, n, job)
			}
		})
	}
}

// TestExitCodesThatDetectionConfirms need nobody.
func TestExitCodesThatDetectionConfirms(t *testing.T) {
	for name, tc := range map[string]struct {
		end     ending
		outcome string
	}{
		"17025":              {ending{activities.JobEnd{Exit: 17025}, true}, "already-installed"},
		"17028":              {ending{activities.JobEnd{Exit: 17028}, true}, "already-installed"},
		"gone":               {gone(false, true), "installed"},
		"gone with a reboot": {gone(true, true), "installed"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.ends[onApp02] = []ending{tc.end}
			w.approveEvery()
			s := w.completes()
			require.Equal(t, tc.outcome, packageOn(s, "APP02").Outcome)
			require.Equal(t, 1, w.count("install "+onApp02))
			require.Zero(t, w.count("reboot APP02"))
		})
	}
}

func TestInstalledPackageIsProvenAndNotRun(t *testing.T) {
	w := newWorld(t)
	w.installed["APP02/"+pkg] = true
	w.approveEvery()
	s := w.completes()
	require.Zero(t, w.count("install "+onApp02))
	require.Equal(t, "already-installed", packageOn(s, "APP02").Outcome)
}

// TestVerifyAgainRunsNoPackage: somebody has installed it by hand, or not.
func TestVerifyAgainRunsNoPackage(t *testing.T) {
	w := newWorld(t)
	w.ends[onApp02] = []ending{exits(17302)}
	w.approveEvery()
	w.answer("i-1", farm.ChoiceVerifyAgain)
	w.answer("i-2", farm.ChoiceVerifyAgain, func(q farm.Question) {
		require.Equal(t, farm.FailureNotProven, q.Failure.Kind)
		require.Equal(t, farm.ChoiceVerifyAgain, q.Advised)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.installed["APP02/"+pkg] = true
	})
	s := w.completes()
	require.Equal(t, 1, w.count("install "+onApp02))
	require.Equal(t, farm.StepDone, packageOn(s, "APP02").State)
}

// TestBarrier: a package that was proven after its installation is gone when the last server is done.
func TestBarrier(t *testing.T) {
	w := newWorld(t)
	w.on["detect WFE02"] = func(n int) error {
		w.installed["WFE02/"+pkg] = n != 5 && w.installed["WFE02/"+pkg] // 2 looks per package come before the barrier's
		return nil
	}
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.StepProvePackages, q.Failure.Step)
		require.Equal(t, farm.FailureNotProven, q.Failure.Kind)
		require.Equal(t, []farm.Choice{farm.ChoiceRetry, farm.ChoiceAbort}, q.Choices)
		w.mu.Lock()
		defer w.mu.Unlock()
		require.Zero(t, w.times("wizard APP01"))
		require.Zero(t, w.times("find APP01"))
		w.installed["WFE02/"+pkg] = true
	})
	w.completes()
}

// TestServersInstallBounded: one at a time where the rollout says one.
func TestServersInstallBounded(t *testing.T) {
	w := newWorld(t)
	w.in.InstallParallel = 1
	w.approveEvery()
	w.completes()
	for i, name := range []string{"APP02", "WFE01", "WFE02"} {
		before := []string{"APP01", "APP02", "WFE01"}[i]
		require.Greater(t, w.index("install KB951695 "+name), w.index("install "+pkg+" "+before))
	}
}
