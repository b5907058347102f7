package view

import (
	"fmt"
	"slices"

	"farmhand/internal/farm"
)

// DecisionsEvidence is what people decided, also what did not count: the eighth section.
type DecisionsEvidence struct {
	Decisions []DecisionEvidence `json:"decisions,omitempty"`
	// Unlisted counts refused decisions beyond those listed; they are in the history of the run alone.
	Unlisted int    `json:"unlisted,omitempty"`
	RunID    string `json:"run_id,omitempty"`
}

// DecisionEvidence is a decision with what its author was shown.
type DecisionEvidence struct {
	farm.DecisionRecord
	Role  string      `json:"role"`
	Facts []farm.Fact `json:"facts,omitempty"`
	// Statement is the text of a signed decision: with its signature and the key in the rollout file anybody can check it with
	// ssh-keygen -Y verify.
	Statement string `json:"statement,omitempty"`
}

func decisionsEvidence(k audited) DecisionsEvidence {
	s := k.status
	out := DecisionsEvidence{Unlisted: s.Unlisted, RunID: s.RunID}
	for _, d := range s.Decisions {
		out.Decisions = append(out.Decisions, DecisionEvidence{d, roleOf(s, d), shownFor(s, d), statementOf(s, d)})
	}
	return out
}

func (e Evidence) layDecisions(d *document) {
	lay(d, e.Decisions, func(of DecisionsEvidence) {
		var decisions, shown [][]string
		seen := map[string]bool{}
		for _, x := range of.Decisions {
			decisions = append(decisions, []string{e.when(x.At), x.Who, x.Role, string(x.Choice) + " " + x.Subject, x.Reason, yes(x.Accepted), x.Why, short(x.Evidence), x.Channel, x.SignedBy})
			if len(x.Facts) > 0 && !seen[x.Shown] {
				seen[x.Shown] = true
				shown = append(shown, []string{short(x.Shown), x.Subject, factsText(x.Facts)})
			}
		}
		d.tabulate("", []string{"when", "who says", "role", "decision", "reason", "counts", "what became of it", "digest", "came by", "signed with"}, decisions)
		if of.Unlisted > 0 {
			d.say(fmt.Sprintf("%d more decisions were refused when the list was full. They are in the history of workflow run %s.", of.Unlisted, of.RunID))
		}
		d.tabulate("What was shown", []string{"digest", "question", "facts"}, shown)
	})
}

// roleOf says in which role somebody decided.
func roleOf(s farm.Status, d farm.DecisionRecord) string {
	if d.Subject == farm.SubjectFarm || d.Subject == farm.SubjectRollout {
		return "operator"
	}
	q := s.Question(d.Subject)
	switch {
	case q == nil:
		return "nothing of that name was asked"
	case slices.ContainsFunc(q.Excluded, func(n string) bool { return sameName(n, d.Who) }):
		return "excluded: " + exclusion(s, d.Who)
	case !slices.ContainsFunc(q.Members, func(n string) bool { return sameName(n, d.Who) }):
		return "not asked"
	case q.Kind == farm.QuestionIntervention:
		return "operator"
	case q.Kind == farm.QuestionTask:
		return "owner"
	}
	return "approver"
}

// statementOf is what the author of a signed decision has signed.
func statementOf(s farm.Status, d farm.DecisionRecord) string {
	if d.SignedBy == "" {
		return ""
	}
	return s.StatementOn(d.Decision, d.Shown)
}

// shownFor finds what was in force when a decision arrived.
func shownFor(s farm.Status, d farm.DecisionRecord) []farm.Fact {
	for _, q := range s.Questions {
		if q.Digest != "" && q.Digest == d.Shown {
			return q.Facts
		}
	}
	return nil
}
