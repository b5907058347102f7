package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// TestServersAreKeptBeforeTheFirstPackage: every server's settings and hive, in a folder that stays.
func TestServersAreKeptBeforeTheFirstPackage(t *testing.T) {
	w := newWorld(t)
	w.approveEvery()
	s := w.completes()
	for _, srv := range s.Servers {
		require.Less(t, w.index("prove backup of server "+srv.Name), w.index("install KB951695 APP01"), srv.Name)
		require.Equal(t, 1, w.count("back up server "+srv.Name))
		require.Equal(t, farm.StepDone, srv.Backup.State)
		require.Equal(t, `D:\farmhand\backup\`+s.Rollout, srv.Backup.Folder)
		require.Contains(t, srv.Backup.IIS, "farmhand-"+s.Rollout)
	}
}

// TestAServerBackupMayBeSkipped: whoever has an image of the server says so; no other step of the phase may.
func TestAServerBackupMayBeSkipped(t *testing.T) {
	w := newWorld(t)
	w.ends["backup WFE01"] = []ending{exits(4), gone(true, false)}
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.StepBackupServer, q.Failure.Step)
		require.Equal(t, farm.FailureCommand, q.Failure.Kind)
		require.Equal(t, []farm.Choice{farm.ChoiceRetry, farm.ChoiceSkip, farm.ChoiceAbort}, q.Choices)
		require.Zero(t, w.count("install KB951695 WFE01"))
	})
	w.answer("i-2", farm.ChoiceSkip, func(q farm.Question) { require.Equal(t, farm.FailureJobGone, q.Failure.Kind) })
	require.Equal(t, farm.OutcomeCompletedWithExceptions, w.run().Outcome)
	require.Equal(t, []string{"backup-server on WFE01 was skipped by erin: because"}, w.status().Exceptions)
	require.Equal(t, farm.StepFailed, w.status().Server("WFE01").Backup.State)
}

// TestNoServerBackupWhereTheFileSaysSo.
func TestNoServerBackupWhereTheFileSaysSo(t *testing.T) {
	w := newWorld(t, func(r *farm.Rollout) { r.Farms[0].ServerBackup = farm.ServerBackup{} })
	w.approveEvery()
	w.completes()
	require.Zero(t, w.count("back up server APP01"))
}
