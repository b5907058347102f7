package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// maxTold bounds the facts of a notification that come from lists without a limit of their own, and maxUntoldWhy the text
// that says who was not told: it stays in the status.
const (
	maxTold      = 20
	maxUntoldWhy = 500
)

// tell notifies people beside everything else: no step waits for it. Where they could not be told, the status says who, and why.
func (r *run) tell(ctx workflow.Context, n farm.Notification) {
	n.Rollout, n.Farm, n.Site, n.Phase = r.status.Rollout, r.status.Farm, r.status.Site, r.status.Phase
	n.At = workflow.Now(ctx)
	r.telling++
	workflow.Go(ctx, func(ctx workflow.Context) {
		defer func() { r.telling-- }()
		if err := workflow.ExecuteActivity(notifyCall(ctx, r.queue, "Notify: "+string(n.Event)), act.Notify, n).Get(ctx, nil); err != nil {
			f := activities.FailureOf(err)
			workflow.GetLogger(ctx).Warn("not everybody could be notified", "event", n.Event, "failure", f.Message)
			r.status.Untold = farm.NoteUntold(r.status.Untold, string(n.Event), n.Subject, firstOf(f.Message, maxUntoldWhy), workflow.Now(ctx))
		}
	})
}

// allTold waits for the notifications that are under way, each of which gives up by itself: their failures belong into
// the status.
func (r *run) allTold(ctx workflow.Context) {
	_ = workflow.Await(ctx, func() bool { return r.telling == 0 }) // ctx is disconnected: it cannot be cancelled
}

// tellQuestion notifies people of what is asked.
func (r *run) tellQuestion(ctx workflow.Context, event farm.Event, q farm.Question) {
	n := farm.Notification{Event: event, Rollout: r.status.Rollout, Farm: r.status.Farm}
	n.Ask(q)
	r.tell(ctx, n)
}

// tellStarted notifies people that the farm's update begins.
func (r *run) tellStarted(ctx workflow.Context) {
	r.tell(ctx, farm.Notification{
		Event: farm.EventFarmStarted, Title: r.farm.Name + ": the update to " + r.in.Release.Name + " begins",
		Facts: r.recordFacts(), Commands: []string{"starter watch " + farm.ShellWord(r.farm.Name)},
	})
}

// recordFacts are the change record and the people, for those who have not read the file.
func (r *run) recordFacts() []farm.Fact {
	var facts []farm.Fact
	for _, f := range []farm.Fact{
		{Label: "change", Text: r.in.Rollout.Change.Ticket}, {Label: "release", Text: r.in.Release.Title},
		{Label: "requested by", Text: r.in.Rollout.RequestedBy}, {Label: "started by", Text: r.in.StartedBy},
	} {
		if f.Text != "" {
			facts = append(facts, f)
		}
	}
	return facts
}

// tellEnded notifies people of the farm's outcome, and of what is left to them.
func (r *run) tellEnded(ctx workflow.Context) {
	var facts []farm.Fact
	if why := r.why(); why != "" {
		facts = append(facts, farm.Fact{Label: "why", Text: why})
	}
	facts = append(facts, labelled("exception", r.status.Exceptions)...)
	facts = append(facts, labelled("left to do", r.status.Residual)...)
	r.tell(ctx, farm.Notification{
		Event: farm.EventFarmEnded, Outcome: r.status.Outcome, Title: r.farm.Name + " " + string(r.status.Outcome),
		Facts: facts, Commands: []string{"starter report " + farm.ShellWord(r.farm.Name)},
	})
}

// labelled makes a fact of each text, up to maxTold of them.
func labelled(label string, texts []string) []farm.Fact {
	var facts []farm.Fact
	for i, text := range texts {
		if i == maxTold {
			return append(facts, farm.Fact{Label: label, Text: fmt.Sprintf("and %d more", len(texts)-i)})
		}
		facts = append(facts, farm.Fact{Label: label, Text: text})
	}
	return facts
}

// tellWindow notifies people of the window.
func (r *run) tellWindow(ctx workflow.Context, event farm.Event, title string, facts ...farm.Fact) {
	w := r.status.Window
	for _, f := range []farm.Fact{
		{Label: "window", Text: w.Says}, {Label: "next window", Text: w.ForSays}, {Label: "cut by", Text: w.Ends},
	} {
		if f.Text != "" {
			facts = append(facts, f)
		}
	}
	r.tell(ctx, farm.Notification{
		Event: event, Subject: "window", Title: title, Facts: facts, Commands: []string{"starter status " + farm.ShellWord(r.farm.Name)},
	})
}
