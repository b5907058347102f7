package integration

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/test/journal"
	"farmhand/workflows"
)

// TestPreflightByItselfLeavesNothing: on a farm where much is wrong, every finding comes back, and the journal
// and the servers show that nothing was changed and nothing was left.
func TestPreflightByItselfLeavesNothing(t *testing.T) {
	const folder = "../../simulator/testdata/every-finding/"
	f := StartFiles(t, folder+"rollout.yaml", folder+"twin.yaml", 4000)
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(2 * time.Minute)
	env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute}) // of real time, on a busy machine
	workflows.Register(env)
	env.RegisterActivity(activities.New(activities.Options{Secrets: f.resolver, CAFile: f.Simulator.CAFile()}))
	env.ExecuteWorkflow(workflows.PreflightFarmWorkflow, workflows.FarmUpdateInput{
		Rollout: f.Rollout, Release: f.Release, Digest: f.Rollout.Digest(f.Release), StartedBy: f.Rollout.Operators[0],
	})
	require.NoError(t, env.GetWorkflowError())
	var r workflows.PreflightResult
	require.NoError(t, env.GetWorkflowResult(&r))
	blocked := map[string]bool{}
	for _, b := range farm.Blocking(r.Findings) {
		blocked[b.Server] = true
		require.NotEmpty(t, b.Do, b.What)
	}
	require.Equal(t, map[string]bool{"APP01": true, "WFE01": true, "WFE02": true, "WFE03": true, "SQL01": true}, blocked, "all of them in one report")

	events, err := journal.Read(f.Journal)
	require.NoError(t, err)
	require.NotEmpty(t, journal.Find(events, "APP01", "script", "register-task.ps1"), "there was something to remove")
	require.Empty(t, journal.Changes(events, f.Rollout.Farms[0].Servers[0].Stage))
	for _, s := range f.Rollout.Farms[0].Servers {
		require.NotZero(t, f.Do(t, s.Name, `dir "`+s.Stage+`"`).Exit, "%s: the folder is gone", s.Name)
		require.NotContains(t, f.Do(t, s.Name, `schtasks /query`).Stdout, "fh-", s.Name)
	}
}
