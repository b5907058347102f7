package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// TestServiceThatCameBack while users must be off is recorded and stopped again.
func TestServiceThatCameBack(t *testing.T) {
	for name, tc := range map[string]struct{ during, service, server, when string }{
		"W3SVC after a package":          {"install KB951297 WFE01", "W3SVC", "WFE01", "after KB951297"},
		"W3SVC after a wizard":           {"wizard APP02", "W3SVC", "WFE02", "after the wizard on APP02"},
		"a Project service and a wizard": {"wizard APP01", "Queue", "APP02", "after the wizard on APP01"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.on[tc.during] = func(int) error { w.running[tc.server+"/"+tc.service] = true; return nil }
			w.approveEvery()
			s := w.completes()
			require.Equal(t, []string{tc.server + ": " + tc.service + " was found running or not manual " + tc.when + ", and was stopped again"}, s.UsersOff.Violations)
			require.Equal(t, 2, w.count("stop "+tc.service+" "+tc.server))
			require.True(t, w.running[tc.server+"/"+tc.service], "it is back at the end, as it was recorded")
		})
	}
}

// TestServiceThatOnlyBecameAutomatic would come back with the next boot.
func TestServiceThatOnlyBecameAutomatic(t *testing.T) {
	w := newWorld(t)
	w.on["install KB951695 WFE02"] = func(int) error { w.manual["WFE02/W3SVC"] = false; return nil }
	w.approveEvery()
	require.Len(t, w.completes().UsersOff.Violations, 1)
}

// TestProofsLookEverywhere: a look at one server is not counted as a proof of the farm.
func TestProofsLookEverywhere(t *testing.T) {
	w := newWorld(t)
	w.approveEvery()
	s := w.completes()
	reads := w.count("read W3SVC WFE01")
	require.Equal(t, 1+1+4+1, s.UsersOff.Proofs, "after disconnecting, before the first package, after each wizard, after the gate")
	require.Equal(t, reads, 1+s.UsersOff.Proofs+2, "and one look after each package of its own")
}

func TestServiceThatDoesNotStop(t *testing.T) {
	w := newWorld(t)
	w.on["stop W3SVC WFE02"] = first(1, fails(farm.FailureDenied, "WFE02", "access is denied"))
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.StepStopWebPublishing, q.Failure.Step)
		require.Equal(t, []farm.Choice{farm.ChoiceRetry, farm.ChoiceAbort}, q.Choices)
		require.Zero(t, w.count("backup PWA_Draft"))
	})
	s := w.completes()
	for _, rec := range s.Services {
		require.True(t, rec.Running, "the first record counts: a later one would show our own doing")
	}
}

// TestServiceThatDidNotRun is left as it was, and nobody is served from that server.
func TestServiceThatDidNotRun(t *testing.T) {
	w := newWorld(t)
	w.running["WFE02/W3SVC"] = false
	w.approveEvery()
	w.completes()
	require.False(t, w.running["WFE02/W3SVC"])
	require.False(t, w.manual["WFE02/W3SVC"])
	require.Zero(t, w.count("warm up WFE02"))
}

func TestProjectServices(t *testing.T) {
	t.Run("none", func(t *testing.T) { // the article: "if available"
		w := newWorld(t)
		w.project = nil
		w.approveEvery()
		s := w.completes()
		require.Equal(t, 1, w.count("find APP02"))
		require.Len(t, s.Services, 2, "W3SVC of the two front-end Web servers")
	})
	t.Run("ambiguous", func(t *testing.T) {
		w := newWorld(t)
		w.on["find APP02"] = first(1, fails(farm.FailureAmbiguous, "APP02", "more than one service looks like the Queue service"))
		w.approveEvery()
		w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
			require.Equal(t, farm.FailureAmbiguous, q.Failure.Kind)
			require.Equal(t, []farm.Choice{farm.ChoiceRetry, farm.ChoiceAbort}, q.Choices)
			require.Zero(t, w.count("stop Queue APP02"))
			w.requireNoNextWizard("APP01")
		})
		w.completes()
		require.Equal(t, 1, w.count("stop Queue APP02"))
	})
}

// TestWarmUpMaySkip: it is the one step of the way back that may be left out, and the outcome says so.
func TestWarmUpMaySkip(t *testing.T) {
	w := newWorld(t)
	w.on["warm up WFE01"] = always(fails(farm.FailureNotProven, "WFE01", "500"))
	w.approveEvery()
	w.answer("i-1", farm.ChoiceSkip, func(q farm.Question) {
		require.Equal(t, farm.StepWarmUp, q.Failure.Step)
		require.Equal(t, []farm.Choice{farm.ChoiceRetry, farm.ChoiceSkip, farm.ChoiceAbort}, q.Choices)
		require.Zero(t, w.count("restore W3SVC WFE02"), "the first front-end shows whether the rest may follow")
	})
	r := w.run()
	require.Equal(t, farm.OutcomeCompletedWithExceptions, r.Outcome)
	require.Equal(t, []string{"warm-up on WFE01 was skipped by erin: because"}, r.Exceptions)
	require.True(t, w.running["WFE02/W3SVC"])
}

// TestFailedBackupHoldsThePackages.
func TestFailedBackupHoldsThePackages(t *testing.T) {
	for _, kind := range []farm.FailureKind{farm.FailureBackup, farm.FailureDiskFull} {
		w := newWorld(t)
		w.on["backup PWA_Archive"] = first(1, fails(kind, "SQL01", "the backup of PWA_Archive failed"))
		w.approveEvery()
		w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
			require.Equal(t, kind, q.Failure.Kind)
			require.Equal(t, []farm.Choice{farm.ChoiceRetry, farm.ChoiceAbort}, q.Choices)
			require.Nil(t, w.status().Question("install"))
			require.Zero(t, w.count("install KB951695 WFE01"))
		})
		for _, d := range w.completes().Databases {
			require.True(t, d.Verified, d.Name)
		}
		require.Equal(t, 2, w.count("backup PWA_Archive"))
		require.Equal(t, 1, w.count("backup PWA_Draft"), "what is backed up is not backed up again")
	}
}
