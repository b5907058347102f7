package workflows_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"farmhand/activities"
	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/workflows"
)

// world is a farm that does what it is told: the activities' answers come from it, so that a scenario
// changes one thing and leaves the rest alone.
type world struct {
	t         *testing.T
	env       *testsuite.TestWorkflowEnvironment
	in        workflows.FarmUpdateInput
	installed map[string]bool // server/KB
	finalized map[string]bool // server
	running   map[string]bool // server/service
	manual    map[string]bool
	calls     []string // what was done, in order
	versions  int      // how often VERSIONS was read
	jobs      map[string]int
}

// act names activities for the mocks.
var act *activities.Activities

func newWorld(t *testing.T) *world {
	t.Helper()
	rollout, release, err := config.Decode("contoso.yaml", config.Example(), ".")
	require.NoError(t, err)
	var suite testsuite.WorkflowTestSuite
	w := &world{
		t: t, env: suite.NewTestWorkflowEnvironment(), installed: map[string]bool{}, finalized: map[string]bool{},
		running: map[string]bool{}, manual: map[string]bool{}, jobs: map[string]int{},
		in: workflows.FarmUpdateInput{Rollout: rollout, Release: release, Digest: rollout.Digest(release), StartedBy: "dave", InstallParallel: 4},
	}
	for _, s := range w.farm().Servers {
		w.running[s.Name+"/W3SVC"] = s.HasRole(farm.RoleFrontEndWeb)
		w.running[s.Name+"/Queue"] = s.HasRole(farm.RoleApplication)
	}
	workflows.Register(w.env)
	w.env.RegisterActivity(act)
	w.env.SetTestTimeout(15 * time.Second)
	w.env.SetStartTime(time.Date(2026, 11, 21, 22, 0, 0, 0, time.UTC))
	return w
}

func (w *world) farm() farm.Farm { return w.in.Rollout.Farms[0] }

// did records an action.
func (w *world) did(what string) { w.calls = append(w.calls, what) }

// index is when something was done first, -1 when never.
func (w *world) index(what string) int { return slices.Index(w.calls, what) }

// answerAll lets every activity answer as a healthy farm would. A scenario puts its own expectations
// before it: the first match counts.
func (w *world) answerAll() {
	w.answerPreflight()
	w.answerServices()
	w.answerPackages()
	w.answerWizard()
	w.answerDatabases()
	w.env.OnActivity(act.AcquireLease, mock.Anything, mock.Anything).Return(nil).Maybe()
	w.env.OnActivity(act.ReleaseLease, mock.Anything, mock.Anything).Return(func(context.Context, activities.LeaseRequest) error { w.did("release"); return nil }).Maybe()
	w.env.OnActivity(act.Notify, mock.Anything, mock.Anything).Return(nil).Maybe()
	w.env.OnActivity(act.SaveRunbook, mock.Anything, mock.Anything).Return(nil).Maybe()
	w.env.OnActivity(act.CleanUp, mock.Anything, mock.Anything).Return(nil).Maybe()
}

// decideAt sends a decision as a signal after d, with the digest in force then.
func (w *world) decideAt(d time.Duration, dec farm.Decision) {
	w.env.RegisterDelayedCallback(func() {
		if dec.Evidence == "" {
			if q := w.status().Question(dec.Subject); q != nil {
				dec.Evidence = q.Digest
			}
		}
		w.env.SignalWorkflow(workflows.MessageDecide, dec)
	}, d)
}

// ticks bounds how often a scenario looks whether what it waits for has come: a scenario that never
// meets its question ends in the environment's own timeout instead of running through the years.
const ticks = 3000

// approveEvery answers every gate as bob for as long as the run lives.
func (w *world) approveEvery() {
	left := ticks
	var tick func()
	tick = func() {
		if left--; left < 0 || w.env.IsWorkflowCompleted() {
			return
		}
		for _, q := range w.status().OpenQuestions() {
			if q.Kind == farm.QuestionGate {
				w.env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: "bob", Choice: farm.ChoiceApprove})
			}
		}
		w.env.RegisterDelayedCallback(tick, time.Minute)
	}
	w.env.RegisterDelayedCallback(tick, time.Minute)
}

func (w *world) status() *farm.Status {
	v, err := w.env.QueryWorkflow(workflows.QueryStatus)
	require.NoError(w.t, err)
	var s farm.Status
	require.NoError(w.t, v.Get(&s))
	return &s
}

// run runs the farm's update to its end.
func (w *world) run() farm.Result {
	w.t.Helper()
	w.env.ExecuteWorkflow(workflows.FarmUpdateWorkflow, w.in)
	require.True(w.t, w.env.IsWorkflowCompleted())
	require.NoError(w.t, w.env.GetWorkflowError())
	var r farm.Result
	require.NoError(w.t, w.env.GetWorkflowResult(&r))
	return r
}
