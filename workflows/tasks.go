package workflows

import (
	"strings"

	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// manualTasks asks the owners of the file's manual tasks at one side of a phase, one after the other, and waits for
// each as for a gate. Who does a task does not carry the rollout out by it, and may still approve at a gate.
func (r *run) manualTasks(ctx workflow.Context, when farm.TaskTime, phase farm.Phase) error {
	for _, t := range r.in.Rollout.TasksAt(when, phase) {
		facts := []farm.Fact{{Label: "do", Text: t.Text}, {Label: "when", Text: t.At()}, {Label: "owner", Text: t.Owner}}
		if !r.status.UsersOff.Since.IsZero() && r.status.UsersOff.Until.IsZero() {
			facts = append(facts, r.usersOffFact())
		}
		if _, err := r.askTask(ctx, farm.Question{ID: t.ID(), Title: t.Name + ", " + t.At(), Facts: facts, Members: r.in.Rollout.Owners(t)}); err != nil {
			return err
		}
	}
	return nil
}

// askTask asks people to do something outside farmhand and returns their answer; who says abort ends the run.
func (r *run) askTask(ctx workflow.Context, q farm.Question) (farm.Question, error) {
	if err := r.checkpoint(ctx); err != nil {
		return q, err
	}
	q.Kind, q.Quorum = farm.QuestionTask, 1
	q.Choices, q.Advised = []farm.Choice{farm.ChoiceDone, farm.ChoiceAbort}, farm.ChoiceDone
	q = r.ask(ctx, q, asking{})
	if q.Answer == farm.ChoiceAbort {
		r.abort(ctx, q.By)
		return q, errAborted
	}
	if q.Answer == farm.ChoiceWithdrawn {
		return q, errWindowMissed
	}
	r.log(farm.TimelineEntry{At: q.Answered, Kind: "step", What: strings.TrimSpace("done by " + q.By + ": " + q.Title + " " + q.Reason)})
	return q, nil
}
