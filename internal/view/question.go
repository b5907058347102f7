package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// Question is an open gate, intervention or manual task as people see it.
type Question struct {
	ID    string            `json:"id"`
	Kind  farm.QuestionKind `json:"kind"`
	Mark  Mark              `json:"mark"`
	Title string            `json:"title"`
	// Facts are what a decision is bound to, in the order and words of its digest.
	Facts    []Fact `json:"facts"`
	Evidence string `json:"evidence"` // the first characters of the digest: what a decision names
	Digest   string `json:"digest"`
	Revision int    `json:"revision"`
	Quorum   int    `json:"quorum"`
	// Signs are those who may answer and whose decision counts only when it is signed.
	Signs []string `json:"signs,omitempty"`
	// Eligible may still answer; Excluded may not, with the reason; Approvals count already.
	Eligible  []string        `json:"eligible"`
	Excluded  []ExcludedVoice `json:"excluded,omitempty"`
	Approvals []string        `json:"approvals,omitempty"`
	Asked     time.Time       `json:"asked"`
	// Wait is what the question does by itself while nobody answers it.
	Wait    farm.QuestionWait `json:"wait,omitzero"`
	Waiting Seconds           `json:"waiting_seconds"`
	Failure *farm.Failure     `json:"failure,omitempty"`
	Actions []Action          `json:"actions"`
	// Stuck says why no answer can come, empty when one can.
	Stuck string `json:"stuck,omitempty"`
	// ClaimedBy is the operator who looks after an intervention, empty while nobody does.
	ClaimedBy string    `json:"claimed_by,omitempty"`
	ClaimedAt time.Time `json:"claimed_at,omitzero"`
	// SkipAllowed is false where the step must not be left out.
	SkipAllowed bool `json:"skip_allowed"`
}

// Fact is one line of evidence; its mark is what the witness of that name said, where it is one.
type Fact struct {
	Label string `json:"label"`
	Text  string `json:"text"`
	Mark  Mark   `json:"mark,omitzero"`
	// Seen is when it was looked at last, where that matters; no part of the digest.
	Seen time.Time `json:"seen,omitzero"`
}

// ExcludedVoice is a person who may not decide, and why.
type ExcludedVoice struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

// ActionsFor returns what one person may answer; none for who is excluded or not asked.
func (q Question) ActionsFor(who string) []Action {
	var out []Action
	for _, a := range q.Actions {
		if a.May(who) {
			a.Command = strings.Replace(a.Command, "--as "+nameHere, "--as "+shellWord(who), 1)
			out = append(out, a)
		}
	}
	return out
}

func questionOf(s farm.Status, q farm.Question, now time.Time) Question {
	v := Question{
		ID: q.ID, Kind: q.Kind, Mark: MarkWaiting, Title: q.Title, Evidence: short(q.Digest), Digest: q.Digest, Revision: q.Revision,
		Quorum: max(1, q.Quorum), Approvals: q.Approvals, Asked: q.Asked, Wait: q.Wait, ClaimedBy: q.ClaimedBy, ClaimedAt: q.ClaimedAt, Waiting: between(q.Asked, now), Failure: q.Failure,
		Actions: questionActions(s, q), SkipAllowed: slices.Contains(q.Choices, farm.ChoiceSkip),
	}
	if q.Kind == farm.QuestionIntervention {
		v.Mark = MarkNeedsOperator
	}
	for _, m := range q.Signers {
		if !slices.Contains(v.Signs, m.Name) {
			v.Signs = append(v.Signs, m.Name)
		}
	}
	for _, f := range q.Facts {
		v.Facts = append(v.Facts, Fact{Label: f.Label, Text: f.Text, Mark: witnessMark(s, f), Seen: f.Seen})
	}
	for _, a := range v.Actions {
		for _, w := range a.Who {
			approved := slices.ContainsFunc(q.Approvals, func(x string) bool { return sameName(x, w) })
			if !approved && !slices.Contains(v.Eligible, w) {
				v.Eligible = append(v.Eligible, w)
			}
		}
	}
	for _, e := range q.Excluded {
		if !slices.ContainsFunc(v.Excluded, func(x ExcludedVoice) bool { return sameName(x.Name, e) }) && strings.TrimSpace(e) != "" {
			v.Excluded = append(v.Excluded, ExcludedVoice{e, exclusion(s, e)})
		}
	}
	if missing := v.Quorum - len(q.Approvals); len(v.Eligible) < missing {
		v.Stuck = fmt.Sprintf("%d more must approve, and only %d may: ask somebody else to carry on, or change the group in a new rollout", missing, len(v.Eligible))
	}
	return v
}

// exclusion says why somebody may not decide at a gate.
func exclusion(s farm.Status, who string) string {
	requested := sameName(s.RequestedBy, who)
	executed := slices.ContainsFunc(s.Executors, func(e string) bool { return sameName(e, who) })
	var approved []string
	for _, q := range s.Questions {
		if q.Kind == farm.QuestionGate && q.Answer == farm.ChoiceApprove && slices.ContainsFunc(q.Approvals, func(a string) bool { return sameName(a, who) }) {
			approved = append(approved, q.ID)
		}
	}
	switch {
	case requested && executed:
		return "requested and runs it"
	case requested:
		return "requested it"
	case !executed && len(approved) > 0:
		return "approved " + strings.Join(approved, " and ")
	default:
		return "runs it"
	}
}

// witnessMark finds the witness a fact quotes, so that its line can carry an icon.
func witnessMark(s farm.Status, f farm.Fact) Mark {
	for _, srv := range s.Servers {
		for _, w := range srv.Witnesses {
			if string(w.Witness) == f.Label && w.Says == f.Text {
				switch {
				case w.Agrees:
					return Mark{MarkDone.Icon, "agrees"}
				case w.Mandatory:
					return Mark{MarkFailed.Icon, "disagrees"}
				default:
					return Mark{MarkWarning.Icon, "differs, not mandatory"}
				}
			}
		}
	}
	return MarkNone
}

// needs says who is waited for.
func (q Question) needs() string {
	missing := max(1, q.Quorum-len(q.Approvals))
	if q.Kind == farm.QuestionIntervention {
		return "needs an operator: " + listOr(q.Eligible, "nobody") + "   claimed by " + cmp.Or(q.ClaimedBy, "nobody")
	}
	if q.Kind == farm.QuestionTask {
		return "needs " + listOr(q.Eligible, "nobody")
	}
	text := fmt.Sprintf("needs %d of %s", missing, listOr(q.Eligible, "nobody"))
	if len(q.Approvals) > 0 {
		text += "; approved so far by " + strings.Join(q.Approvals, ", ")
	}
	return text
}

// excludedText groups who may not decide.
func (q Question) excludedText() string {
	parts := make([]string, len(q.Excluded))
	for i, e := range q.Excluded {
		parts[i] = e.Name + " " + e.Why
	}
	if len(parts) == 0 {
		return ""
	}
	return "excluded: " + strings.Join(parts, ", ")
}

func listOr(names []string, none string) string {
	if len(names) == 0 {
		return none
	}
	return strings.Join(names, ", ")
}
