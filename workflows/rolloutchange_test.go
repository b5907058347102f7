package workflows_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// changes sends a change. What became of it is known when the rollout has gone on.
func (w *fleetWorld) changes(c farm.FleetChange) (verdict *workflows.Verdict, refused *error) {
	verdict, refused = new(workflows.Verdict), new(error)
	if c.Who == "" {
		c.Who, c.Reason = "erin", "because"
	}
	w.updates++
	w.env.UpdateWorkflow(workflows.MessageChange, fmt.Sprint(w.updates), &testsuite.TestUpdateCallback{
		OnAccept: func() {},
		OnReject: func(err error) { *refused = err },
		OnComplete: func(v any, err error) {
			require.NoError(w, err)
			*verdict = v.(workflows.Verdict)
		},
	}, c)
	return verdict, refused
}

// TestTheFleetChangesWhileItRuns: farms are added, dropped, moved and run again, and more run at once, without a new rollout.
func TestTheFleetChangesWhileItRuns(t *testing.T) {
	w := newFleetWorld(t, farm.Wave{Name: "w", Farms: numbered("w", 5), MaxParallel: 1, StopAfterFailures: "3"}, farm.Wave{Name: "late", Farms: numbered("late", 1)})
	w.ends["w-01"] = farm.OutcomeRefused
	var said []*workflows.Verdict
	change := func(c farm.FleetChange) {
		v, _ := w.changes(c)
		said = append(said, v)
	}
	var underWay, stranger *error
	w.after(30*time.Minute, func() { // w-01 runs
		change(farm.FleetChange{Kind: farm.FleetAdd, Farm: "new", Definition: &farm.Farm{Name: "new", Site: "default"}, Wave: "w", Before: "w-02"})
		change(farm.FleetChange{Kind: farm.FleetDrop, Farm: "w-03"})
		change(farm.FleetChange{Kind: farm.FleetMove, Farm: "w-05", Before: "w-04"})
		_, underWay = w.changes(farm.FleetChange{Kind: farm.FleetDrop, Farm: "w-01"})
		_, stranger = w.changes(farm.FleetChange{Kind: farm.FleetDrop, Farm: "w-04", Who: "bob", Reason: "no"})
	})
	w.after(90*time.Minute, func() { // new runs
		w.mu.Lock()
		w.ends["w-01"] = farm.OutcomeCompleted
		w.mu.Unlock()
		change(farm.FleetChange{Kind: farm.FleetRerun, Farm: "w-01"})
	})
	w.after(150*time.Minute, func() { // w-01 runs again, for it stands first
		change(farm.FleetChange{Kind: farm.FleetParallel, Wave: "w", Parallel: 2})
	})
	s := w.run()
	for _, v := range said {
		require.True(t, v.Accepted, v.Why)
	}
	require.ErrorContains(t, *underWay, "w-01 is under way")
	require.ErrorContains(t, *stranger, `"bob" is no operator`)
	require.Equal(t, []string{"w-01", "new", "w-01", "w-02", "w-05", "w-04", "late-01"}, w.begun())
	require.Equal(t, w.begins[3].at, w.begins[0].at.Add(150*time.Minute), "the second place is taken at once")
	require.Equal(t, farm.OutcomeNotStarted, s.Handle("w-03").Result.Outcome)
	require.Equal(t, "taken out by erin: because", s.Handle("w-03").Result.Why)
	require.Equal(t, []farm.Outcome{farm.OutcomeRefused, farm.OutcomeCompleted}, []farm.Outcome{s.Handle("w-01").Earlier[0].Outcome, s.Handle("w-01").Result.Outcome})
	require.Equal(t, farm.OutcomeCompletedWithExceptions, s.Outcome, "nothing failed in the end, and one farm was left out")
	require.Equal(t, workflows.FarmUpdateID("new"), s.Handle("new").WorkflowID)

	require.Len(t, s.Decisions, 5, "every change is in the evidence")
	require.Equal(t, farm.Choice("add"), s.Decisions[0].Choice)
	require.Contains(t, s.Decisions[0].Why, "added to wave w; what is carried out has the digest ")
	require.Contains(t, s.Executors, "erin", "who changes the fleet carries the rollout out")
	require.Equal(t, "digest", s.Digest, "what it was started with")
	require.NotEmpty(t, s.DigestNow)
	require.Contains(t, s.Decisions[4].Why, s.DigestNow[:12])
	require.Equal(t, "digest", w.digests["w-01"][0])
	require.NotEqual(t, "digest", w.digests["w-02"][0], "farms are started with the digest of what is carried out")
}

// TestAnAbortedRolloutTakesNoChange: what it left out is for another rollout.
func TestAnAbortedRolloutTakesNoChange(t *testing.T) {
	w := newFleetWorld(t, farm.Wave{Name: "w", Farms: numbered("w", 2), MaxParallel: 1})
	var refused *error
	w.after(30*time.Minute, func() {
		w.env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: farm.SubjectRollout, Who: "erin", Choice: farm.ChoiceAbort, Reason: "storm"})
	})
	w.after(40*time.Minute, func() {
		_, refused = w.changes(farm.FleetChange{Kind: farm.FleetRerun, Farm: "w-02"})
	})
	s := w.run()
	require.ErrorContains(t, *refused, "was aborted by erin")
	require.Equal(t, farm.OutcomeNotStarted, s.Handle("w-02").Result.Outcome)
}
