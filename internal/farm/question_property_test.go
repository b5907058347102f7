package farm_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
)

// The people of these properties. Klaus and erik are written with letters that fold to others than their
// lower case: U+017F to s, U+212A to k.
var (
	groupNames = []string{"bob", "Carol", "klaus", "erik"}
	outsiders  = []string{"alice", "mallory", ""}
)

// questionMachine drives a gate with everything people and forgers may send, beside a model of what must
// come of it that knows nothing of how Question does it.
type questionMachine struct {
	q        farm.Question
	at       time.Time
	digests  []string        // of evidence that was shown before
	approved map[string]bool // by the spelling of groupNames
	excluded map[string]bool
	closed   string // the question as it was when it closed
}

// spelled is a name as somebody may type it.
func spelled(t *rapid.T, name string) string {
	var b strings.Builder
	for _, r := range name {
		for range rapid.IntRange(0, 2).Draw(t, "fold") {
			r = unicode.SimpleFold(r)
		}
		b.WriteRune(r)
	}
	pad := rapid.SampledFrom([]string{"", " ", "\t"})
	return pad.Draw(t, "before") + b.String() + pad.Draw(t, "after")
}

func newQuestionMachine(t *rapid.T) *questionMachine {
	m := &questionMachine{approved: map[string]bool{}, excluded: map[string]bool{}, at: asked}
	m.q = farm.Question{
		ID: "continue", Kind: farm.QuestionGate, Choices: []farm.Choice{farm.ChoiceApprove, farm.ChoiceReject}, Asked: asked, Revision: 1,
		Members: groupNames, Quorum: rapid.IntRange(1, len(groupNames)).Draw(t, "quorum"), Excluded: []string{"alice"},
	}
	m.q.Show([]farm.Fact{{Label: "APP01", Text: "finalized"}})
	return m
}

func text(t *rapid.T, q farm.Question) string {
	b, err := json.Marshal(q)
	require.NoError(t, err)
	return string(b)
}

// Decide sends a decision: early, late, again, forged, without a reason or about something else.
func (m *questionMachine) Decide(t *rapid.T) {
	name := rapid.SampledFrom(slices.Concat(groupNames, groupNames, outsiders)).Draw(t, "who")
	current := m.q.Digest[:rapid.IntRange(farm.MinDigest, len(m.q.Digest)).Draw(t, "digits")]
	evidence := rapid.SampledFrom([]string{
		current, current, strings.ToUpper(current), m.q.Digest[:farm.MinDigest-1], "", strings.Repeat("0", farm.MinDigest), m.q.Digest + "0",
		rapid.SampledFrom(append([]string{"feedfeedfeed"}, m.digests...)).Draw(t, "old"),
	}).Draw(t, "evidence")
	d := farm.Decision{
		Subject: rapid.SampledFrom([]string{"continue", "continue", "continue", "install", "i-1", ""}).Draw(t, "subject"), Evidence: evidence, Who: spelled(t, name),
		Choice: rapid.SampledFrom([]farm.Choice{farm.ChoiceApprove, farm.ChoiceApprove, farm.ChoiceReject, farm.ChoiceSkip, farm.ChoiceAbort, ""}).Draw(t, "choice"),
		Reason: rapid.SampledFrom([]string{"", " ", "looked at it", "looked at it"}).Draw(t, "reason"),
	}
	m.at = m.at.Add(time.Second)

	shown := len(evidence) >= farm.MinDigest && strings.HasPrefix(m.q.Digest, strings.ToLower(evidence))
	may := slices.Contains(groupNames, name) && !m.excluded[name]
	counts := m.closed == "" && d.Subject == "continue" && shown && may &&
		(d.Choice == farm.ChoiceApprove && !m.approved[name] || d.Choice == farm.ChoiceReject && strings.TrimSpace(d.Reason) != "")

	before := text(t, m.q)
	checked := m.q.Check(d)
	require.Equal(t, before, text(t, m.q), "Check changes nothing")
	why, err := m.q.Decide(d, m.at)
	require.Equal(t, checked, err, "Check and Decide agree")
	require.Equal(t, counts, err == nil, "%+v: %v", d, err)
	if err != nil {
		var refused *farm.RefusedError
		require.ErrorAs(t, err, &refused)
		require.NotEmpty(t, refused.Why)
		require.Equal(t, before, text(t, m.q), "a refused decision changes nothing")
		return
	}
	require.NotEmpty(t, why)
	if d.Choice == farm.ChoiceApprove {
		m.approved[name] = true
	}
	if d.Choice == farm.ChoiceReject || len(m.approved) >= m.q.Quorum {
		m.closed = text(t, m.q)
		require.Equal(t, []any{d.Choice, d.Who, d.Reason, m.at}, []any{m.q.Answer, m.q.By, m.q.Reason, m.q.Answered})
	}
}

// Exclude: somebody has carried something out, and his approval no longer counts.
func (m *questionMachine) Exclude(t *rapid.T) {
	name := rapid.SampledFrom(slices.Concat(groupNames, outsiders)).Draw(t, "who")
	m.q.Exclude(spelled(t, name))
	if m.closed == "" {
		m.excluded[name] = true
		delete(m.approved, name)
	}
}

// Renew shows other facts, or the same once more.
func (m *questionMachine) Renew(t *rapid.T) {
	if m.closed != "" {
		return // a workflow renews what is open; closed evidence is what was decided on
	}
	facts := []farm.Fact{{Label: "APP01", Text: fmt.Sprint("look ", rapid.IntRange(1, 3).Draw(t, "look"))}}
	old := m.q
	next, renewed := m.q.Renew(facts, m.at)
	if require.Equal(t, old.Facts[0].Text != facts[0].Text, renewed); renewed {
		require.Equal(t, farm.ChoiceVoid, m.q.Answer)
		require.Equal(t, old.Revision+1, next.Revision)
		m.q, m.digests = next, append(m.digests, old.Digest)
		clear(m.approved)
	}
}

// Check holds after every step.
func (m *questionMachine) Check(t *rapid.T) {
	require.Equal(t, m.closed == "", m.q.Open(), "it closes by a quorum of distinct eligible members, or one reject, and by nothing else")
	require.Len(t, m.q.Approvals, len(m.approved))
	if m.closed != "" {
		require.Equal(t, m.closed, text(t, m.q), "nothing changes after closing")
		return
	}
	require.Less(t, len(m.approved), m.q.Quorum)
	for _, e := range m.q.Eligible() {
		require.False(t, m.excluded[e], e)
	}
	require.Equal(t, farm.EvidenceDigest(m.q.ID, m.q.Revision, m.q.Facts), m.q.Digest)
}

// TestGateMachine: whatever arrives in whatever order, a gate opens only for people who may, enough of
// them, each counted once, who looked at what is shown.
func TestGateMachine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { t.Repeat(rapid.StateMachineActions(newQuestionMachine(t))) })
}

// TestInterventionMachine: the first operator with a reason decides, and only among what is offered.
func TestInterventionMachine(t *testing.T) {
	offered := []farm.Choice{farm.ChoiceRetry, farm.ChoiceVerifyAgain, farm.ChoiceAbort}
	rapid.Check(t, func(t *rapid.T) {
		q := farm.Question{ID: "i-1", Kind: farm.QuestionIntervention, Choices: offered, Members: groupNames, Quorum: 1, Asked: asked}
		q.Show([]farm.Fact{{Label: "ran", Text: "psconfig"}})
		for range rapid.IntRange(1, 12).Draw(t, "decisions") {
			name := rapid.SampledFrom(slices.Concat(groupNames, outsiders)).Draw(t, "who")
			d := says(q, spelled(t, name), rapid.SampledFrom(append(offered, farm.ChoiceApprove, farm.ChoiceSkip, farm.ChoiceRetryWithForce)).Draw(t, "choice"))
			d.Reason = rapid.SampledFrom([]string{"", "looked at it"}).Draw(t, "reason")
			q.Exclude(name) // an operator may answer for what he did himself
			counts := q.Open() && slices.Contains(groupNames, name) && slices.Contains(offered, d.Choice) && d.Reason != ""
			before, checked := text(t, q), q.Check(d)
			_, err := q.Decide(d, asked)
			require.Equal(t, checked, err)
			require.Equal(t, counts, err == nil, "%+v: %v", d, err)
			if counts {
				require.Equal(t, d.Choice, q.Answer)
				continue
			}
			require.Equal(t, before, text(t, q))
		}
	})
}
