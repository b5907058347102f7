package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// Windows: users are disconnected only inside a window with room for the whole plan and a back-out. Until the first
// installer the window may still be given up (standDown); from then on the update finishes forward, whatever the clock
// says: there is no safe place to stop.

// errWindowMissed ends a round before anything was installed: the last moment for the first installer has passed.
var errWindowMissed = errors.New("window missed")

// longestWindowWait bounds one wait: zone data may move a window that is weeks away.
const longestWindowWait = 24 * time.Hour

// inWindow is passed before each phase that changes anything of the farm.
func (r *run) inWindow(ctx workflow.Context, phase farm.Phase) error {
	if !r.status.Window.Holds() {
		return nil
	}
	switch phase {
	case farm.PhasePreflight: // it changes nothing
		return nil
	case farm.PhaseDisconnectUsers:
		return r.awaitWindow(ctx)
	case farm.PhaseBackup, farm.PhaseInstall:
		return r.stillInWindow(ctx)
	default:
		return r.commit() // every package is proven: a wizard is as much a point of no return
	}
}

// commit says that from here on the farm only goes forward. It is passed right before the first installer, without a
// wait between the two: either the window is given up, or something is installed.
func (r *run) commit() error {
	if err := r.halted(); errors.Is(err, errWindowMissed) {
		return err
	}
	if !r.committed {
		r.committed = true
		r.changes++
	}
	return nil
}

// passNoReturn notes the point of no return: the first package begins, or the first wizard where all packages were there before.
func (r *run) passNoReturn(ctx workflow.Context) {
	if r.status.NoReturn.IsZero() {
		r.status.NoReturn = workflow.Now(ctx)
	}
}

// halted says why no step may begin any more, or nil.
func (r *run) halted() error {
	switch {
	case r.abortBy != "":
		return errAborted
	case r.missed:
		return errWindowMissed
	}
	return nil
}

// awaitWindow waits until a window is open that has room for the plan, with users on and nothing held. Preflight is run
// again where it has become old, right before the window opens.
func (r *run) awaitWindow(ctx workflow.Context) error {
	w := &r.status.Window
	lead := r.status.Plan.Between(farm.PhasePreflight, farm.PhasePreflight)
	for {
		if err := r.checkpoint(ctx); err != nil {
			return err
		}
		if !w.Holds() {
			return r.refresh(ctx)
		}
		o, err := r.look(ctx)
		if err != nil {
			return err
		}
		now := workflow.Now(ctx)
		begin := r.status.Plan.Deadlines(o.Window.Close, w.Calendar.RestoreNeeds).Begin
		switch {
		case o.Open && (begin.IsZero() || !now.After(begin)):
			if r.stale(now) {
				if err := r.refresh(ctx); err != nil || r.status.Already {
					return err
				}
				continue
			}
			w.Enter(o, r.status.Plan)
			r.changes++
			r.show(ctx)
			return nil
		case o.Next.Open.IsZero():
			if err := r.noWindow(ctx, o); err != nil {
				return err
			}
		case r.stale(o.Next.Open) && !now.Before(o.Next.Open.Add(-lead)):
			if err := r.refresh(ctx); err != nil || r.status.Already {
				return err
			}
		default:
			if err := r.waitForWindow(ctx, o, lead); err != nil {
				return err
			}
		}
	}
}

// look asks for the window that is open now, and for the next one that has room for the plan.
func (r *run) look(ctx workflow.Context) (farm.Opening, error) {
	var o farm.Opening
	err := r.step(ctx, stepSpec{kind: farm.StepCheckWindow, server: r.farm.Name}, func(ctx workflow.Context, _ attempt) error {
		c := r.status.Window.Calendar
		return workflow.ExecuteActivity(calendarCall(ctx, r.queue, "Look at the calendar of "+r.farm.Name), act.CheckWindow, activities.WindowRequest{
			Farm: r.farm.Name, Calendar: c, At: workflow.Now(ctx), Room: r.status.Plan.Room(c.RestoreNeeds),
		}).Get(ctx, &o)
	})
	return o, err
}

// stale reports whether preflight will be too old at a moment.
func (r *run) stale(at time.Time) bool {
	return at.Sub(r.looked) > startFresh
}

// refresh runs preflight again where it is old: servers may have changed while a window was waited for.
func (r *run) refresh(ctx workflow.Context) error {
	if !r.stale(workflow.Now(ctx)) {
		return nil
	}
	r.beginPhase(ctx, farm.PhasePreflight)
	if err := r.preflight(ctx); err != nil {
		return err
	}
	r.endPhase(ctx, farm.PhasePreflight)
	return nil
}

// waitForWindow waits for the next window, or for as long as one wait may be. Whoever aborts or overrides ends it.
func (r *run) waitForWindow(ctx workflow.Context, o farm.Opening, lead time.Duration) error {
	w, now := &r.status.Window, workflow.Now(ctx)
	until := o.Next.Open
	if r.stale(until) {
		until = until.Add(-lead)
		if !r.looked.IsZero() {
			r.looked = time.Time{}
			if err := r.cleanUp(ctx); err != nil { // preflight takes the lease again
				return err
			}
		}
	}
	why := o.Why
	if o.Open {
		why = "what is left of the window " + o.Says + " is too short for the plan"
	}
	if w.Waiting.IsZero() {
		w.Waiting = now
	}
	if !w.For.Equal(o.Next.Open) {
		w.Why, w.For, w.ForSays, w.ZoneData = why, o.Next.Open, o.NextSays, o.ZoneData
		r.log(farm.TimelineEntry{At: now, Kind: "window", What: "waits for the window " + o.NextSays + ": " + why})
		r.tellWindow(ctx, farm.EventWindowAwaited, "waits for the window "+o.NextSays, farm.Fact{Label: "why", Text: why})
	}
	r.show(ctx)
	wait := max(min(until.Sub(workflow.Now(ctx)), longestWindowWait), 0)
	_, err := workflow.AwaitWithOptions(ctx, workflow.AwaitOptions{
		Timeout: wait, TimerOptions: workflow.TimerOptions{Summary: "Window: " + o.NextSays},
	}, func() bool { return r.abortBy != "" || !w.Holds() })
	return err
}

// noWindow asks an operator what to do where no window comes any more.
func (r *run) noWindow(ctx workflow.Context, o farm.Opening) error {
	why := o.Why
	if o.Open {
		why = "what is left of the window " + o.Says + " is too short for the plan"
	}
	f := farm.Failure{
		Kind: farm.FailureWindow, Step: farm.StepCheckWindow, Server: r.farm.Name,
		Message: fmt.Sprintf("no window with %s of room comes any more: %s", r.status.Plan.Room(r.status.Window.Calendar.RestoreNeeds).Round(time.Minute), why),
		Advice:  "abort, and start a rollout with other windows; or have somebody named under emergency override them, then retry",
	}
	q := r.intervene(ctx, f, []farm.Choice{farm.ChoiceRetry, farm.ChoiceAbort}, farm.ChoiceAbort)
	if q.Answer == farm.ChoiceAbort {
		r.abort(ctx, q.By)
		return errAborted
	}
	return nil
}

// stillInWindow looks again before a phase that comes before the first installer.
func (r *run) stillInWindow(ctx workflow.Context) error {
	if err := r.checkpoint(ctx); err != nil {
		return err
	}
	if r.committed {
		return nil
	}
	o, err := r.look(ctx)
	if err != nil {
		return err
	}
	if !r.status.Window.Holds() {
		return nil // overridden meanwhile
	}
	if d := r.status.Plan.Deadlines(o.Window.Close, r.status.Window.Calendar.RestoreNeeds); !o.Open || !d.Start.IsZero() && !workflow.Now(ctx).Before(d.Start) {
		r.miss(ctx)
		return r.halted()
	}
	r.status.Window.Enter(o, r.status.Plan)
	r.changes++
	return nil
}
