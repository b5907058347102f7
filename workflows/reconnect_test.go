package workflows_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// withSmokeTests asks the gate reconnect, and one page of every front-end.
func withSmokeTests(r *farm.Rollout) {
	r.Gates = append(r.Gates, farm.GatePolicy{Name: farm.GateReconnect, Group: "change", Quorum: 1})
	r.Farms[0].SmokeTests = []farm.SmokeTest{{Name: "home", URL: "http://pwa.contoso/pwa", Expect: "Project Web Access"}}
}

// TestFirstFrontEndShowsTheOthersTheWay: services, warm-up and smoke tests on one; then people; then the rest.
func TestFirstFrontEndShowsTheOthersTheWay(t *testing.T) {
	w := newWorld(t, withSmokeTests)
	w.approveEvery()
	w.whenOpen("reconnect", func(q farm.Question) {
		require.True(t, w.running["APP01/Queue"])
		require.Equal(t, 1, w.count("smoke test WFE01"))
		require.Zero(t, w.count("restore W3SVC WFE02"))
		last := q.Facts[len(q.Facts)-1]
		require.Equal(t, "first", last.Label)
		require.True(t, strings.HasPrefix(last.Text, "WFE01 serves whoever reaches it"))
		require.Contains(t, last.Text, "smoke tests: as expected")
		require.True(t, w.status().UsersOff.Until.IsZero())
	})
	s := w.completes()
	require.Equal(t, 1, w.count("smoke test WFE02"))
	require.Greater(t, w.index("smoke test WFE01"), w.index("warm up WFE01"))
	require.False(t, s.UsersOff.Until.IsZero())
	require.Equal(t, farm.StepStopWebPublishing, s.Services[0].Step)
}

// TestFailedSmokeTestHoldsTheOthers until an operator has decided.
func TestFailedSmokeTestHoldsTheOthers(t *testing.T) {
	w := newWorld(t, withSmokeTests)
	w.on["smoke test WFE01"] = first(1, fails(farm.FailureSmokeTest, "WFE01", "home: status 500, want 200"))
	w.on["smoke test WFE02"] = always(fails(farm.FailureSmokeTest, "WFE02", "home: status 500, want 200"))
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.StepSmokeTest, q.Failure.Step)
		require.Equal(t, []farm.Choice{farm.ChoiceRetry, farm.ChoiceSkip, farm.ChoiceAbort}, q.Choices)
		require.Nil(t, w.status().Question("reconnect"))
		require.False(t, w.running["WFE02/W3SVC"])
	})
	w.answer("i-2", farm.ChoiceSkip)
	r := w.run()
	require.Equal(t, farm.OutcomeCompletedWithExceptions, r.Outcome)
	require.Equal(t, []string{"smoke-test on WFE02 was skipped by erin: because"}, r.Exceptions)
}

// TestReconnectRejectedAndAborted leaves the others off; the first one serves, and the end says so.
func TestReconnectRejectedAndAborted(t *testing.T) {
	w := newWorld(t, withSmokeTests)
	w.whenOpen("reconnect", func(q farm.Question) { w.send(q, "carol", farm.ChoiceReject) })
	w.whenOpen("install", func(q farm.Question) { w.send(q, "bob", farm.ChoiceApprove) })
	w.whenOpen("continue", func(q farm.Question) { w.send(q, "bob", farm.ChoiceApprove) })
	w.answer("i-1", farm.ChoiceAbort)
	w.answer("i-2", farm.ChoiceLeaveStopped, func(q farm.Question) {
		require.Equal(t, []farm.Choice{farm.ChoiceLeaveStopped}, q.Choices)
	})
	require.Equal(t, farm.OutcomeAborted, w.run().Outcome)
	require.True(t, w.running["WFE01/W3SVC"])
	require.False(t, w.running["WFE02/W3SVC"])
	residual := strings.Join(w.status().Residual, "\n")
	require.Contains(t, residual, "WFE01: W3SVC runs again and serves whoever reaches it")
	require.Contains(t, residual, "WFE02: W3SVC is still stopped")
}
