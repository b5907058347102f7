package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// waited does what a question does by itself while nobody answers it, and returns where the question stands now: one whose
// facts have changed is asked anew, in its next revision.
func (r *run) waited(ctx workflow.Context, at int, event farm.WaitEvent, how asking) int {
	now := workflow.Now(ctx)
	q := &r.status.Questions[at]
	switch event {
	case farm.WaitRemind:
		remind, _ := r.in.Rollout.Gate(farm.GateName(q.ID))
		q.Wait.Remind = farm.NextReminder(q.Wait.Since, now, remind.Remind)
		return r.remind(ctx, at, how)
	case farm.WaitEscalate:
		q.Escalate(now)
		r.log(farm.TimelineEntry{At: now, Kind: "finding", What: fmt.Sprintf("%s waits for %s: %s may decide, too", q.ID, q.Waited(now), strings.Join(q.Wait.To, ", "))})
		r.show(ctx)
		r.tellQuestion(ctx, farm.EventGateEscalated, *q)
		return at
	default:
		q.Expire(now)
		r.log(farm.TimelineEntry{At: now, Kind: "finding", What: fmt.Sprintf("nobody decided %s within %s: %s", q.ID, q.Waited(now), q.Wait.Then)})
		r.tellQuestion(ctx, farm.EventGateExpired, *q)
		if r.status.Questions[at].Open() {
			return r.hold(ctx, at, how)
		}
		return at
	}
}

// remind looks at the facts again and tells people once more, or that what they would decide on has changed.
func (r *run) remind(ctx workflow.Context, at int, how asking) int {
	if now := r.lookAgain(ctx, at, how); now != at {
		return now
	}
	if q := &r.status.Questions[at]; q.Open() {
		r.tellQuestion(ctx, farm.EventGateReminder, *q)
	}
	return at
}

// lookAgain looks at the world while a question waits. When its facts have changed, whatever was said to it is void and people
// are asked again. A paused run looks at nothing.
func (r *run) lookAgain(ctx workflow.Context, at int, how asking) int {
	if how.again == nil || r.status.Paused {
		return at
	}
	unseen := r.lookUsersOff(ctx)
	if how.look != nil {
		unseen = append(unseen, how.look(ctx)...)
	}
	facts, err := how.again(ctx)
	if err != nil {
		workflow.GetLogger(ctx).Warn("facts", "question", r.status.Questions[at].ID, "error", err)
		return at
	}
	if !r.status.Questions[at].Open() {
		return at // it was answered meanwhile; what follows looks again
	}
	next, renewed := r.status.Questions[at].Renew(append(facts, unseen...), workflow.Now(ctx))
	if !renewed {
		r.show(ctx)
		return at
	}
	r.closed(ctx, r.status.Questions[at])
	return r.open(ctx, next, farm.EventGateRenewed)
}

// lookUsersOff proves users off while people are waited for, and says which servers could not be asked. It opens no
// intervention: who decides sees it, and the steps after the gate look again.
func (r *run) lookUsersOff(ctx workflow.Context) []farm.Fact {
	if r.status.UsersOff.Since.IsZero() {
		return nil
	}
	held := r.heldServers()
	unseen, violations := make([]string, len(held)), len(r.status.UsersOff.Violations)
	wg := workflow.NewWaitGroup(ctx)
	for i, s := range held {
		wg.Add(1)
		workflow.Go(ctx, func(ctx workflow.Context) {
			defer wg.Done()
			if err := r.proveServerOff(lookCall(ctx, r.queue, "Look at users off on "+s.Name), s, "while a gate waited"); err != nil {
				unseen[i] = s.Name
				workflow.GetLogger(ctx).Warn("users off", "server", s.Name, "error", activities.FailureOf(err))
			}
		})
	}
	wg.Wait(ctx)
	facts := notSeen(unseen)
	if len(facts) == 0 && len(held) > 0 {
		r.noteLook(ctx, held, "while a gate waited", violations)
		r.usersOffProven(ctx)
	}
	return facts
}

// lookWitnesses asks the witnesses of a server's own state again, and keeps what they say for whoever decides.
func (r *run) lookWitnesses(ctx workflow.Context, s farm.Server) []farm.Fact {
	var facts farm.ServerFacts
	if err := workflow.ExecuteActivity(lookCall(ctx, r.queue, "Look at "+s.Name), act.InspectServer,
		activities.InspectRequest{ServerTarget: r.target(s), Release: r.in.Release, Services: r.farm.Services}).Get(ctx, &facts); err != nil {
		workflow.GetLogger(ctx).Warn("witnesses", "server", s.Name, "error", activities.FailureOf(err))
		return notSeen([]string{s.Name})
	}
	st := r.status.Server(s.Name)
	st.Version = facts.Version
	st.Witnesses = replaceWitnesses(st.Witnesses, serverWitnesses(workflow.Now(ctx), r.in.Release, facts))
	return nil
}

// notSeen is told to people instead of what could not be looked at.
func notSeen(servers []string) []farm.Fact {
	var facts []farm.Fact
	for _, name := range servers {
		if f := (farm.Fact{Label: "not seen", Text: name + " does not answer now"}); name != "" {
			facts = append(facts, f)
		}
	}
	return facts
}

// hold keeps a gate open that nobody decided in time, and calls the operators: to ask again, or to abort. Who may decide at
// the gate still may; then nobody needs the operators any more.
func (r *run) hold(ctx workflow.Context, at int, how asking) int {
	q := r.status.Questions[at]
	answer := r.interveneUnless(ctx, farm.Failure{
		Kind: farm.FailureExpired, Message: fmt.Sprintf("nobody decided %s within %s", q.ID, q.Waited(workflow.Now(ctx))),
		Advice: "wake one of " + strings.Join(q.Eligible(), ", ") + ", who may still decide; or ask again; or abort",
	}, []farm.Choice{farm.ChoiceAskAgain, farm.ChoiceAbort}, farm.ChoiceAskAgain, func() bool { return !r.status.Questions[at].Open() })
	switch answer.Answer {
	case farm.ChoiceAbort:
		r.abort(ctx, answer.By)
	case farm.ChoiceAskAgain:
		if how.wait != nil {
			wait := how.wait(workflow.Now(ctx))
			if !r.status.Questions[at].Wait.Escalated.IsZero() {
				wait.Escalate, wait.To, wait.Escalated = time.Time{}, r.status.Questions[at].Wait.To, r.status.Questions[at].Wait.Escalated
			}
			r.status.Questions[at].Wait = wait
		}
		return r.remind(ctx, at, how)
	default: // somebody decided at the gate
	}
	return at
}
