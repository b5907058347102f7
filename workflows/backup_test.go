package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// onSQL changes the SQL Server of the example.
func onSQL(change func(*farm.SQLServer)) func(*farm.Rollout) {
	return func(r *farm.Rollout) { change(&r.Farms[0].SQLServers[0]) }
}

// mirroredTo is a policy for mirrored databases.
func mirroredTo(p farm.MirroringPolicy) func(*farm.Rollout) {
	return onSQL(func(s *farm.SQLServer) {
		s.Mirroring, s.Mirror = p, farm.Mirror{Name: "SQL02", Address: "127.0.1.32", Port: 1433}
	})
}

// mirror makes databases of a scene mirrored.
func (s *scene) mirror(state string, databases ...string) {
	for _, d := range databases {
		s.mirrors = append(s.mirrors, farm.MirrorState{Database: d, Server: "SQL01", Role: farm.MirrorPrincipal, State: state, Partner: "TCP://SQL02:5022"})
	}
}

// TestBackupsOfOthersAreWaitedFor: in mode prove farmhand writes nothing; while msdb has no backup since
// users went off, an operator is asked, and no package starts.
func TestBackupsOfOthersAreWaitedFor(t *testing.T) {
	w := newWorld(t, onSQL(func(s *farm.SQLServer) { s.Backup = farm.Backup{Mode: farm.BackupProve} }))
	w.on["prove backup PWA_Draft"] = first(1, fails(farm.FailureNotProven, "SQL01", "msdb has no backup of PWA_Draft"))
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.StepBackupDatabase, q.Failure.Step)
		require.Equal(t, []farm.Choice{farm.ChoiceRetry, farm.ChoiceAbort}, q.Choices)
		require.Zero(t, w.count("install KB951695 WFE01"))
	})
	for _, d := range w.completes().Databases {
		require.True(t, d.Verified, d.Name)
		require.Equal(t, `N:\DBA\`+d.Name+`.bak`, d.File)
		require.Len(t, d.Sets, 1)
		require.Zero(t, w.count("backup "+d.Name))
	}
	require.Zero(t, w.count("room SQL01"), "nothing is written, so no room is wanted")
}

// TestRoomIsMeasuredBeforeTheFirstBackup.
func TestRoomIsMeasuredBeforeTheFirstBackup(t *testing.T) {
	w := newWorld(t)
	w.on["room SQL01"] = first(1, fails(farm.FailureDiskFull, "SQL01", `E:\Backup has 12 MB free`))
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.FailureDiskFull, q.Failure.Kind)
		require.Equal(t, []farm.Choice{farm.ChoiceRetry, farm.ChoiceAbort}, q.Choices)
		require.Zero(t, w.count("backup SharePoint_Config"))
	})
	w.completes()
	require.Equal(t, 2, w.count("room SQL01"))
}

// TestMirroringIsPausedForTheUpdate: from the first package until users come back, and what was suspended
// before stays suspended.
func TestMirroringIsPausedForTheUpdate(t *testing.T) {
	w := newWorld(t, mirroredTo(farm.MirroringPause))
	w.mirror("SYNCHRONIZED", "PWA_Draft", "PWA_Published")
	w.mirror(farm.MirrorSuspended, "PWA_Archive")
	w.mirror("SYNCHRONIZED", "Payroll") // not the farm's
	w.approveEvery()
	s := w.completes()
	require.Less(t, w.index("pause mirrors SQL01"), w.index("install KB951695 APP01"))
	require.Less(t, w.index("backup PWA_Draft"), w.index("pause mirrors SQL01"))
	require.Less(t, w.index("wizard WFE02"), w.index("resume mirrors SQL01"))
	require.Less(t, w.index("restore W3SVC WFE01"), w.index("resume mirrors SQL01"), "a copy from before the update is kept until the first front-end has shown its pages")
	require.Less(t, w.index("resume mirrors SQL01"), w.index("restore W3SVC WFE02"))
	states := map[string]string{}
	for _, m := range w.mirrors {
		states[m.Database] = m.State
	}
	require.Equal(t, map[string]string{"PWA_Draft": "SYNCHRONIZED", "PWA_Published": "SYNCHRONIZED", "PWA_Archive": farm.MirrorSuspended, "Payroll": "SYNCHRONIZED"}, states)
	require.Len(t, s.Mirrors, 3)
	for _, m := range s.Mirrors {
		require.Equal(t, m.Database == "PWA_Archive", m.ResumedAt.IsZero(), m.Database)
	}
	require.Zero(t, w.count("prove principal SQL01"))
}

// TestThePrincipalIsProvenBeforeEachWizard: a failover stops the wizard, not the run.
func TestThePrincipalIsProvenBeforeEachWizard(t *testing.T) {
	w := newWorld(t, mirroredTo(farm.MirroringProvePrincipal))
	w.mirror("SYNCHRONIZED", "PWA_Draft")
	w.on["prove principal SQL01"] = func(n int) error {
		if n == 2 {
			return fails(farm.FailureNotPrincipal, "SQL01", "SQL01 is MIRROR of PWA_Draft")
		}
		return nil
	}
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.StepProvePrincipal, q.Failure.Step)
		require.Equal(t, 1, w.count("wizard APP01"))
		require.Zero(t, w.count("wizard APP02"))
	})
	w.completes()
	require.Equal(t, 5, w.count("prove principal SQL01"), "four wizards, one of them asked twice")
	require.Zero(t, w.count("pause mirrors SQL01"))
}

// TestAnAbortOffersToResumeMirroring.
func TestAnAbortOffersToResumeMirroring(t *testing.T) {
	for _, c := range []struct {
		answer  farm.Choice
		resumed int
	}{{farm.ChoiceResumeMirroring, 1}, {farm.ChoiceLeavePaused, 0}} {
		w := newWorld(t, mirroredTo(farm.MirroringPause))
		w.mirror("SYNCHRONIZED", "PWA_Draft")
		w.on["wizard APP01"] = always(fails(farm.FailureWizard, "APP01", "no"))
		w.approveEvery()
		w.answer("i-1", farm.ChoiceAbort)
		w.answer("i-2", farm.ChoiceLeaveStopped)
		w.answer("i-3", c.answer, func(q farm.Question) {
			require.Equal(t, farm.StepResumeMirroring, q.Failure.Step)
			require.Equal(t, farm.ChoiceLeavePaused, q.Advised, "after packages the mirror is a copy from before")
		})
		require.Equal(t, farm.OutcomeAborted, w.run().Outcome)
		require.Equal(t, c.resumed, w.count("resume mirrors SQL01"))
		const left = "SQL01: the mirroring of PWA_Draft is paused; resume it: ALTER DATABASE [PWA_Draft] SET PARTNER RESUME"
		if c.resumed == 0 {
			require.Contains(t, w.status().Residual, left)
		} else {
			require.NotContains(t, w.status().Residual, left)
		}
	}
}

// TestMirroredWithoutAPolicyBlocks.
func TestMirroredWithoutAPolicyBlocks(t *testing.T) {
	w := newWorld(t)
	w.mirror("SYNCHRONIZED", "PWA_Draft")
	w.answer("i-1", farm.ChoiceAbort)
	require.Equal(t, farm.OutcomeRefused, w.run().Outcome)
	require.Contains(t, w.status().Findings[0].What, "database PWA_Draft is mirrored to TCP://SQL02:5022")
}
