package workflows

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
	"farmhand/internal/metrics"
)

// asking is how a question is asked, besides what it says.
type asking struct {
	// wait is what it does by itself, for a question asked at a time; nil nothing.
	wait func(asked time.Time) farm.QuestionWait
	// again looks at the facts again; nil for a question whose facts stay.
	again func(workflow.Context) ([]farm.Fact, error)
	// look asks servers again what the facts are about, and says what could not be seen; nil looks at users off alone.
	look func(workflow.Context) []farm.Fact
	// needless says that nobody needs the answer any more; nil never.
	needless func() bool
}

// ask opens a question and waits for its answer, however long that takes. Nothing is held meanwhile. An
// abort answers every question but the last one of an ending run.
func (r *run) ask(ctx workflow.Context, q farm.Question, how asking) farm.Question {
	q.Asked, q.Revision = workflow.Now(ctx), r.asked(q.ID)+1
	q.Show(q.Facts)
	if how.wait != nil {
		q.Wait = how.wait(q.Asked)
	}
	q.Signers = r.in.Rollout.Signers(slices.Concat(q.Members, q.Wait.To)...)
	at := r.open(ctx, q, farm.OpenedEvent(q.Kind))
	r.saveRunbook(ctx)

	asked := q.Asked
	if q.Kind != farm.QuestionIntervention {
		defer func() {
			metrics.GateWaited(workflow.GetMetricsHandler(ctx), GateOf(q.ID)).Record(workflow.Now(ctx).Sub(asked))
		}()
	}

	over := func() bool {
		return !r.status.Questions[at].Open() || r.abortBy != "" && !r.ending || how.needless != nil && how.needless()
	}
	for {
		event, when := r.status.Questions[at].Wait.Next()
		if event == "" {
			_ = workflow.Await(ctx, over) // ctx is disconnected: only an answer ends the wait
			break
		}
		ok, err := workflow.AwaitWithOptions(ctx, workflow.AwaitOptions{
			Timeout: max(0, when.Sub(workflow.Now(ctx))), TimerOptions: workflow.TimerOptions{Summary: "Wait, " + string(event) + ": " + q.ID},
		}, over)
		if ok || err != nil {
			break
		}
		at = r.waited(ctx, at, event, how)
	}
	done := &r.status.Questions[at]
	switch {
	case !done.Open():
	case how.needless != nil && how.needless():
		done.Answer, done.Answered, done.Reason = farm.ChoiceWithdrawn, workflow.Now(ctx), "nobody needs it any more"
	default:
		done.Answer, done.Answered, done.By = farm.ChoiceAbort, workflow.Now(ctx), r.abortBy
	}
	answer := *done
	r.closed(ctx, answer)
	return answer
}

// open puts a question among those that wait, and tells people.
func (r *run) open(ctx workflow.Context, q farm.Question, event farm.Event) (at int) {
	r.status.Questions = append(r.status.Questions, q)
	at = len(r.status.Questions) - 1
	r.log(farm.TimelineEntry{At: q.Asked, Kind: string(q.Kind), What: q.Title})
	workflow.GetLogger(ctx).Info("people are asked", "farm", r.farm.Name, "question", q.ID, "title", q.Title)
	r.show(ctx)
	r.tellQuestion(ctx, event, q)
	return at
}

// closed ends a question's line in the timeline.
func (r *run) closed(ctx workflow.Context, q farm.Question) {
	for i := len(r.status.Timeline) - 1; i >= 0; i-- {
		if e := &r.status.Timeline[i]; e.Kind == string(q.Kind) && e.At.Equal(q.Asked) && e.What == q.Title {
			e.Until = q.Answered
			break
		}
	}
	workflow.GetLogger(ctx).Info("people have answered", "farm", r.farm.Name, "question", q.ID, "answer", string(q.Answer), "by", q.By)
	r.show(ctx)
}

// asked counts how often a question of that id has been asked.
func (r *run) asked(id string) int {
	n := 0
	for _, q := range r.status.Questions {
		if q.ID == id {
			n++
		}
	}
	return n
}

// intervene opens an intervention for the operators and returns it answered.
func (r *run) intervene(ctx workflow.Context, f farm.Failure, choices []farm.Choice, advised farm.Choice) farm.Question {
	return r.interveneUnless(ctx, f, choices, advised, nil)
}

// interveneUnless is intervene; it is withdrawn when nobody needs it any more.
func (r *run) interveneUnless(ctx workflow.Context, f farm.Failure, choices []farm.Choice, advised farm.Choice, needless func() bool) farm.Question {
	r.interventions++
	f.Log = quoted(f.Log)
	title := string(f.Kind)
	if f.Server != "" {
		title += " " + f.Server
	}
	q := farm.Question{
		ID: interventionID(r.interventions), Kind: farm.QuestionIntervention, Title: title,
		Facts: r.interventionFacts(ctx, f), Choices: choices, Advised: advised,
		Members: r.operators(), Quorum: 1, Failure: &f,
	}
	workflow.GetLogger(ctx).Warn("step failed for good", "farm", r.farm.Name, "step", string(f.Step), "server", f.Server, "kind", string(f.Kind))
	metrics.Intervened(workflow.GetMetricsHandler(ctx), f).Inc(1)
	return r.ask(ctx, q, asking{needless: needless})
}

// maxQuoted and maxQuote bound the log lines of an intervention and their length: they enter the status
// twice, as facts that are decided on and as the failure's own, and a log may hold one line of 64 kB.
const (
	maxQuoted = 24
	maxQuote  = 400
)

// quoted is what of a log an intervention shows.
func quoted(log []string) []string {
	var out []string
	for _, l := range log[:min(len(log), maxQuoted)] {
		out = append(out, firstOf(l, maxQuote))
	}
	if more := len(log) - maxQuoted; more > 0 {
		out = append(out, fmt.Sprintf("and %s more", count(more, "line")))
	}
	return out
}
