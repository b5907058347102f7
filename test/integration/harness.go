package integration

import (
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"farmhand/activities"
	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/internal/secrets"
	"farmhand/simulator"
	"farmhand/workflows"
)

// Farm is the example's farm, simulated on loopback addresses of its own.
type Farm struct {
	Rollout   farm.Rollout
	Release   farm.Release
	Simulator *simulator.Simulator
	// Journal is the simulator's journal file.
	Journal  string
	resolver *secrets.Resolver
}

// password is the throw-away password of the i-th credential.
func password(i int) string { return fmt.Sprintf("pa55-of-%d", i) }

// Start simulates the example's farm. Its passwords are in the environment until the test ends.
func Start(t *testing.T, pace float64) *Farm {
	t.Helper()
	rollout, release, err := config.Decode("contoso.yaml", config.Example(), ".")
	require.NoError(t, err)
	readdress(t, &rollout)
	for i := range rollout.Credentials {
		t.Setenv(fmt.Sprintf("FARMHAND_TEST_%d", i), password(i))
		rollout.Credentials[i].Password = fmt.Sprintf("env:FARMHAND_TEST_%d", i)
	}
	dir := t.TempDir()
	f := &Farm{Rollout: rollout, Release: release, Journal: filepath.Join(dir, "journal.jsonl"), resolver: secrets.NewResolver([]string{"env:FARMHAND_TEST_*"})}
	f.Simulator, err = simulator.Start(t.Context(), simulator.Options{
		Rollout: rollout, Release: release, Pace: pace, Journal: f.Journal, CADirectory: dir,
		Passwords: func(user string) (string, bool) {
			for i, c := range rollout.Credentials {
				if strings.EqualFold(c.User, user) {
					return password(i), true
				}
			}
			return "", false
		},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Simulator.Close()) })
	return f
}

// Account is the user of a server's connection and its password.
func (f *Farm) Account(server string) (user, secret string) {
	s, _ := f.Rollout.Farms[0].Server(server)
	for i, c := range f.Rollout.Credentials {
		if c.Name == s.ConnectAs {
			return c.User, password(i)
		}
	}
	return "", ""
}

// Answer says what to decide on an open question; no choice leaves it open.
type Answer func(q farm.Question) (who string, choice farm.Choice)

// looks bounds how often an update is looked at, so that one that never ends fails.
const looks = 5000

// Update runs the farm's update with the real activities, answering every question, and returns its result
// and its status at the end.
func (f *Farm) Update(t *testing.T, answer Answer) (farm.Result, farm.Status) {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(5 * time.Minute)
	workflows.Register(env)
	env.RegisterActivity(activities.New(activities.Options{Secrets: f.resolver, CAFile: f.Simulator.CAFile()}))
	status := func() farm.Status {
		v, err := env.QueryWorkflow(workflows.QueryStatus)
		require.NoError(t, err)
		var s farm.Status
		require.NoError(t, v.Get(&s))
		return s
	}
	left := looks
	var look func()
	look = func() {
		if left--; left < 0 || env.IsWorkflowCompleted() {
			return
		}
		s := status()
		for _, q := range s.OpenQuestions() {
			if who, choice := answer(q); choice != "" {
				env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: who, Choice: choice, Reason: "a test"})
			}
		}
		env.RegisterDelayedCallback(look, time.Minute)
	}
	env.RegisterDelayedCallback(look, time.Minute)
	env.ExecuteWorkflow(workflows.FarmUpdateWorkflow, workflows.FarmUpdateInput{
		Rollout: f.Rollout, Release: f.Release, Digest: f.Rollout.Digest(f.Release), StartedBy: f.Rollout.Operators[0], InstallParallel: 4,
	})
	require.True(t, env.IsWorkflowCompleted())
	require.NoError(t, env.GetWorkflowError())
	var r farm.Result
	require.NoError(t, env.GetWorkflowResult(&r))
	return r, status()
}

// Approve answers every gate as a permitted approver.
func Approve(q farm.Question) (string, farm.Choice) {
	if q.Kind == farm.QuestionGate && len(q.Eligible()) > 0 {
		return q.Eligible()[0], farm.ChoiceApprove
	}
	return "", ""
}

// readdress gives the farm a loopback network that no other test of this machine has.
func readdress(t *testing.T, r *farm.Rollout) {
	t.Helper()
	for i := range 250 {
		network := fmt.Sprintf("127.77.%d.", i)
		claim, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", network+"1:9")
		if err != nil {
			continue
		}
		t.Cleanup(func() { _ = claim.Close() })
		f := &r.Farms[0]
		for j := range f.Servers {
			f.Servers[j].Address = fmt.Sprintf("%s%d", network, 10+j)
		}
		for j := range f.SQLServers {
			f.SQLServers[j].Address = fmt.Sprintf("%s%d", network, 100+j)
		}
		return
	}
	t.Fatal("no free loopback network")
}
