package view

import (
	"fmt"
	"slices"
	"strings"

	"farmhand/internal/farm"
)

// Action is one thing a person may do now. Actions are worked out here alone; every screen, page and list
// offers these and no others.
type Action struct {
	// Choice is what the decision says; Command is the command line to copy, with NAME where the person's
	// own name goes.
	Choice  farm.Choice `json:"choice"`
	Command string      `json:"command"`
	// Who may do it. Empty for actions on the run itself means any operator of the rollout; empty at a
	// question means that nobody who may is left.
	Who []string `json:"who,omitempty"`
	// Effect says in a few words what comes of it.
	Effect string `json:"effect"`
	// Advised marks the choice that is recommended.
	Advised bool `json:"advised,omitempty"`
}

// nameHere stands in a command line for the name of whoever decides.
const nameHere = farm.NameHere

// May reports whether the action names a person among those who may do it.
func (a Action) May(who string) bool {
	return slices.ContainsFunc(a.Who, func(w string) bool { return sameName(w, who) })
}

// sameName compares names of people as decisions are judged: without regard to case and outer blanks.
func sameName(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) }

// questionActions are the choices of an open question, the recommended one first. Who may choose is asked
// of the question itself: the same judgement that a decision meets when it arrives.
func questionActions(s farm.Status, q farm.Question) []Action {
	var out []Action
	for _, c := range q.Choices {
		a := Action{Choice: c, Command: farm.DecisionCommand(s.Farm, q, c), Effect: effectOf(q, c), Advised: c == q.Advised}
		for _, m := range q.Members {
			d := farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: m, Choice: c, Reason: "..."}
			if q.Check(d) == nil && !a.May(m) {
				a.Who = append(a.Who, m)
			}
		}
		out = append(out, a)
	}
	slices.SortStableFunc(out, func(a, b Action) int {
		switch {
		case a.Advised == b.Advised:
			return 0
		case a.Advised:
			return -1
		default:
			return 1
		}
	})
	return out
}

// runActions are what an operator may do about the run itself.
func runActions(s farm.Status) []Action {
	if s.Outcome != "" || abortAsked(s) {
		return nil
	}
	choices := []farm.Choice{farm.ChoicePause, farm.ChoiceAbort}
	if s.Paused {
		choices[0] = farm.ChoiceResume
	}
	var out []Action
	for _, c := range choices {
		out = append(out, Action{
			Choice: c, Command: fmt.Sprintf(`starter %s %s --as %s --reason "..."`, c, shellWord(s.Farm), nameHere),
			Who: operatorsOf(s), Effect: effectOf(farm.Question{}, c),
		})
	}
	return append(out, windowActions(s)...)
}

// operatorsOf are the operators as far as the status tells: whoever an intervention was put to.
func operatorsOf(s farm.Status) []string {
	for _, q := range s.Questions {
		if q.Kind == farm.QuestionIntervention {
			return q.Members
		}
	}
	return nil
}

// abortAsked reports whether the run is ending already.
func abortAsked(s farm.Status) bool {
	return slices.ContainsFunc(s.Decisions, func(d farm.DecisionRecord) bool { return d.Accepted && d.Choice == farm.ChoiceAbort }) ||
		slices.ContainsFunc(s.Questions, func(q farm.Question) bool {
			return q.Answer == farm.ChoiceAbort || q.Open() && q.Failure != nil && q.Failure.Kind == farm.FailureAbort
		})
}

// effectOf says what a choice does.
func effectOf(q farm.Question, c farm.Choice) string {
	switch c {
	case farm.ChoiceApprove:
		switch farm.GateName(q.ID) {
		case farm.GateStart:
			return "users are disconnected and databases backed up: the update begins"
		case farm.GateInstall:
			return "the first package starts: from there on there is no return"
		case farm.GateContinue:
			return "the wizard runs on the remaining servers, one at a time"
		case farm.GateReconnect:
			return "the remaining front-end Web servers follow the first: all users come back"
		case farm.GateNextWave:
			return "the farms of the next wave start"
		}
		return "the update goes on"
	case farm.ChoiceReject:
		return "nothing goes on; an operator decides what to do about the reason"
	case farm.ChoiceDone:
		return "it is done: the update goes on"
	case farm.ChoiceRetry:
		return "run the step again" + tryText(q)
	case farm.ChoiceRetryWithForce:
		return "run the wizard with -force, which skips what fails" + tryText(q)
	case farm.ChoiceVerifyAgain:
		return "ask the witnesses again; nothing is run"
	case farm.ChoiceStartTimer:
		return "start SPTimerV3 wherever it is stopped, then run the step again" + tryText(q)
	case farm.ChoiceClearConfigCache:
		return "clear the SharePoint configuration cache on every server (KB939308), then run the step again" + tryText(q)
	case farm.ChoiceConfirmIdle:
		return "you looked at the Timer Job Status page and no upgrade job is there: go on"
	case farm.ChoiceAskAgain:
		return "gather the facts again and ask people again"
	case farm.ChoiceSkip:
		return "leave the step out; it is recorded as an exception"
	case farm.ChoiceAbort:
		return "end the update between steps; what was stopped is asked about"
	case farm.ChoiceStartServices:
		return "start what was stopped, as it was before"
	case farm.ChoiceLeaveStopped:
		return "leave it stopped; the runbook says what is left to do by hand"
	case farm.ChoicePause:
		return "running steps finish, none starts"
	case farm.ChoiceResume:
		return "steps start again"
	default:
		return ""
	}
}

func tryText(q farm.Question) string {
	if q.Failure == nil || q.Failure.Try == 0 {
		return ""
	}
	return fmt.Sprintf(" (try %d)", q.Failure.Try+1)
}

// shellWord quotes a word for a POSIX shell where it needs it.
func shellWord(w string) string { return farm.ShellWord(w) }
