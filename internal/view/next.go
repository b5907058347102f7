package view

import (
	"fmt"

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
		if pending && ph.GateBefore != "" {
			return append(out, gateAhead(ph.GateBefore, ahead))
		}
		ahead += ph.Left
		if ph.GateAfter != "" && ph.Mark != MarkDone && !asks(f, ph.GateAfter) {
			return append(out, gateAhead(ph.GateAfter, ahead))
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

func asks(f Farm, g farm.GateName) bool {
	for _, q := range f.Questions {
		if q.ID == string(g) {
			return true
		}
	}
	return false
}
