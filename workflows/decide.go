package workflows

import (
	"fmt"
	"slices"
	"strings"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// maxDecisions bounds the decisions a run's status keeps, so that a flood of them cannot grow the status
// beyond what a query may answer. Later ones are still judged, and kept when they count: evidence without
// the decision that opened a gate would be worth nothing. Refused ones beyond it are counted (Status.Unlisted):
// signals are in the history alone, and updates nowhere, for their sender is told.
const maxDecisions = 500

// listen takes decisions from the signal and the update for as long as the run lives, and turns a
// cancellation into a request to abort.
func (r *run) listen(ctx, work workflow.Context) {
	workflow.Go(work, func(ctx workflow.Context) {
		ch := workflow.GetSignalChannelWithOptions(ctx, MessageDecide, workflow.SignalChannelOptions{Description: "Answer a gate or an intervention, or pause, resume or abort"})
		for {
			var d farm.Decision
			ch.Receive(ctx, &d)
			_ = r.decide(ctx, d, "signal") // what became of it is recorded; a signal has no answer
		}
	})
	workflow.Go(work, func(work workflow.Context) {
		ctx.Done().Receive(work, nil)
		r.abort(work, "a cancellation request")
	})
	err := workflow.SetUpdateHandlerWithOptions(work, MessageDecide,
		func(ctx workflow.Context, d farm.Decision) (Verdict, error) {
			why, err := r.judge(ctx, d, "update")
			if err != nil {
				// The update fails and the run goes on; its sender reads why, and so does the evidence.
				return Verdict{}, temporal.NewApplicationError(err.Error(), refusedType)
			}
			return Verdict{Accepted: true, Why: why}, nil
		},
		workflow.UpdateHandlerOptions{
			Description: "Answer a gate or an intervention, or pause, resume or abort; says at once whether it counts",
			Validator:   func(_ workflow.Context, d farm.Decision) error { return r.validate(d) },
		})
	if err != nil {
		workflow.GetLogger(work).Error("update handler", "error", err)
	}
}

// refusedType is the type of the failure that an update of a refused decision ends with.
const refusedType = "Refused"

// validate turns an update away that would be refused when refused ones are listed no more. What a validator turns
// away leaves no trace, so until then every decision goes on to be judged and recorded.
func (r *run) validate(d farm.Decision) error {
	if len(r.status.Decisions) < maxDecisions {
		return nil
	}
	err := r.check(d)
	if err == nil {
		_, err = r.checkSignature(d)
	}
	if err != nil {
		return fmt.Errorf("%w (not recorded: this run has a full list of decisions)", err)
	}
	return nil
}

// drain takes the decisions that arrived before the run closes.
func (r *run) drain(ctx workflow.Context) {
	ch := workflow.GetSignalChannel(ctx, MessageDecide)
	for {
		var d farm.Decision
		if !ch.ReceiveAsync(&d) {
			break
		}
		_ = r.decide(ctx, d, "signal")
	}
	_ = workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) }) // ctx is disconnected: it cannot be cancelled
}

// decide judges a decision and records it.
func (r *run) decide(ctx workflow.Context, d farm.Decision, channel string) error {
	_, err := r.judge(ctx, d, channel)
	return err
}

// judge is the one implementation behind approve, reject, retry, skip, verify-again, abort, pause and
// resume. It records every decision, also those that change nothing.
func (r *run) judge(ctx workflow.Context, d farm.Decision, channel string) (string, error) {
	rec := farm.DecisionRecord{Decision: d.Clipped(), At: workflow.Now(ctx), Channel: channel}
	if r.status.Question(d.Subject) != nil || d.Subject == r.itself() {
		rec.Shown = r.status.EvidenceOf(d.Subject)
	}
	why, err := r.apply(ctx, d, &rec)
	if rec.Accepted = err == nil; err != nil {
		why = err.Error()
	}
	rec.Why = why
	if rec.Accepted || len(r.status.Decisions) < maxDecisions {
		r.status.Decisions = append(r.status.Decisions, rec)
		r.log(farm.TimelineEntry{At: rec.At, Kind: "decision", What: fmt.Sprintf("%s: %s %s (%s)", rec.Who, rec.Choice, rec.Subject, why)})
	} else {
		r.status.Unlisted++
	}
	r.show(ctx)
	return why, err
}

// check says why a decision cannot count, or nil. It changes nothing: the update's validator calls it.
func (r *run) check(d farm.Decision) error {
	if err := d.Oversized(); err != nil {
		return err
	}
	if aside(d) {
		return r.checkAside(d)
	}
	if d.Subject == r.itself() {
		return r.checkRun(d)
	}
	q := r.status.Question(d.Subject)
	if q == nil {
		return &farm.RefusedError{Why: fmt.Sprintf("nothing called %q is asked; open now: %s", d.Subject, r.openNames())}
	}
	return q.Check(d)
}

func (r *run) apply(ctx workflow.Context, d farm.Decision, rec *farm.DecisionRecord) (why string, err error) {
	if err := r.check(d); err != nil {
		return "", err
	}
	if rec.SignedBy, err = r.checkSignature(d); err != nil {
		return "", err
	}
	if aside(d) {
		return r.applyAside(ctx, d)
	}
	now := workflow.Now(ctx)
	if d.Subject != r.itself() {
		q := r.status.Question(d.Subject)
		why, err := q.Decide(d, now)
		if err == nil && q.Kind == farm.QuestionIntervention {
			r.execute(d.Who)
		}
		return why, err
	}
	switch d.Choice {
	case farm.ChoiceExtend, farm.ChoiceOverride:
		return r.applyWindowDecision(ctx, d), nil
	case farm.ChoicePause:
		r.status.Paused, r.status.PausedBy = true, d.Who
		return "paused: running steps finish, none starts", nil
	case farm.ChoiceResume:
		r.status.Paused, r.status.PausedBy = false, ""
		return "resumed", nil
	default:
		r.abort(ctx, d.Who)
		return r.abortEffect(), nil
	}
}

// checkRun judges decisions about the run itself.
func (r *run) checkRun(d farm.Decision) error {
	if aboutWindow(d.Choice) {
		return r.checkWindowDecision(d)
	}
	operators := r.operators()
	switch {
	case !slices.Contains([]farm.Choice{farm.ChoicePause, farm.ChoiceResume, farm.ChoiceAbort}, d.Choice):
		return &farm.RefusedError{Why: fmt.Sprintf("%q is not a choice for the run; choices are pause, resume, abort, extend, override", d.Choice)}
	case !slices.ContainsFunc(operators, func(o string) bool { return strings.EqualFold(o, strings.TrimSpace(d.Who)) }):
		return &farm.RefusedError{Why: fmt.Sprintf("%q is no operator of this rollout; operators are %s", d.Who, strings.Join(operators, ", "))}
	case d.Choice == farm.ChoiceAbort && strings.TrimSpace(d.Reason) == "":
		return &farm.RefusedError{Why: "say why: abort needs a reason"}
	case d.Choice == farm.ChoiceAbort && r.abortBy != "":
		return &farm.RefusedError{Why: "the run is being aborted already, by " + r.abortBy}
	case d.Choice == farm.ChoicePause && r.status.Paused:
		return &farm.RefusedError{Why: "the run is paused already, by " + r.status.PausedBy}
	case d.Choice == farm.ChoiceResume && !r.status.Paused:
		return &farm.RefusedError{Why: "the run is not paused"}
	case r.status.Outcome != "":
		return &farm.RefusedError{Why: "the run has ended"}
	}
	return nil
}

// operators may pause, abort and answer interventions: those of the file, or who requested the rollout
// where the file names none.
func (r *run) operators() []string {
	if len(r.in.Rollout.Operators) > 0 {
		return r.in.Rollout.Operators
	}
	return []string{r.in.Rollout.RequestedBy}
}

// abort asks the run to end, and closes what is asked at once: nothing that comes after it opens a gate any more.
// What an ending run still asks stays open.
func (r *run) abort(ctx workflow.Context, who string) {
	if r.abortBy != "" || r.status.Outcome != "" {
		return
	}
	r.abortBy = who
	r.status.Paused = false
	now := workflow.Now(ctx)
	for i := range r.status.Questions {
		if q := &r.status.Questions[i]; q.Open() && !r.ending {
			q.Answer, q.Answered, q.By = farm.ChoiceAbort, now, who
		}
	}
	r.log(farm.TimelineEntry{At: now, Kind: "decision", What: "abort asked by " + who})
}

func (r *run) openNames() string {
	var names []string
	for _, q := range r.status.OpenQuestions() {
		names = append(names, q.ID)
	}
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

// checkpoint is passed between steps: it waits while the run is paused and ends it when an abort was asked.
func (r *run) checkpoint(ctx workflow.Context) error {
	if r.status.Paused {
		r.show(ctx)
	}
	if err := workflow.Await(ctx, func() bool { return !r.status.Paused || r.abortBy != "" }); err != nil {
		return err
	}
	return r.halted()
}
