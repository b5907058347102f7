package workflows_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// TestClaimsAndNotes answer nothing: they are in the evidence, and whoever may decide still decides.
func TestClaimsAndNotes(t *testing.T) {
	w := newWorld(t)
	w.ends[onApp02] = []ending{exits(17302)}
	says := func(who, subject string, c farm.Choice, text string) {
		w.env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: subject, Who: who, Choice: c, Reason: text})
	}
	w.whenOpen("install", func(q farm.Question) {
		says("erin", "install", farm.ChoiceClaim, "")
		w.send(q, "bob", farm.ChoiceApprove)
	})
	w.whenOpen("i-1", func(q farm.Question) {
		says("mallory", "i-1", farm.ChoiceClaim, "")
		says("bob", "i-1", farm.ChoiceClaim, "") // an approver
		says("dave", "i-1", farm.ChoiceClaim, "I am at the console")
		says("Dave", "i-1", farm.ChoiceClaim, "")
		says("erin", "i-1", farm.ChoiceClaim, "")
		says("carol", "i-1", farm.ChoiceNote, "the disk was full until 23:10")
		says("alice", farm.SubjectFarm, farm.ChoiceNote, "told the help desk")
		says("mallory", farm.SubjectFarm, farm.ChoiceNote, "was here")
		says("erin", "i-7", farm.ChoiceNote, "about nothing")
		says("erin", farm.SubjectFarm, farm.ChoiceNote, " ")
		w.after(hour, func() {
			open := w.status().Question("i-1")
			require.True(t, open.Open())
			require.Equal(t, "erin", open.ClaimedBy)
			w.send(q, "dave", farm.ChoiceRetry) // the one who did not claim it last
		})
	})
	w.whenOpen("continue", func(q farm.Question) {
		require.NotContains(t, w.status().Executors, "erin", "who only claimed it has carried nothing out")
		w.send(q, "carol", farm.ChoiceApprove)
	})
	s := w.completes()
	for i, want := range []string{
		"install is a gate: interventions are claimed", "decided",
		"mallory may not decide here", "bob may not decide here", "claimed", "has claimed i-1 already", "claimed, taken over from dave",
		"noted", "noted", `does not name "mallory"`, `nothing called "i-7" was asked`, "the note is empty", "decided", "decided",
	} {
		require.Contains(t, s.Decisions[i].Why, want, "%d", i)
	}
}

// TestNotesAreBounded: each stays in the status.
func TestNotesAreBounded(t *testing.T) {
	w := newWorld(t)
	w.whenOpen("install", func(farm.Question) {
		for i := range 101 {
			w.env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: farm.SubjectFarm, Who: "bob", Choice: farm.ChoiceNote, Reason: fmt.Sprint("note ", i)})
		}
		w.approveEvery()
	})
	s := w.completes()
	require.True(t, s.Decisions[99].Accepted)
	require.False(t, s.Decisions[100].Accepted)
	require.Contains(t, s.Decisions[100].Why, "no room for more")
}
