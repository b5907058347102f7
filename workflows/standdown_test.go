package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// TestStandDownBringsBackWhatWasDetachedAndPaused: between the gate install and the first package content databases are
// detached and mirroring is paused. A window that is missed there ends with both as they were, before users come back; and
// the next round does both again.
func TestStandDownBringsBackWhatWasDetachedAndPaused(t *testing.T) {
	w := newWorld(t, content, mirroredTo(farm.MirroringPause), within(every("sat"), every("sun")))
	w.mirror("SYNCHRONIZED", "PWA_Draft")
	w.ends["deletecontentdb WSS_Content_B"] = []ending{{activities.JobEnd{Exit: -1, Tail: []string{"Access denied."}}, false}}
	w.whenOpen("install", func(q farm.Question) { w.send(q, "bob", farm.ChoiceApprove) })
	w.whenOpen("i-1", func(farm.Question) { // nobody answers
		require.True(t, w.detached["WSS_Content_A"])
		require.Equal(t, farm.MirrorSuspended, w.mirrors[0].State)
	})
	w.env.RegisterDelayedCallback(func() {
		require.False(t, w.detached["WSS_Content_A"])
		require.NotEqual(t, farm.MirrorSuspended, w.mirrors[0].State)
		require.True(t, w.running["WFE01/W3SVC"])
		require.Empty(t, w.installed)
		require.Less(t, w.index("addcontentdb WSS_Content_A"), w.index("restore W3SVC WFE01"))
	}, 12*time.Hour)
	w.env.RegisterDelayedCallback(w.approveEvery, 21*time.Hour)
	s := w.completes()
	require.Equal(t, 2, w.count("deletecontentdb WSS_Content_A"))
	require.Equal(t, 2, w.count("pause mirrors SQL01"))
	require.Equal(t, 2, w.count("resume mirrors SQL01"))
	for _, d := range s.Content {
		require.False(t, d.Out(), d.Name)
	}
}

// TestStandDownInTrouble: a service that does not start again is an operator's matter, and nobody waits for a window with
// users off.
func TestStandDownInTrouble(t *testing.T) {
	w := newWorld(t, within(every("sat"), every("sun")))
	w.whenOpen("install", func(farm.Question) {})
	w.on["restore W3SVC WFE01"] = first(1, fails(farm.FailureCommand, "WFE01", "it does not start"))
	w.whenOpen("i-1", func(q farm.Question) {
		require.Equal(t, farm.RunOperator, w.status().State)
		w.send(q, "erin", farm.ChoiceRetry)
	})
	w.env.RegisterDelayedCallback(w.approveEvery, 21*time.Hour)
	s := w.completes()
	require.Len(t, s.UsersOff.Earlier, 1)
}

// TestAbortWhileStandingDown asks what to do with what is still stopped, as any abort before the first package does.
func TestAbortWhileStandingDown(t *testing.T) {
	w := newWorld(t, within(every("sat"), every("sun")))
	w.whenOpen("install", func(farm.Question) {})
	w.on["restore W3SVC WFE01"] = first(1, fails(farm.FailureCommand, "WFE01", "it does not start"))
	w.answer("i-1", farm.ChoiceAbort)
	w.answer("i-2", farm.ChoiceStartServices)
	require.Equal(t, farm.OutcomeAborted, w.run().Outcome)
	require.True(t, w.running["WFE01/W3SVC"])
}
