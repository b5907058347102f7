package workflows_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"
	"pgregory.net/rapid"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/workflows"
)

// fleetWorld runs rollouts of many farms in time that is skipped. FarmUpdate is a stub that takes its time and ends as told.
type fleetWorld struct {
	require.TestingT
	// mu holds what the stubs share: the environment begins children that start at one moment side by side.
	mu   sync.Mutex
	env  *testsuite.TestWorkflowEnvironment
	in   workflows.RolloutInput
	ends map[string]farm.Outcome
	// takes is how long each farm takes; an hour where it is not named.
	takes map[string]time.Duration
	// begins and finishes are when each run of a farm began and ended, in that order.
	begins, finishes []moment
	// look is called whenever a farm has begun.
	look func(name string, at time.Time)
	told []farm.Notification
	// untold is why nobody can be told; nil where people are.
	untold error
	// digests are what each run of a farm was started with.
	digests map[string][]string
	// busy is how long from its first try another rollout works on a farm; free is until when that is.
	busy map[string]time.Duration
	free map[string]time.Time
	// updates counts the updates sent, for their ids.
	updates int
}

// moment is when something happened to a farm.
type moment struct {
	farm string
	at   time.Time
}

// newFleetWorld is a rollout with farms in waves; the farms are named by their wave and number.
func newFleetWorld(t require.TestingT, waves ...farm.Wave) *fleetWorld {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet)
	w := &fleetWorld{
		TestingT: t, env: suite.NewTestWorkflowEnvironment(),
		ends: map[string]farm.Outcome{}, takes: map[string]time.Duration{}, busy: map[string]time.Duration{}, free: map[string]time.Time{}, digests: map[string][]string{},
	}
	w.env.SetTestTimeout(time.Minute)
	workflows.Register(w.env)
	w.env.RegisterActivity(&activities.Activities{})
	w.env.OnActivity("Notify", mock.Anything, mock.Anything).Return(func(_ context.Context, n farm.Notification) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.told = append(w.told, n)
		return w.untold
	}).Maybe()
	w.env.OnWorkflow(workflows.FarmUpdateWorkflow, mock.Anything, mock.Anything).Return(w.farmUpdate).Maybe()
	w.in.Digest, w.in.StartedBy = "digest", "dave"
	w.in.Rollout = farm.Rollout{
		ID: "fleet", RequestedBy: "alice", Operators: []string{"dave", "erin"}, Waves: waves,
		Groups: []farm.Group{{Name: "change", Members: []farm.Member{{Name: "bob"}, {Name: "carol"}}}},
	}
	for _, wave := range waves {
		for _, name := range wave.Farms {
			w.in.Rollout.Farms = append(w.in.Rollout.Farms, farm.Farm{Name: name, Site: "default"})
		}
	}
	return w
}

// numbered names so many farms of a wave.
func numbered(wave string, n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("%s-%02d", wave, i+1))
	}
	return out
}

func (w *fleetWorld) farmUpdate(ctx workflow.Context, in workflows.FarmUpdateInput) (farm.Result, error) {
	name := in.Rollout.Farms[0].Name
	started := workflow.Now(ctx)
	takes, err := w.beginsNow(name, in.Digest, started)
	if err != nil {
		return farm.Result{}, err
	}
	err = workflow.Sleep(ctx, takes)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.finishes = append(w.finishes, moment{name, workflow.Now(ctx)})
	if err != nil {
		return farm.Result{Farm: name, Outcome: farm.OutcomeAborted, Why: "cancelled"}, nil // as the real one: an outcome
	}
	outcome, told := w.ends[name]
	if !told {
		outcome = farm.OutcomeCompleted
	}
	return farm.Result{Farm: name, Outcome: outcome, Started: started, Finished: workflow.Now(ctx)}, nil
}

// beginsNow keeps that a farm begins, and says how long it takes.
func (w *fleetWorld) beginsNow(name, digest string, started time.Time) (takes time.Duration, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.free[name].IsZero() {
		w.free[name] = started.Add(w.busy[name])
	}
	if started.Before(w.free[name]) {
		return 0, &temporal.ChildWorkflowExecutionAlreadyStartedError{} // as the engine says it of the id
	}
	w.begins = append(w.begins, moment{name, started})
	w.digests[name] = append(w.digests[name], digest)
	if w.look != nil {
		w.look(name, started)
	}
	takes, told := w.takes[name]
	if !told {
		takes = time.Hour
	}
	return takes, nil
}

// run runs the rollout to its end.
func (w *fleetWorld) run() farm.RolloutStatus {
	w.env.ExecuteWorkflow(workflows.RolloutWorkflow, w.in)
	require.True(w, w.env.IsWorkflowCompleted())
	require.NoError(w, w.env.GetWorkflowError())
	var s farm.RolloutStatus
	require.NoError(w, w.env.GetWorkflowResult(&s))
	for _, h := range s.Farms {
		require.Equal(w, farm.RunDone, h.State, h.Farm)
		require.NotNil(w, h.Result, h.Farm)
	}
	return s
}

func (w *fleetWorld) status() farm.RolloutStatus {
	v, err := w.env.QueryWorkflow(workflows.QueryStatus)
	require.NoError(w, err)
	var s farm.RolloutStatus
	require.NoError(w, v.Get(&s))
	return s
}

// after calls do once at a time since the start.
func (w *fleetWorld) after(d time.Duration, do func()) { w.env.RegisterDelayedCallback(do, d) }

// begun are the farms that began, in the order of time and, at one moment, of their names.
func (w *fleetWorld) begun() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	slices.SortFunc(w.begins, func(a, b moment) int { return cmp.Or(a.at.Compare(b.at), strings.Compare(a.farm, b.farm)) })
	return w.names()
}

// names are the farms that began; the caller holds mu.
func (w *fleetWorld) names() []string {
	var out []string
	for _, m := range w.begins {
		out = append(out, m.farm)
	}
	return out
}

func outcomesOf(s farm.RolloutStatus) map[string]farm.Outcome {
	out := map[string]farm.Outcome{}
	for _, h := range s.Farms {
		out[h.Farm] = h.Result.Outcome
	}
	return out
}

// TestWavesHoldTheirLimits runs random fleets: at no moment do more farms run than the wave or the rollout allows, no farm begins before
// the waves before it have ended, a canary is alone, and nothing begins when a budget is spent.
func TestWavesHoldTheirLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var waves []farm.Wave
		for i := range rapid.IntRange(1, 3).Draw(t, "waves") {
			name := fmt.Sprintf("w%d", i)
			wave := farm.Wave{
				Name: name, Farms: numbered(name, rapid.IntRange(1, 6).Draw(t, "farms")), MaxParallel: rapid.IntRange(0, 3).Draw(t, "wave parallel"),
				StopAfterFailures: rapid.SampledFrom([]farm.FailureBudget{"", "1", "2", "50%"}).Draw(t, "wave budget"),
			}
			if rapid.Bool().Draw(t, "canary") {
				wave.Canary = wave.Farms[len(wave.Farms)-1]
			}
			waves = append(waves, wave)
		}
		w := newFleetWorld(t, waves...)
		w.in.Rollout.MaxParallel = rapid.IntRange(1, 4).Draw(t, "parallel")
		w.in.Rollout.StopAfterFailures = rapid.SampledFrom([]farm.FailureBudget{"", "1", "3", "25%"}).Draw(t, "budget")
		for _, f := range w.in.Rollout.Farms {
			w.takes[f.Name] = time.Duration(rapid.IntRange(1, 300).Draw(t, "minutes")) * time.Minute
			w.ends[f.Name] = rapid.SampledFrom([]farm.Outcome{
				farm.OutcomeCompleted, farm.OutcomeCompleted, farm.OutcomeCompletedWithExceptions, farm.OutcomeRefused, farm.OutcomeAborted,
			}).Draw(t, "outcome")
		}
		w.look = w.judge
		s := w.run()
		for _, h := range s.Farms {
			if slices.Contains(w.begun(), h.Farm) {
				require.Equal(t, w.ends[h.Farm], h.Result.Outcome)
			} else {
				require.Equal(t, farm.OutcomeNotStarted, h.Result.Outcome)
				require.NotEmpty(t, h.Result.Why)
			}
		}
		require.Len(t, w.finishes, len(w.begins), "farms under way finish")
	})
}

// judge holds the moment a farm begins against the file, from what the stubs saw and not from the workflow's own books.
func (w *fleetWorld) judge(name string, now time.Time) {
	// A farm that ends at this very moment has left its place, and the rollout need not know yet how it ended.
	ended, known := map[string]bool{}, map[string]bool{}
	for _, m := range w.finishes {
		ended[m.farm] = true
		known[m.farm] = m.at.Before(now)
	}
	failed := func(farms []string) int {
		n := 0
		for _, f := range farms {
			if known[f] && w.ends[f].Failed() {
				n++
			}
		}
		return n
	}
	running, everybody := 0, []string{}
	for _, m := range w.begins {
		if !ended[m.farm] {
			running++
		}
	}
	require.LessOrEqual(w, running, w.in.Rollout.MaxParallel)
	for _, f := range w.in.Rollout.Farms {
		everybody = append(everybody, f.Name)
	}
	require.False(w, w.in.Rollout.StopAfterFailures.Spent(failed(everybody), len(everybody)), "%s began after the budget was spent", name)
	for _, wave := range w.in.Rollout.Waves {
		require.False(w, wave.StopAfterFailures.Spent(failed(wave.Farms), len(wave.Farms)), "%s began after the budget of %s was spent", name, wave.Name)
		if !slices.Contains(wave.Farms, name) {
			for _, f := range wave.Farms {
				require.True(w, ended[f], "%s began before %s of wave %s had ended", name, f, wave.Name)
			}
			continue
		}
		here := 0
		for _, f := range wave.Farms {
			if slices.Contains(w.names(), f) && !ended[f] {
				here++
			}
		}
		if wave.MaxParallel > 0 {
			require.LessOrEqual(w, here, wave.MaxParallel)
		}
		if wave.Canary != "" && wave.Canary != name {
			require.True(w, ended[wave.Canary])
			require.False(w, w.ends[wave.Canary].Failed())
		}
		return
	}
}

// TestASpentBudgetStartsNothingMore: what runs finishes, and the rest is not started, with the reason.
func TestASpentBudgetStartsNothingMore(t *testing.T) {
	w := newFleetWorld(t, farm.Wave{Name: "pilot", Farms: numbered("pilot", 4), MaxParallel: 2, StopAfterFailures: "1"}, farm.Wave{Name: "rest", Farms: numbered("rest", 2)})
	w.ends["pilot-01"] = farm.OutcomeRefused
	w.takes["pilot-02"] = 5 * time.Hour
	s := w.run()
	require.Equal(t, map[string]farm.Outcome{
		"pilot-01": farm.OutcomeRefused, "pilot-02": farm.OutcomeCompleted, "pilot-03": farm.OutcomeNotStarted, "pilot-04": farm.OutcomeNotStarted,
		"rest-01": farm.OutcomeNotStarted, "rest-02": farm.OutcomeNotStarted,
	}, outcomesOf(s))
	require.Equal(t, "the failure budget of wave pilot is spent: 1 of 4 farms failed, and it stops after 1", s.Handle("rest-01").Result.Why)
	require.Equal(t, farm.OutcomeRefused, s.Outcome)
	require.Equal(t, []farm.StepState{farm.StepDone, farm.StepSkipped}, []farm.StepState{s.Waves[0].State, s.Waves[1].State})
}

// TestTheNextWaveIsApproved by the people of the gate, who see how the farms before ended.
func TestTheNextWaveIsApproved(t *testing.T) {
	w := newFleetWorld(t, farm.Wave{Name: "pilot", Farms: numbered("pilot", 1), StopAfterFailures: "2"}, farm.Wave{Name: "rest", Farms: numbered("rest", 2)})
	w.in.Rollout.Gates = []farm.GatePolicy{{Name: farm.GateNextWave, Group: "change", Quorum: 1}}
	w.ends["pilot-01"] = farm.OutcomeRefused
	w.after(3*time.Hour, func() {
		s := w.status()
		require.Len(t, s.Questions, 1)
		q := s.Questions[0]
		require.Equal(t, []string{"alice", "dave"}, q.Excluded)
		require.Contains(t, q.Facts, farm.Fact{Label: "wave pilot", Text: "1 refused"})
		require.Contains(t, q.Facts, farm.Fact{Label: "not completed", Text: "pilot-01 refused"})
		require.Contains(t, q.Facts, farm.Fact{Label: "next", Text: "rest: 2 farms: rest-01, rest-02"})
		require.Equal(t, "people are asked", s.Waves[1].Waits)
		require.Equal(t, []string{"pilot-01"}, w.begun())
		for _, who := range []string{"dave", "mallory"} {
			w.env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: who, Choice: farm.ChoiceApprove})
		}
		w.env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: "bob", Choice: farm.ChoiceApprove})
	})
	s := w.run()
	require.Equal(t, []string{"pilot-01", "rest-01", "rest-02"}, w.begun())
	require.Len(t, s.Decisions, 3, "decisions that changed nothing are kept, too")
	require.Equal(t, farm.StepDone, s.Waves[1].Gate)
	var told []string
	by := map[farm.Event]farm.Notification{}
	for _, n := range w.told {
		by[n.Event] = n
		told = append(told, strings.TrimSpace(string(n.Event)+" "+n.Subject))
		require.Equal(t, "fleet", n.Rollout)
		require.Empty(t, n.Farm, "it is the rollout that tells")
	}
	require.ElementsMatch(t, []string{"rollout-started", "wave-started pilot", "gate-opened next-wave", "wave-started rest", "rollout-ended"}, slices.DeleteFunc(told, func(s string) bool {
		return strings.HasPrefix(s, "gate-reminder")
	}))
	require.Equal(t, "starter approve rollout/fleet next-wave --as NAME --evidence "+by[farm.EventGateOpened].Digest[:8]+` --reason "..."`, by[farm.EventGateOpened].Commands[0])
	require.Contains(t, by[farm.EventRolloutEnded].Facts, farm.Fact{Label: "not completed", Text: "pilot-01 refused"})
}

// TestWhoCouldNotBeToldOfARollout is in its status, the end included.
func TestWhoCouldNotBeToldOfARollout(t *testing.T) {
	w := newFleetWorld(t, farm.Wave{Name: "only", Farms: numbered("only", 1)})
	w.untold = activities.Fail(farm.Failure{Kind: farm.FailureConfig, Server: "notify", Message: "not told: desk: no answer in time"})
	s := w.run()
	var events []string
	for _, u := range s.Untold {
		events = append(events, u.Event)
	}
	require.ElementsMatch(t, []string{"rollout-started", "wave-started", "rollout-ended"}, events, "each is sent for itself")
}

// TestARejectedWaveEndsTheRollout when an operator does not ask again.
func TestARejectedWaveEndsTheRollout(t *testing.T) {
	w := newFleetWorld(t, farm.Wave{Name: "pilot", Farms: numbered("pilot", 1)}, farm.Wave{Name: "rest", Farms: numbered("rest", 2)})
	w.in.Rollout.Gates = []farm.GatePolicy{{Name: farm.GateNextWave, Group: "change", Quorum: 1}}
	answer := func(who string, c farm.Choice) func() {
		return func() {
			q := w.status().Questions
			last := q[len(q)-1]
			w.env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: last.ID, Evidence: last.Digest, Who: who, Choice: c, Reason: "no"})
		}
	}
	w.after(2*time.Hour, answer("carol", farm.ChoiceReject))
	w.after(3*time.Hour, answer("erin", farm.ChoiceAbort))
	s := w.run()
	require.Equal(t, farm.OutcomeAborted, s.Outcome)
	require.Equal(t, farm.OutcomeNotStarted, s.Handle("rest-01").Result.Outcome)
	require.Equal(t, "the rollout was aborted by erin", s.Handle("rest-01").Result.Why)
	require.Equal(t, farm.OutcomeCompleted, s.Handle("pilot-01").Result.Outcome)
}

// TestAPausedRolloutStartsNoFarm: those under way go on.
func TestAPausedRolloutStartsNoFarm(t *testing.T) {
	w := newFleetWorld(t, farm.Wave{Name: "w", Farms: numbered("w", 3), MaxParallel: 1})
	order := func(c farm.Choice) func() {
		return func() {
			w.env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: farm.SubjectRollout, Who: "erin", Choice: c, Reason: "storm"})
		}
	}
	w.after(30*time.Minute, order(farm.ChoicePause))
	w.after(10*time.Hour, func() {
		s := w.status()
		require.True(t, s.Paused)
		require.Equal(t, "paused by erin", s.Waves[0].Waits)
		require.Equal(t, []string{"w-01"}, w.begun())
		order(farm.ChoiceResume)()
	})
	w.after(10*time.Hour+30*time.Minute, order(farm.ChoiceAbort))
	s := w.run()
	require.Equal(t, []string{"w-01", "w-02"}, w.begun())
	require.Equal(t, farm.OutcomeCompleted, s.Handle("w-02").Result.Outcome, "farms under way finish")
	require.Equal(t, farm.OutcomeNotStarted, s.Handle("w-03").Result.Outcome)
	require.Equal(t, farm.OutcomeAborted, s.Outcome)
}

// TestABusyFarmIsRefused where the file does not say that it is waited for.
func TestABusyFarmIsRefused(t *testing.T) {
	w := newFleetWorld(t, farm.Wave{Name: "w", Farms: numbered("w", 2)})
	w.busy["w-01"] = 5 * time.Hour
	s := w.run()
	require.Equal(t, farm.OutcomeRefused, s.Handle("w-01").Result.Outcome)
	require.Contains(t, s.Handle("w-01").Result.Why, "another rollout works on this farm")
	require.Equal(t, []string{"w-02"}, w.begun())
}

// TestABusyFarmIsWaitedFor: others of its wave go on meanwhile, and it keeps no place of theirs.
func TestABusyFarmIsWaitedFor(t *testing.T) {
	w := newFleetWorld(t, farm.Wave{Name: "w", Farms: numbered("w", 3), MaxParallel: 1})
	w.in.Rollout.BusyFarms = farm.BusyWait
	w.busy["w-01"] = 5 * time.Hour
	s := w.run()
	require.Equal(t, []string{"w-02", "w-03", "w-01"}, w.begun())
	require.Equal(t, farm.OutcomeCompleted, s.Outcome)
	require.Equal(t, 11, s.Handle("w-01").Busy, "tried at once, when its place was free after 1 and 2 hours, 4, 8 and 16 minutes later, then every half hour")
}
