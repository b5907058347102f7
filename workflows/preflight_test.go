package workflows_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// requireUntouched: nothing was done to the farm but looking.
func (w *world) requireUntouched() {
	w.t.Helper()
	for _, c := range w.calls {
		for _, act := range []string{"stop ", "start ", "backup ", "install ", "wizard ", "reboot ", "acquire", "release"} {
			require.False(w.t, strings.HasPrefix(c, act), c)
		}
	}
}

func TestPreflightIsCheckedAgainAfterAFix(t *testing.T) {
	w := newWorld(t)
	pending := []string{"Windows Update"}
	w.tweak["WFE01"] = func(f *farm.ServerFacts) { f.PendingReboot = pending }
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.FailurePreflight, q.Failure.Kind)
		require.Equal(t, []farm.Choice{farm.ChoiceRetry, farm.ChoiceAbort}, q.Choices)
		require.Contains(t, q.Failure.Log[0], "WFE01: a reboot is pending: Windows Update")
		w.requireUntouched()
		w.mu.Lock()
		defer w.mu.Unlock()
		pending = nil
	})
	w.approveEvery()
	w.completes()
	require.Equal(t, 2, w.count("probe WFE01"))
}

func TestPreflightRefuses(t *testing.T) {
	w := newWorld(t)
	w.tweak["APP02"] = func(f *farm.ServerFacts) { f.ServerRole = "SINGLESERVER" }
	w.answer("i-1", farm.ChoiceAbort)
	r := w.run()
	require.Equal(t, farm.OutcomeRefused, r.Outcome)
	require.Contains(t, r.Why, "APP02: SERVERROLE is singleserver")
	w.requireUntouched()
}

// TestUnreachableServerIsAFinding, and what the others say is reported beside it.
func TestUnreachableServerIsAFinding(t *testing.T) {
	w := newWorld(t)
	w.on["inspect WFE01"] = always(fails(farm.FailureUnreachable, "WFE01", "nobody answers"))
	w.on["inspect SQL01"] = always(fails(farm.FailureUnreachable, "SQL01", "port 1433 is closed"))
	w.tweak["APP02"] = func(f *farm.ServerFacts) { f.Administrator = false }
	w.answer("i-1", farm.ChoiceAbort, func(q farm.Question) {
		log := strings.Join(q.Failure.Log, "\n")
		require.Contains(t, log, "WFE01: unreachable: nobody answers")
		require.Contains(t, log, "SQL01: unreachable: port 1433 is closed")
		require.Contains(t, log, "APP02: CONTOSO\\sp-setup is not a member of Administrators")
	})
	require.Equal(t, farm.OutcomeRefused, w.run().Outcome)
	require.Greater(t, w.count("inspect WFE01"), 1, "a server that does not answer is asked again")
	require.Zero(t, w.count("probe WFE01"))
	require.Equal(t, 1, w.count("probe WFE02"))
}

// TestRefusedAccountIsTriedOnce: more would lock it.
func TestRefusedAccountIsTriedOnce(t *testing.T) {
	for _, name := range []string{"APP01", "WFE01"} {
		w := newWorld(t)
		w.on["inspect "+name] = always(fails(farm.FailureAuth, name, "the account was refused"))
		w.answer("i-1", farm.ChoiceAbort)
		require.Equal(t, farm.OutcomeRefused, w.run().Outcome)
		require.Equal(t, 1, w.count("inspect "+name))
		for _, c := range w.calls {
			require.False(t, c != "inspect "+name && strings.HasSuffix(c, " "+name), c)
		}
		w.requireUntouched() // the host of Central Administration is not asked for a lease either
	}
}

func TestRefusedProbeIsTriedOnce(t *testing.T) {
	w := newWorld(t)
	w.on["probe APP01"] = always(fails(farm.FailureJobStart, "APP01", "the task did not start"))
	w.answer("i-1", farm.ChoiceAbort, func(q farm.Question) { require.Contains(t, q.Failure.Log[0], "job-not-started") })
	require.Equal(t, farm.OutcomeRefused, w.run().Outcome)
	require.Equal(t, 1, w.count("probe APP01"))
	require.Zero(t, w.count("describe"))
}

// TestHeldLease: another installation of farmhand works on the farm.
func TestHeldLease(t *testing.T) {
	held := fails(farm.FailureLease, "APP01", "the farm is leased to fabrikam")
	t.Run("given back", func(t *testing.T) {
		w := newWorld(t)
		w.on["acquire"] = first(1, held)
		w.approveEvery()
		w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
			require.Equal(t, farm.FailureLease, q.Failure.Kind)
			require.Equal(t, []farm.Choice{farm.ChoiceRetry, farm.ChoiceAbort}, q.Choices)
			require.Zero(t, w.count("stop W3SVC WFE01"))
		})
		w.completes()
		require.Equal(t, 1, w.count("release"))
	})
	t.Run("kept", func(t *testing.T) {
		w := newWorld(t)
		w.on["acquire"] = always(held)
		w.answer("i-1", farm.ChoiceAbort)
		require.Equal(t, farm.OutcomeAborted, w.run().Outcome)
		require.Zero(t, w.count("stop W3SVC WFE01"))
	})
}

// TestNoRolloutWithoutItsApproval: the gate continue cannot be left out, whoever starts the workflow.
func TestNoRolloutWithoutItsApproval(t *testing.T) {
	w := newWorld(t, func(r *farm.Rollout) { r.Gates = r.Gates[:1] })
	require.Equal(t, farm.GateInstall, w.in.Rollout.Gates[0].Name)
	w.env.ExecuteWorkflow(workflows.FarmUpdateWorkflow, w.in)
	require.ErrorContains(t, w.env.GetWorkflowError(), "the rollout names no gate continue")
	require.Empty(t, w.calls)
}

// TestPreflightByItself reports every finding and asks nobody.
func TestPreflightByItself(t *testing.T) {
	w := newWorld(t)
	w.tweak["WFE02"] = func(f *farm.ServerFacts) { f.PendingReboot = []string{"Windows Update"} }
	w.on["inspect APP02"] = always(fails(farm.FailureDenied, "APP02", "not allowed"))
	w.env.ExecuteWorkflow(workflows.PreflightFarmWorkflow, w.in)
	require.NoError(t, w.env.GetWorkflowError())
	var r workflows.PreflightResult
	require.NoError(t, w.env.GetWorkflowResult(&r))
	var found []string
	for _, f := range farm.Blocking(r.Findings) {
		found = append(found, f.Server+": "+f.What)
	}
	require.Contains(t, found, "APP02: denied: not allowed")
	require.Contains(t, found, "WFE02: a reboot is pending: Windows Update")
	require.Len(t, r.Facts.Servers, 3)
	w.requireUntouched()
}
