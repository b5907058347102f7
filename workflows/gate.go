package workflows

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// gate asks the people of a gate. A gate that the file does not name is passed. When people reject it, an
// operator decides: ask again after things were set right, look again (verify), or abort.
func (r *run) gate(ctx workflow.Context, name farm.GateName, title string, facts func(workflow.Context) ([]farm.Fact, error)) error {
	return r.gateLooking(ctx, name, title, facts, nil)
}

// gateLooking is gate; while people are waited for, look asks servers again what the facts are about.
func (r *run) gateLooking(ctx workflow.Context, name farm.GateName, title string, facts func(workflow.Context) ([]farm.Fact, error), look func(workflow.Context) []farm.Fact) error {
	policy, asked := r.in.Rollout.Gate(name)
	if !asked {
		return nil
	}
	second := r.in.Rollout.People(policy.Escalate.Group)
	how := asking{
		wait:  func(asked time.Time) farm.QuestionWait { return policy.WaitFor(asked, second) },
		again: func(ctx workflow.Context) ([]farm.Fact, error) { return r.gateFacts(ctx, policy, facts) },
		look:  look,
	}
	for {
		evidence, err := how.again(ctx)
		if err != nil {
			return err
		}
		q := r.ask(ctx, farm.Question{
			ID: string(name), Kind: farm.QuestionGate, Title: title, Facts: evidence, Quorum: policy.Quorum,
			Choices: []farm.Choice{farm.ChoiceApprove, farm.ChoiceReject},
			Members: r.in.Rollout.People(policy.Group), Excluded: r.excluded(policy),
		}, how)
		switch q.Answer {
		case farm.ChoiceApprove:
			return nil
		case farm.ChoiceAbort:
			return errAborted
		case farm.ChoiceWithdrawn:
			return errWindowMissed
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
		if answer.Answer == farm.ChoiceWithdrawn {
			return errWindowMissed
		}
	}
}

// gateFacts are the facts of a gate, and that too few people are left to approve it: whoever answers an intervention carries
// the rollout out, and too many of a small group may have.
func (r *run) gateFacts(ctx workflow.Context, policy farm.GatePolicy, facts func(workflow.Context) ([]farm.Fact, error)) ([]farm.Fact, error) {
	evidence, err := facts(ctx)
	if err != nil {
		return nil, err
	}
	may := farm.Question{
		Members:  slices.Concat(r.in.Rollout.People(policy.Group), r.in.Rollout.People(policy.Escalate.Group)),
		Excluded: r.excluded(policy),
	}.Eligible()
	if len(may) < policy.Quorum {
		evidence = append(evidence, farm.Fact{Label: "nobody left", Text: fmt.Sprintf(
			"%d may still approve and %d are needed: the others requested or carried out this rollout, or approved another gate; only a reject or an abort can answer", len(may), policy.Quorum)})
	}
	return evidence, nil
}

// excluded are the people who may not decide at a gate: who requested or carried out the rollout, and who approved the gates
// that must have other people.
func (r *run) excluded(policy farm.GatePolicy) []string {
	return slices.Concat([]string{r.in.Rollout.RequestedBy}, r.status.Executors, r.approvers(policy.DifferentFrom))
}

// approvers are the people whose approvals opened gates.
func (r *run) approvers(gates []farm.GateName) []string {
	var out []string
	for _, g := range gates {
		if q := r.status.Question(string(g)); q != nil && q.Answer == farm.ChoiceApprove {
			out = append(out, q.Approvals...)
		}
	}
	return out
}
