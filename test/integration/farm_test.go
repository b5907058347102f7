package integration

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	sdkworker "go.temporal.io/sdk/worker"

	"farmhand/activities"
	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/internal/secrets"
	"farmhand/simulator"
	"farmhand/workflows"
)

// subnet makes the addresses of a test's farm its own.
func readdress(t *testing.T, r *farm.Rollout) {
	t.Helper()
	for i := 2; i < 250; i++ {
		prefix := fmt.Sprintf("127.77.%d.", i)
		l, err := net.Listen("tcp", prefix+"1:9")
		if err != nil {
			continue
		}
		t.Cleanup(func() { _ = l.Close() }) // held as a claim on the subnet
		f := &r.Farms[0]
		for j := range f.Servers {
			f.Servers[j].Address = fmt.Sprintf("%s%d", prefix, 10+j)
		}
		for j := range f.SQLServers {
			f.SQLServers[j].Address = fmt.Sprintf("%s%d", prefix, 100+j)
		}
		return
	}
	t.Fatal("no free loopback subnet")
}

func TestFarmIsUpdatedOnTheWire(t *testing.T) {
	rollout, release, err := config.Decode("contoso.yaml", config.Example(), ".")
	require.NoError(t, err)
	readdress(t, &rollout)
	dir := t.TempDir()
	for i := range rollout.Credentials {
		t.Setenv(fmt.Sprintf("FH_TEST_%d", i), fmt.Sprintf("pa55-%d", i))
		rollout.Credentials[i].Password = fmt.Sprintf("env:FH_TEST_%d", i)
	}
	resolver := secrets.NewResolver([]string{"env:FH_TEST_*"})
	sim, err := simulator.Start(t.Context(), simulator.Options{
		Rollout: rollout, Release: release, Pace: 4000, Journal: dir + "/journal.jsonl", CADirectory: dir,
		Passwords: func(user string) (string, bool) {
			for i, c := range rollout.Credentials {
				if strings.EqualFold(c.User, user) {
					return fmt.Sprintf("pa55-%d", i), true
				}
			}
			return "", false
		},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, sim.Close()) })

	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(5 * time.Minute)
	env.SetWorkerOptions(sdkworker.Options{})
	workflows.Register(env)
	env.RegisterActivity(activities.New(activities.Options{Secrets: resolver, CAFile: sim.CAFile()}))
	var tick func()
	left := 5000
	tick = func() {
		if left--; left < 0 || env.IsWorkflowCompleted() {
			return
		}
		v, err := env.QueryWorkflow(workflows.QueryStatus)
		require.NoError(t, err)
		var s farm.Status
		require.NoError(t, v.Get(&s))
		for _, q := range s.OpenQuestions() {
			if q.Kind == farm.QuestionIntervention {
				t.Logf("intervention %s: %+v", q.ID, q.Facts)
				env.CancelWorkflow()
				if q.Choices[0] == farm.ChoiceLeaveStopped || q.Choices[0] == farm.ChoiceStartServices {
					env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: "erin", Choice: farm.ChoiceLeaveStopped, Reason: "test"})
				}
				continue
			}
			env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: "bob", Choice: farm.ChoiceApprove})
		}
		env.RegisterDelayedCallback(tick, time.Minute)
	}
	env.RegisterDelayedCallback(tick, time.Minute)
	env.ExecuteWorkflow(workflows.FarmUpdateWorkflow, workflows.FarmUpdateInput{
		Rollout: rollout, Release: release, Digest: rollout.Digest(release), StartedBy: "dave", InstallParallel: 4,
	})
	require.True(t, env.IsWorkflowCompleted())
	require.NoError(t, env.GetWorkflowError())
	var r farm.Result
	require.NoError(t, env.GetWorkflowResult(&r))
	require.Equal(t, farm.OutcomeCompleted, r.Outcome, r.Why)
}
