package integration

import (
	"net"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// Answer says what to decide on an open question; no choice leaves it open.
type Answer func(q farm.Question) (who string, choice farm.Choice)

// People are who watches and decides while a farm is updated.
type People struct {
	// See gets the farm's status at each look, before questions are answered; nil looks away.
	See func(farm.Status)
	// Answer is asked about each open question at each look.
	Answer Answer
}

// looks bounds how often an update is looked at, so that one that never ends fails.
const looks = 5000

// Update runs the farm's update with the real activities, answering every question, and returns its result
// and its status at the end.
func (f *Farm) Update(t *testing.T, answer Answer) (farm.Result, farm.Status) {
	t.Helper()
	return f.UpdateWith(t, People{Answer: answer})
}

// UpdateWith is Update with people who also watch.
func (f *Farm) UpdateWith(t *testing.T, people People) (farm.Result, farm.Status) {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(5 * time.Minute)
	env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute}) // of real time, on a busy machine
	if f.proves() {
		env.SetStartTime(time.Now().Add(-early))
	}
	workflows.Register(env)
	env.RegisterActivity(f.Activities())
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
		f.keepUp(t)
		s := status()
		if people.See != nil {
			people.See(s)
		}
		for _, q := range s.OpenQuestions() {
			if who, choice := people.Answer(q); choice != "" {
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

// keepUp spends the time that the simulator needs for the minute that the workflow just skipped. A server that is in a
// boot gets more of it: a skipped minute must never be shorter than a minute of the farm, however busy the machine is.
func (f *Farm) keepUp(t *testing.T) {
	t.Helper()
	if f.pace <= 0 {
		return
	}
	minute := time.Duration(float64(time.Minute) / f.pace)
	time.Sleep(minute)
	for _, s := range f.Rollout.Farms[0].Servers {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", net.JoinHostPort(s.Address, strconv.Itoa(s.WinRM.Port)))
		if err != nil {
			time.Sleep(10 * minute)
			continue
		}
		_ = conn.Close()
	}
}

// Approve answers every gate as a permitted approver who has not approved it yet.
func Approve(q farm.Question) (string, farm.Choice) {
	for _, who := range q.Eligible() {
		if q.Kind == farm.QuestionGate && !slices.Contains(q.Approvals, who) {
			return who, farm.ChoiceApprove
		}
	}
	return "", ""
}
