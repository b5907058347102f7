package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/internal/metrics"
)

// ask opens a question and waits for its answer, however long that takes. Nothing is held meanwhile. An
// abort answers every question but the last one of an ending run.
func (r *run) ask(ctx workflow.Context, q farm.Question, remind time.Duration) farm.Question {
	q.Asked, q.Revision = workflow.Now(ctx), r.asked(q.ID)+1
	q.Digest = farm.EvidenceDigest(q.ID, q.Revision, q.Facts)
	r.status.Questions = append(r.status.Questions, q)
	at := len(r.status.Questions) - 1
	kind := string(q.Kind)
	r.log(farm.TimelineEntry{At: q.Asked, Kind: kind, What: q.Title})
	r.show(ctx)
	r.tell(ctx, kind+"-opened", &q)
	r.saveRunbook(ctx)

	if q.Kind != farm.QuestionIntervention {
		gauge := metrics.GatesPending(workflow.GetMetricsHandler(ctx), r.farm.Name, q.ID)
		gauge.Update(1)
		defer func() {
			gauge.Update(0)
			metrics.GateWait(workflow.GetMetricsHandler(ctx), r.farm.Name, q.ID).Record(workflow.Now(ctx).Sub(q.Asked))
		}()
	}

	answered := func() bool {
		return !r.status.Questions[at].Open() || r.abortBy != "" && !r.ending
	}
	for {
		if remind <= 0 {
			_ = workflow.Await(ctx, answered) // ctx is disconnected: only an answer ends the wait
			break
		}
		ok, err := workflow.AwaitWithOptions(ctx, workflow.AwaitOptions{
			Timeout: remind, TimerOptions: workflow.TimerOptions{Summary: "Remind: " + q.ID},
		}, answered)
		if ok || err != nil {
			break
		}
		r.tell(ctx, kind+"-reminder", &r.status.Questions[at])
	}
	done := &r.status.Questions[at]
	if done.Open() {
		done.Answer, done.Answered, done.By = farm.ChoiceAbort, workflow.Now(ctx), r.abortBy
	}
	for i := len(r.status.Timeline) - 1; i >= 0; i-- {
		if e := &r.status.Timeline[i]; e.Kind == kind && e.At.Equal(q.Asked) && e.What == q.Title {
			e.Until = done.Answered
			break
		}
	}
	r.show(ctx)
	return *done
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

// gate asks the people of a gate. A gate that the file does not name is passed. When people reject it, an
// operator decides: ask again after things were set right, look again (verify), or abort.
func (r *run) gate(ctx workflow.Context, name farm.GateName, title string, facts func(workflow.Context) ([]farm.Fact, error)) error {
	policy, asked := r.in.Rollout.Gate(name)
	if !asked {
		return nil
	}
	group, _ := r.in.Rollout.Group(policy.Group) // checked when the file was read
	for {
		evidence, err := facts(ctx)
		if err != nil {
			return err
		}
		q := farm.Question{
			ID: string(name), Kind: farm.QuestionGate, Title: title, Facts: evidence,
			Choices: []farm.Choice{farm.ChoiceApprove, farm.ChoiceReject}, Quorum: policy.Quorum,
		}
		for _, m := range group.Members {
			q.Members = append(q.Members, m.Name)
		}
		q.Excluded = append([]string{r.in.Rollout.RequestedBy}, r.status.Executors...)
		if n := len(q.Eligible()); n < q.Quorum {
			// Whoever answers an intervention carries the rollout out; too many of a small group may have.
			q.Facts = append(q.Facts, farm.Fact{Label: "nobody left", Text: fmt.Sprintf(
				"%d may still approve and %d are needed: the others requested or carried out this rollout; only a reject or an abort can answer", n, q.Quorum)})
		}
		q = r.ask(ctx, q, policy.Remind)
		switch q.Answer {
		case farm.ChoiceApprove:
			return nil
		case farm.ChoiceAbort:
			return errAborted
		default: // rejected: an operator decides what follows
		}
		answer := r.intervene(ctx, farm.Failure{
			Kind: farm.FailureRejected, Message: fmt.Sprintf("%s rejected %s: %s", q.By, name, q.Reason),
			Advice: "set right what the reason names; the facts are gathered again before people are asked again",
		}, []farm.Choice{farm.ChoiceAskAgain, farm.ChoiceAbort}, farm.ChoiceAskAgain)
		if answer.Answer == farm.ChoiceAbort {
			r.abort(ctx, answer.By)
			return errAborted
		}
	}
}

// intervene opens an intervention for the operators and returns it answered.
func (r *run) intervene(ctx workflow.Context, f farm.Failure, choices []farm.Choice, advised farm.Choice) farm.Question {
	r.interventions++
	f.Log = quoted(f.Log)
	title := string(f.Kind)
	if f.Server != "" {
		title += " " + f.Server
	}
	q := farm.Question{
		ID: fmt.Sprintf("i-%d", r.interventions), Kind: farm.QuestionIntervention, Title: title,
		Facts: r.interventionFacts(ctx, f), Choices: choices, Advised: advised,
		Members: r.operators(), Quorum: 1, Failure: &f,
	}
	metrics.Interventions(workflow.GetMetricsHandler(ctx), r.farm.Name, string(f.Step)).Inc(1)
	return r.ask(ctx, q, 0)
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

// tell notifies people. A webhook that fails stops nothing.
func (r *run) tell(ctx workflow.Context, event string, q *farm.Question) {
	n := activities.Notification{
		Event: event, Rollout: r.status.Rollout, Farm: r.status.Farm, Phase: r.status.Phase,
		At: workflow.Now(ctx), Outcome: r.status.Outcome, Title: r.farm.Name + " " + string(r.status.Outcome),
	}
	if q != nil {
		n.Subject, n.Title, n.Facts, n.Choices, n.Eligible, n.Digest = q.ID, q.Title, q.Facts, q.Choices, q.Eligible(), q.Digest
	}
	if err := workflow.ExecuteActivity(tellCall(ctx, r.queue, "Notify: "+event), act.Notify, n).Get(ctx, nil); err != nil {
		workflow.GetLogger(ctx).Warn("nobody could be notified", "event", event, "error", err)
	}
}
