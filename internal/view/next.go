package view

import (
	"fmt"
	"slices"

	"farmhand/internal/farm"
)

// nextSteps says what happens next, or who has to do what.
func nextSteps(f Farm) []string {
	if f.Outcome != "" {
		return f.Residual
	}
	var out []string
	for _, q := range f.Questions {
		switch {
		case q.Stuck != "":
			out = append(out, q.ID+" is stuck: "+q.Stuck)
		default:
			out = append(out, q.ID+" "+q.needs())
		}
	}
	if f.Paused && len(f.Questions) == 0 {
		out = append(out, "paused: an operator resumes it")
	}
	var ahead Seconds
	for _, ph := range f.Phases {
		pending := ph.Mark == MarkPending
		if pending && len(ph.TasksBefore) > 0 {
			return append(out, taskAhead(ph.TasksBefore[0], ahead))
		}
		if pending && ph.GateBefore != "" {
			return append(out, gateAhead(ph.GateBefore, ahead))
		}
		if ph.GateWithin != "" && ph.Mark != MarkDone && !asks(f, ph.GateWithin) && !answered(f, ph.GateWithin) {
			return append(out, gateAhead(ph.GateWithin, ahead))
		}
		ahead += ph.Left
		if ph.GateAfter != "" && ph.Mark != MarkDone && !asks(f, ph.GateAfter) {
			return append(out, gateAhead(ph.GateAfter, ahead))
		}
		if len(ph.TasksAfter) > 0 && ph.Mark != MarkDone {
			return append(out, taskAhead(ph.TasksAfter[0], ahead))
		}
	}
	if len(f.Questions) == 0 && len(f.Phases) > 0 {
		out = append(out, "no further question is planned")
	}
	return out
}

func gateAhead(g farm.GateName, in Seconds) string {
	return fmt.Sprintf("next question: gate %s, in %s of work", g, in.about())
}

func taskAhead(task string, in Seconds) string {
	return fmt.Sprintf("next question: task %s, in %s of work", task, in.about())
}

// answered reports whether a gate of the run was approved.
func answered(f Farm, g farm.GateName) bool {
	return slices.ContainsFunc(f.Decisions, func(d farm.DecisionRecord) bool {
		return d.Accepted && d.Subject == string(g) && d.Choice == farm.ChoiceApprove
	})
}

func asks(f Farm, g farm.GateName) bool {
	for _, q := range f.Questions {
		if q.ID == string(g) {
			return true
		}
	}
	return false
}
