package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// Rollout updates the farms of one change in waves. Farms are children with ids of their own, so that
// a farm is never worked on twice; what happens in a farm is that child's to tell, and no step of it is mirrored here. One farm's failure
// never hides another's: every farm ends in an outcome. Which farm may start when is farm.RolloutStatus.Schedule's to say.
func Rollout(ctx workflow.Context, in RolloutInput) (farm.RolloutStatus, error) {
	r := newFleet(ctx, in)
	if err := workflow.SetQueryHandlerWithOptions(ctx, QueryStatus, func() (farm.RolloutStatus, error) { return r.shown(), nil },
		workflow.QueryHandlerOptions{Description: "The waves and farms of this rollout, and their outcomes"}); err != nil {
		return r.status, err
	}
	if err := workflow.UpsertTypedSearchAttributes(ctx, AttributeRolloutID.ValueSet(in.Rollout.ID)); err != nil {
		return r.status, err
	}
	work, _ := workflow.NewDisconnectedContext(ctx) // cancelled children still clean up, and are waited for
	r.people.listen(ctx, work)
	if err := r.takeChanges(work); err != nil {
		return r.status, err
	}

	r.tellStarted(work)

	r.run(ctx, work)

	r.people.drain(work)
	r.status.Finished = workflow.Now(ctx)
	r.status.Outcome = r.status.OutcomeOf()
	r.people.status.Outcome = r.status.Outcome // what is said from here on comes too late
	if err := workflow.UpsertTypedSearchAttributes(work, AttributeOutcome.ValueSet(string(r.status.Outcome))); err != nil {
		return r.shown(), err
	}
	r.tellEnded(work)
	r.people.allTold(work)
	r.people.drain(work)
	return r.shown(), nil
}

// fleet is the state of one rollout.
type fleet struct {
	in     RolloutInput
	status farm.RolloutStatus
	// people asks and judges for the rollout: the same code as a farm's.
	people *run
	// toldWaves are the waves of whose beginning people were told.
	toldWaves []string
	// moved is set when something happened that the schedule has to be asked about.
	moved bool
	// busy counts how often farms were found busy, over all of them.
	busy int
}

func newFleet(ctx workflow.Context, in RolloutInput) *fleet {
	_, gated := in.Rollout.Gate(farm.GateNextWave)
	r := &fleet{in: in, status: farm.NewRolloutStatus(in.Rollout, gated), people: newPeople(ctx, in)}
	r.status.Release = in.Release.Name
	r.status.Digest, r.status.StartedBy, r.status.Started = in.Digest, in.StartedBy, workflow.Now(ctx)
	r.status.Operators = r.people.operators()
	for i := range r.status.Farms {
		r.status.Farms[i].WorkflowID = FarmUpdateID(r.status.Farms[i].Farm)
	}
	return r
}

// shown is what the status query answers.
func (r *fleet) shown() farm.RolloutStatus {
	s := r.status
	s.Questions, s.Executors = r.people.status.Questions, r.people.status.Executors
	s.Decisions, s.Unlisted = r.people.status.Decisions, r.people.status.Unlisted
	s.Untold = r.people.status.Untold
	s.Paused, s.PausedBy, s.AbortedBy = r.people.status.Paused, r.people.status.PausedBy, r.people.abortBy
	return s
}

// run starts farms as their turn comes until every one has an outcome. Farms belong to ctx, so that a cancellation reaches them; the wait
// for them does not.
func (r *fleet) run(ctx, work workflow.Context) {
	for {
		r.moved = false
		r.status = r.shown()
		now := workflow.Now(work)
		plan := r.status.Schedule(now)
		r.status.Note(plan, now)
		switch {
		case len(plan.NotStarted) > 0:
			r.leaveOut(plan.NotStarted, plan.Why, now)
			continue
		case plan.Ask:
			r.askNextWave(work, plan.Wave)
			continue
		case plan.Wave == len(r.status.Waves) && !r.asking():
			return
		}
		for _, name := range plan.Start {
			r.tellWave(work, r.status.Handle(name).Wave)
			r.start(ctx, name)
		}
		if len(plan.Start) == 0 {
			r.wait(work, plan)
		}
	}
}

// wait sleeps until something has happened, or until a busy farm may be tried again.
func (r *fleet) wait(ctx workflow.Context, plan farm.Schedule) {
	paused, aborted := r.status.Paused, r.status.AbortedBy
	happened := func() bool {
		return r.moved || r.people.status.Paused != paused || r.people.abortBy != aborted
	}
	if plan.Again.IsZero() {
		_ = workflow.Await(ctx, happened) // ctx is disconnected: it cannot be cancelled
		return
	}
	_, _ = workflow.AwaitWithOptions(ctx, workflow.AwaitOptions{
		Timeout: plan.Again.Sub(workflow.Now(ctx)), TimerOptions: workflow.TimerOptions{Summary: "Try busy farms again"},
	}, happened)
}

// leaveOut gives farms their outcome whose turn will never come.
func (r *fleet) leaveOut(names []string, why string, now time.Time) {
	for _, name := range names {
		h := r.status.Handle(name)
		h.State, h.Result = farm.RunDone, &farm.Result{Farm: name, Outcome: farm.OutcomeNotStarted, Why: why, Started: now, Finished: now}
	}
}
