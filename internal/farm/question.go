package farm

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// QuestionKind tells gates, interventions and manual tasks apart.
type QuestionKind string

// The kinds of question.
const (
	// QuestionGate asks a group to approve or reject.
	QuestionGate QuestionKind = "gate"
	// QuestionIntervention asks an operator what to do about a step that failed for good.
	QuestionIntervention QuestionKind = "intervention"
	// QuestionTask asks its owner to do something outside farmhand and to say so.
	QuestionTask QuestionKind = "task"
)

// Fact is one line of evidence, as it is shown and as it is decided on.
type Fact struct {
	Label string `json:"label"`
	Text  string `json:"text"`
	// Seen is when it was last looked at, where that matters. It is no part of the digest: to find the same again changes
	// nothing about what was decided on.
	Seen time.Time `json:"seen,omitzero"`
}

// Question is an open gate or intervention. Decide is the one place where a decision is judged; it is a
// pure state machine, so that a signal, an update and a screen always agree.
type Question struct {
	// ID is the gate's name, "i-" and a number, or "task-" and a manual task's name.
	ID    string       `json:"id"`
	Kind  QuestionKind `json:"kind"`
	Title string       `json:"title"`
	// Facts are shown to whoever decides; Digest is over ID, Revision and Facts.
	Facts    []Fact   `json:"facts"`
	Digest   string   `json:"digest"`
	Choices  []Choice `json:"choices"`
	Advised  Choice   `json:"advised,omitempty"`
	Revision int      `json:"revision"`
	// Members may answer: the gate's group, or the rollout's operators.
	Members []string `json:"members"`
	// Excluded may not answer a gate: who requested or executed the rollout.
	Excluded []string `json:"excluded,omitempty"`
	Quorum   int      `json:"quorum"`
	// Signers are those who may answer and have a key: their decisions count only when they are signed.
	Signers []Member `json:"signers,omitempty"`
	// Approvals are the names that count so far.
	Approvals []string  `json:"approvals,omitempty"`
	Asked     time.Time `json:"asked"`
	// Wait is what the question does while nobody answers it.
	Wait QuestionWait `json:"wait,omitzero"`
	// Failure says what failed, on interventions.
	Failure *Failure `json:"failure,omitempty"`
	// ClaimedBy is the operator who said last that he looks after an intervention; empty while nobody did.
	ClaimedBy string    `json:"claimed_by,omitempty"`
	ClaimedAt time.Time `json:"claimed_at,omitzero"`
	// Answer is set when the question is closed.
	Answer   Choice    `json:"answer,omitempty"`
	Answered time.Time `json:"answered,omitzero"`
	By       string    `json:"by,omitempty"`
	Reason   string    `json:"reason,omitempty"`
}

// MinDigest is how many characters of a digest a decision must name.
const MinDigest = 8

// EvidenceDigest is the SHA-256, in hex, over what a question shows, without the times at which it was seen.
func EvidenceDigest(id string, revision int, facts []Fact) string {
	facts = slices.Clone(facts)
	for i := range facts {
		facts[i].Seen = time.Time{}
	}
	b, err := json.Marshal(struct {
		ID       string
		Revision int
		Facts    []Fact
	}{id, revision, facts})
	if err != nil {
		panic("farm: facts cannot be encoded: " + err.Error()) // strings only: cannot happen
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Open reports whether the question still waits.
func (q Question) Open() bool { return q.Answer == "" }

// Eligible returns who may answer: the members that are not excluded.
func (q Question) Eligible() []string {
	var out []string
	for _, m := range q.Members {
		if !containsName(q.Excluded, m) && !containsName(out, m) {
			out = append(out, m)
		}
	}
	return out
}

// Check says why a decision cannot count for this question, or returns nil. It changes nothing, so a
// validator may call it.
func (q Question) Check(d Decision) error {
	switch {
	case d.Subject != q.ID:
		return refusef("this is about %q, and %q is asked", d.Subject, q.ID)
	case !q.Open() && q.By == "":
		return refusef("%s is already closed: %s", q.ID, q.Answer)
	case !q.Open():
		return refusef("%s is already decided: %s by %s", q.ID, q.Answer, q.By)
	case strings.TrimSpace(d.Who) == "":
		return refusef("the decision names nobody: say who decides (--as NAME)")
	case !slices.Contains(q.Choices, d.Choice):
		return refusef("%q is not a choice here; choices are %s", d.Choice, joinChoices(q.Choices))
	case len(d.Evidence) < MinDigest:
		return refusef("the decision names no evidence digest; what is shown now is %s", q.Digest[:min(MinDigest, len(q.Digest))])
	case !strings.HasPrefix(q.Digest, strings.ToLower(d.Evidence)):
		return refusef("the decision is about evidence %s, and what is shown now is %s: look again", d.Evidence, q.Digest[:min(MinDigest, len(q.Digest))])
	case containsName(q.Excluded, d.Who):
		return refusef("%s requested or carried out this rollout and may not decide at %s; it needs one of %s", d.Who, q.ID, strings.Join(q.Eligible(), ", "))
	case !containsName(q.Members, d.Who):
		return refusef("%s may not decide here; it needs one of %s", d.Who, strings.Join(q.Eligible(), ", "))
	case d.Choice == ChoiceApprove && containsName(q.Approvals, d.Who):
		return refusef("%s has approved %s already: one person, one voice", d.Who, q.ID)
	case q.Kind == QuestionGate && d.Choice == ChoiceReject && strings.TrimSpace(d.Reason) == "",
		q.Kind == QuestionTask && d.Choice != ChoiceDone && strings.TrimSpace(d.Reason) == "",
		q.Kind == QuestionIntervention && strings.TrimSpace(d.Reason) == "":
		return refusef("say why: %s needs a reason", d.Choice)
	}
	return nil
}

// Decide applies a decision: the error says why it does not count, the text what it did. An approval
// closes a gate when the quorum is reached; any reject, and any choice at an intervention, closes at once.
func (q *Question) Decide(d Decision, at time.Time) (string, error) {
	if err := q.Check(d); err != nil {
		return "", err
	}
	if d.Choice == ChoiceApprove {
		q.Approvals = append(q.Approvals, d.Who)
		if len(q.Approvals) < q.Quorum {
			return fmt.Sprintf("approval %d of %d", len(q.Approvals), q.Quorum), nil
		}
	}
	q.Answer, q.Answered, q.By, q.Reason = d.Choice, at, d.Who, d.Reason
	return "decided", nil
}

// Exclude bars people from a gate that have begun to carry out the rollout. Approvals of theirs that did
// not close the gate no longer count.
func (q *Question) Exclude(names ...string) {
	if q.Kind != QuestionGate || !q.Open() {
		return
	}
	for _, n := range names {
		if n != "" && !containsName(q.Excluded, n) {
			q.Excluded = append(q.Excluded, n)
		}
	}
	q.Approvals = slices.DeleteFunc(q.Approvals, func(a string) bool { return containsName(q.Excluded, a) })
}

// Show sets what is asked about, and its digest.
func (q *Question) Show(facts []Fact) {
	q.Facts, q.Digest = facts, EvidenceDigest(q.ID, q.Revision, facts)
}

// Renew looks at the facts of an open question again. The same ones leave it as it is but for when they were seen. Other ones
// close it as void, and the question that returns is asked in its place, in the next revision: nothing that was said to
// the old one counts, and what was shown then stays in the evidence.
func (q *Question) Renew(facts []Fact, at time.Time) (next Question, renewed bool) {
	if EvidenceDigest(q.ID, q.Revision, facts) == q.Digest {
		q.Facts = facts
		return Question{}, false
	}
	next = *q
	next.Revision++
	next.Asked, next.Approvals = at, nil
	next.Members, next.Excluded = slices.Clone(q.Members), slices.Clone(q.Excluded)
	next.Show(facts)
	q.Answer, q.Answered, q.Reason = ChoiceVoid, at, "what it shows has changed"
	return next, true
}

// RefusedError says why a decision changes nothing.
type RefusedError struct{ Why string }

// Error implements error.
func (e *RefusedError) Error() string { return e.Why }

func refusef(format string, args ...any) error {
	return &RefusedError{Why: fmt.Sprintf(format, args...)}
}

// containsName compares names of people without regard to case and outer blanks: one person, one voice.
func containsName(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		return strings.EqualFold(strings.TrimSpace(n), strings.TrimSpace(name))
	})
}

func joinChoices(cs []Choice) string {
	s := make([]string, len(cs))
	for i, c := range cs {
		s[i] = string(c)
	}
	return strings.Join(s, ", ")
}
