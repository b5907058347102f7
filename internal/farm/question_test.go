package farm_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
)

var asked = time.Date(2008, 7, 15, 1, 29, 0, 0, time.UTC)

func gate(quorum int) farm.Question {
	q := farm.Question{
		ID: "continue", Kind: farm.QuestionGate, Choices: []farm.Choice{farm.ChoiceApprove, farm.ChoiceReject}, Quorum: quorum,
		Members: []string{"alice", "bob", "carol", "dave"}, Excluded: []string{"alice"}, Asked: asked,
	}
	q.Show([]farm.Fact{{Label: "APP01", Text: "psconfig exit code 0"}})
	return q
}

func says(q farm.Question, who string, choice farm.Choice) farm.Decision {
	return farm.Decision{Subject: q.ID, Evidence: q.Digest[:farm.MinDigest], Who: who, Choice: choice, Reason: "looked at it"}
}

// TestRefusedDecisions: each is refused with its reason, and changes nothing.
func TestRefusedDecisions(t *testing.T) {
	for want, spoil := range map[string]func(*farm.Decision){
		`this is about "install"`:       func(d *farm.Decision) { d.Subject = "install" },
		"names nobody":                  func(d *farm.Decision) { d.Who = " " },
		`"skip" is not a choice`:        func(d *farm.Decision) { d.Choice = farm.ChoiceSkip },
		"names no evidence digest":      func(d *farm.Decision) { d.Evidence = d.Evidence[:farm.MinDigest-1] },
		"look again":                    func(d *farm.Decision) { d.Evidence = "0000000000" },
		"Alice requested":               func(d *farm.Decision) { d.Who = "Alice" },
		"mallory may not decide":        func(d *farm.Decision) { d.Who = "mallory" },
		"has approved continue already": func(d *farm.Decision) { d.Who = "BOB " },
		"reject needs a reason":         func(d *farm.Decision) { d.Choice, d.Reason = farm.ChoiceReject, "" },
	} {
		q := gate(2)
		_, err := q.Decide(says(q, "bob", farm.ChoiceApprove), asked)
		require.NoError(t, err)
		before := q
		d := says(q, "carol", farm.ChoiceApprove)
		spoil(&d)
		_, err = q.Decide(d, asked)
		var refused *farm.RefusedError
		require.ErrorAs(t, err, &refused, want)
		require.ErrorContains(t, err, want)
		require.Equal(t, before, q)
	}
}

func TestGate(t *testing.T) {
	q := gate(2)
	require.Equal(t, []string{"bob", "carol", "dave"}, q.Eligible())
	what, err := q.Decide(says(q, "bob", farm.ChoiceApprove), asked)
	require.NoError(t, err)
	require.Equal(t, "approval 1 of 2", what)
	require.True(t, q.Open())
	d := says(q, "Carol", farm.ChoiceApprove)
	d.Evidence = strings.ToUpper(q.Digest)
	_, err = q.Decide(d, asked.Add(time.Minute))
	require.NoError(t, err)
	require.False(t, q.Open())
	require.Equal(t, farm.ChoiceApprove, q.Answer)
	require.Equal(t, asked.Add(time.Minute), q.Answered)
	_, err = q.Decide(says(q, "dave", farm.ChoiceReject), asked)
	require.ErrorContains(t, err, "already decided: approve by Carol")
}

// TestRejectEndsAGate, also after approvals.
func TestRejectEndsAGate(t *testing.T) {
	q := gate(3)
	_, err := q.Decide(says(q, "bob", farm.ChoiceApprove), asked)
	require.NoError(t, err)
	_, err = q.Decide(says(q, "carol", farm.ChoiceReject), asked)
	require.NoError(t, err)
	require.Equal(t, farm.ChoiceReject, q.Answer)
	require.Equal(t, "looked at it", q.Reason)
}

// TestNewEvidenceVoidsApprovals, and the same evidence does not.
func TestNewEvidenceVoidsApprovals(t *testing.T) {
	q := gate(2)
	_, err := q.Decide(says(q, "bob", farm.ChoiceApprove), asked)
	require.NoError(t, err)
	old := says(q, "carol", farm.ChoiceApprove)
	same := slices.Clone(q.Facts)
	same[0].Seen = asked.Add(time.Hour)
	_, renewed := q.Renew(same, asked)
	require.False(t, renewed)
	require.Len(t, q.Approvals, 1)
	require.Equal(t, asked.Add(time.Hour), q.Facts[0].Seen, "it was seen again")
	next, renewed := q.Renew([]farm.Fact{{Label: "APP01", Text: "W3SVC is running"}}, asked.Add(2*time.Hour))
	require.True(t, renewed)
	require.Empty(t, next.Approvals)
	require.Equal(t, []any{farm.ChoiceVoid, 1, asked.Add(2 * time.Hour)}, []any{q.Answer, len(q.Approvals), q.Answered}, "and what was shown stays")
	_, err = next.Decide(old, asked)
	require.ErrorContains(t, err, "look again")
	back, renewed := next.Renew(q.Facts, asked.Add(3*time.Hour))
	require.True(t, renewed)
	_, err = back.Decide(old, asked)
	require.ErrorContains(t, err, "look again", "not even when everything is as it was: it was asked anew")
}

// TestExclude: whoever carries out the rollout no longer approves it.
func TestExclude(t *testing.T) {
	q := gate(2)
	_, err := q.Decide(says(q, "bob", farm.ChoiceApprove), asked)
	require.NoError(t, err)
	q.Exclude("Bob", "", "bob")
	require.Empty(t, q.Approvals)
	require.Equal(t, []string{"alice", "Bob"}, q.Excluded)
	require.ErrorContains(t, q.Check(says(q, "bob", farm.ChoiceApprove)), "may not decide")

	i := farm.Question{ID: "i-1", Kind: farm.QuestionIntervention}
	i.Exclude("bob")
	require.Empty(t, i.Excluded, "an operator may answer for what he did")
}

// TestIntervention: one operator decides, and says why.
func TestIntervention(t *testing.T) {
	q := farm.Question{ID: "i-1", Kind: farm.QuestionIntervention, Choices: []farm.Choice{farm.ChoiceRetry, farm.ChoiceAbort}, Members: []string{"dave"}}
	q.Show([]farm.Fact{{Label: "ran", Text: "psconfig"}})
	d := says(q, "dave", farm.ChoiceRetry)
	d.Reason = ""
	require.ErrorContains(t, q.Check(d), "retry needs a reason")
	_, err := q.Decide(says(q, "dave", farm.ChoiceRetry), asked)
	require.NoError(t, err)
	require.Equal(t, farm.ChoiceRetry, q.Answer)
	require.Equal(t, "dave", q.By)
}

// TestAnyDecisions sends random decisions to a gate: it opens for nobody but enough eligible people who
// looked at what is shown, and once closed it stays as it is.
func TestAnyDecisions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := gate(rapid.IntRange(1, 3).Draw(t, "quorum"))
		approved := map[string]bool{}
		for range rapid.IntRange(1, 20).Draw(t, "decisions") {
			d := says(q, rapid.SampledFrom([]string{"alice", "bob", "BOB", "carol", "dave", "mallory", ""}).Draw(t, "who"),
				rapid.SampledFrom([]farm.Choice{farm.ChoiceApprove, farm.ChoiceApprove, farm.ChoiceReject, farm.ChoiceSkip}).Draw(t, "choice"))
			fresh := rapid.Bool().Draw(t, "fresh")
			if !fresh {
				d.Evidence = strings.Repeat("f", farm.MinDigest)
			}
			before, checked := q, q.Check(d)
			_, err := q.Decide(d, asked)
			require.Equal(t, checked, err, "Check and Decide agree")
			if err != nil {
				require.Equal(t, before, q)
				continue
			}
			require.True(t, before.Open() && fresh)
			require.Contains(t, q.Eligible(), strings.ToLower(d.Who))
			if d.Choice == farm.ChoiceApprove {
				require.False(t, approved[strings.ToLower(d.Who)], "one person, one voice")
				approved[strings.ToLower(d.Who)] = true
			}
			require.Equal(t, d.Choice == farm.ChoiceReject || len(approved) >= q.Quorum, !q.Open())
		}
	})
}
