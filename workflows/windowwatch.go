package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// watchWindow runs beside the phases and acts when a moment of the window comes: before the first installer the window
// is given up, after it people are told. It waits anew whenever something changed that those moments follow from.
func (r *run) watchWindow(ctx workflow.Context) {
	if r.status.Window.Calendar.Always() {
		return
	}
	workflow.Go(ctx, func(ctx workflow.Context) {
		for {
			seen := r.changes
			changed := func() bool { return r.changes != seen }
			at, summary, act := r.due(workflow.Now(ctx))
			var err error
			ok := true
			if act == nil {
				err = workflow.Await(ctx, changed)
			} else {
				ok, err = workflow.AwaitWithOptions(ctx, workflow.AwaitOptions{
					Timeout: max(at.Sub(workflow.Now(ctx)), 0), TimerOptions: workflow.TimerOptions{Summary: summary},
				}, changed)
			}
			if err != nil {
				return
			}
			if !ok {
				act(ctx)
			}
		}
	})
}

// due is the next moment of the window, and what to do then; nothing outside a window.
func (r *run) due(now time.Time) (at time.Time, summary string, do func(workflow.Context)) {
	w := r.status.Window
	switch {
	case !w.Within() || r.ended() || r.missed:
		return at, "", nil
	case !r.committed:
		return w.Deadlines.Start, "Last moment for the first installer", r.miss
	case w.AtRisk.IsZero():
		at, why := r.status.RiskOf(now)
		return at, "Window at risk", func(ctx workflow.Context) { r.atRisk(ctx, why) }
	case w.Closed.IsZero():
		return w.Span.Close, "The window closes", r.windowClosed
	}
	return at, "", nil
}

// ended reports whether the run ends: its last steps bring users back, and no window holds them up.
func (r *run) ended() bool { return r.status.Outcome != "" || r.ending || r.abortBy != "" }

// miss gives the window up: what is asked is withdrawn, and no step begins until users are connected again. A step that
// is under way is not cut.
func (r *run) miss(ctx workflow.Context) {
	if r.committed || r.missed || r.ended() {
		return
	}
	now := workflow.Now(ctx)
	r.missed = true
	r.changes++
	for i := range r.status.Questions {
		if q := &r.status.Questions[i]; q.Open() {
			q.Answer, q.Answered, q.By, q.Reason = farm.ChoiceWithdrawn, now, "the window", "the last moment for the first installer has passed"
		}
	}
	r.log(farm.TimelineEntry{At: now, Kind: "window", What: "the last moment for the first installer has passed: the window " + r.status.Window.Says + " is given up"})
}

// atRisk tells people that the update is not expected to fit its window any more.
func (r *run) atRisk(ctx workflow.Context, why string) {
	w := &r.status.Window
	w.AtRisk, w.Risk = workflow.Now(ctx), why
	r.changes++
	r.log(farm.TimelineEntry{At: w.AtRisk, Kind: "window", What: "window at risk: " + why})
	r.show(ctx)
	r.tellWindow(ctx, farm.EventWindowAtRisk, "window at risk: "+why, r.usersOffFact())
}

// windowClosed tells people that the update goes on outside its window.
func (r *run) windowClosed(ctx workflow.Context) {
	w := &r.status.Window
	w.Closed = workflow.Now(ctx)
	r.changes++
	what := "the window " + w.Says + " has closed; the update finishes forward, for there is no safe place to stop"
	r.log(farm.TimelineEntry{At: w.Closed, Kind: "window", What: what})
	r.show(ctx)
	r.tellWindow(ctx, farm.EventWindowClosed, what, r.usersOffFact(), farm.Fact{Label: "do", Text: "an operator may extend the window, with a reason"})
}

// windowDetails are the window's lines on the page of the Temporal UI. Times are absolute: the page does not age.
func windowDetails(w farm.WindowStatus) string {
	var b strings.Builder
	at := func(label string, t time.Time) {
		if !t.IsZero() {
			fmt.Fprintf(&b, "- **%s** %s\n", label, t.UTC().Format(minute))
		}
	}
	switch {
	case w.Override != nil:
		fmt.Fprintf(&b, "- **Window** overridden by %s\n", w.Override.Who)
	case !w.Waiting.IsZero():
		fmt.Fprintf(&b, "- **Waits for the window** %s: %s\n", w.ForSays, w.Why)
	case w.Says != "":
		fmt.Fprintf(&b, "- **Window** %s\n", w.Says)
		at("Closes", w.Deadlines.Close)
		at("First installer no later than", w.Deadlines.Start)
		at("Back-out must start by", w.Deadlines.BackOut)
		if w.Risk != "" {
			fmt.Fprintf(&b, "- **At risk** %s\n", w.Risk)
		}
	}
	return b.String()
}
