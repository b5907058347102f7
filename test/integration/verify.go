package integration

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/workflows"
)

// Verify asks the farm's witnesses by themselves, with the real activities.
func (f *Farm) Verify(t *testing.T) farm.Verification {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(5 * time.Minute)
	env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute}) // of real time, on a busy machine
	workflows.Register(env)
	env.RegisterActivity(activities.New(activities.Options{Secrets: f.resolver, CAFile: f.Simulator.CAFile()}))
	env.ExecuteWorkflow(workflows.VerifyFarmWorkflow, workflows.FarmUpdateInput{
		Rollout: f.Rollout, Release: f.Release, Digest: f.Rollout.Digest(f.Release), StartedBy: f.Rollout.Operators[0],
	})
	require.NoError(t, env.GetWorkflowError())
	var v farm.Verification
	require.NoError(t, env.GetWorkflowResult(&v))
	return v
}
