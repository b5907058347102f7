package workflows_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/workflows"
)

// world is a scene in a test environment that skips time.
type world struct {
	*scene
	t   *testing.T
	env *testsuite.TestWorkflowEnvironment
	in  workflows.FarmUpdateInput
	// awaited counts the questions that the scenario expects and that have not come.
	awaited map[string]int
}

// newWorld is the farm of the example file, changed by edits.
func newWorld(t *testing.T, edits ...func(*farm.Rollout)) *world {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet)
	w := &world{t: t, env: suite.NewTestWorkflowEnvironment(), in: exampleInput(t, edits...), awaited: map[string]int{}}
	w.scene = newScene(w.in.Rollout.Farms[0], w.in.Release)
	workflows.Register(w.env)
	w.env.RegisterActivity(w.scene)
	// Of real time, on a busy machine.
	w.env.SetTestTimeout(2 * time.Minute)
	w.env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute})
	w.env.SetStartTime(time.Date(2026, 11, 21, 22, 0, 0, 0, time.UTC))
	w.env.RegisterDelayedCallback(func() {
		if !w.env.IsWorkflowCompleted() {
			s := w.status()
			require.Fail(t, "the scenario waits for nobody", "%s in %s: %+v", s.State, s.Phase, s.OpenQuestions())
		}
	}, 200*time.Hour)
	return w
}

// exampleInput is what the example file asks for.
func exampleInput(t *testing.T, edits ...func(*farm.Rollout)) workflows.FarmUpdateInput {
	t.Helper()
	rollout, release, err := config.Decode("contoso.yaml", config.Example(), ".")
	require.NoError(t, err)
	for _, edit := range edits {
		edit(&rollout)
	}
	return workflows.FarmUpdateInput{Rollout: rollout, Release: release, Digest: rollout.Digest(release), StartedBy: "dave", InstallParallel: 4}
}

// servers replaces the servers of the example by others in its image: their names and roles.
func servers(list ...farm.Server) func(*farm.Rollout) {
	return func(r *farm.Rollout) {
		like := r.Farms[0].Servers[0]
		r.Farms[0].Servers = nil
		for _, s := range list {
			like.Name, like.Roles = s.Name, s.Roles
			r.Farms[0].Servers = append(r.Farms[0].Servers, like)
		}
	}
}

// server is a server for servers.
func server(name string, roles ...farm.Role) farm.Server {
	return farm.Server{Name: name, Roles: roles}
}

// ticks bounds how often a scenario looks whether what it waits for has come: a scenario that never
// meets its question ends in the watchdog of newWorld instead of running through the years.
const ticks = 3000

// whenOpen calls do once, as soon as a question of that id is open. A run in which it never opens fails.
func (w *world) whenOpen(id string, do func(q farm.Question)) {
	w.awaited[id]++
	w.until(func(s *farm.Status) bool {
		open := s.OpenQuestions()
		i := slices.IndexFunc(open, func(q farm.Question) bool { return q.ID == id })
		if i < 0 {
			return false
		}
		w.awaited[id]--
		do(open[i])
		return true
	})
}

// until looks at the status every ten seconds until seen says that it has seen enough.
func (w *world) until(seen func(*farm.Status) bool) {
	left := ticks
	var tick func()
	tick = func() {
		if left--; left < 0 || w.env.IsWorkflowCompleted() || seen(w.status()) {
			return
		}
		w.env.RegisterDelayedCallback(tick, 10*time.Second)
	}
	w.env.RegisterDelayedCallback(tick, 10*time.Second)
}

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
				w.send(q, "bob", farm.ChoiceApprove)
			}
		}
		w.env.RegisterDelayedCallback(tick, time.Minute)
	}
	w.env.RegisterDelayedCallback(tick, time.Minute)
}

// answer answers a question as erin when it opens, after a look at it.
func (w *world) answer(id string, c farm.Choice, looks ...func(farm.Question)) {
	w.whenOpen(id, func(q farm.Question) {
		for _, look := range looks {
			look(q)
		}
		require.Contains(w.t, q.Choices, c)
		w.send(q, "erin", c)
	})
}

// send signals a decision on a question as it is shown.
func (w *world) send(q farm.Question, who string, c farm.Choice) {
	w.env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: who, Choice: c, Reason: "because"})
}

// order signals a decision about the run itself.
func (w *world) order(who string, c farm.Choice) {
	w.env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: farm.SubjectFarm, Who: who, Choice: c, Reason: "storm"})
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
	for id, n := range w.awaited {
		require.Zero(w.t, n, "%s was never asked", id)
	}
	var r farm.Result
	require.NoError(w.t, w.env.GetWorkflowResult(&r))
	return r
}

// completes runs the farm's update, which must end well.
func (w *world) completes() *farm.Status {
	w.t.Helper()
	r := w.run()
	require.Equal(w.t, farm.OutcomeCompleted, r.Outcome, r.Why)
	return w.status()
}
