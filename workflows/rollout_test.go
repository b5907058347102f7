package workflows_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// twoFarms is the example's rollout with a second farm like its first.
func twoFarms(r *farm.Rollout) {
	other := r.Farms[0]
	other.Name = "fabrikam-pwa"
	r.Farms = append(r.Farms, other)
}

// rollout runs the rollout to its end.
func (w *world) rollout() farm.RolloutStatus {
	w.t.Helper()
	w.env.ExecuteWorkflow(workflows.RolloutWorkflow, workflows.RolloutInput{
		Rollout: w.in.Rollout, Release: w.in.Release, Digest: w.in.Digest, StartedBy: "dave", InstallParallel: 4,
	})
	require.True(w.t, w.env.IsWorkflowCompleted())
	require.NoError(w.t, w.env.GetWorkflowError())
	var s farm.RolloutStatus
	require.NoError(w.t, w.env.GetWorkflowResult(&s))
	return s
}

func TestRolloutCollectsOutcomes(t *testing.T) {
	w := newWorld(t, twoFarms)
	w.env.OnWorkflow(workflows.FarmUpdateWorkflow, mock.Anything, mock.Anything).Return(
		func(_ workflow.Context, f workflows.FarmUpdateInput) (farm.Result, error) {
			require.Len(t, f.Rollout.Farms, 1)
			if f.Rollout.Farms[0].Name == "fabrikam-pwa" {
				return farm.Result{}, context.DeadlineExceeded
			}
			return farm.Result{Farm: f.Rollout.Farms[0].Name, Outcome: farm.OutcomeCompleted}, nil
		})
	s := w.rollout()
	require.Equal(t, farm.OutcomeFailed, s.Outcome)
	require.Equal(t, farm.OutcomeCompleted, s.Farms[0].Result.Outcome)
	require.Equal(t, farm.OutcomeFailed, s.Farms[1].Result.Outcome)
}

// TestRolloutHasTheWorstOutcome of its farms.
func TestRolloutHasTheWorstOutcome(t *testing.T) {
	w := newWorld(t, twoFarms)
	outcomes := map[string]farm.Outcome{"contoso-pwa": farm.OutcomeRefused, "fabrikam-pwa": farm.OutcomeCompletedWithExceptions}
	w.env.OnWorkflow(workflows.FarmUpdateWorkflow, mock.Anything, mock.Anything).Return(
		func(_ workflow.Context, f workflows.FarmUpdateInput) (farm.Result, error) {
			return farm.Result{Farm: f.Rollout.Farms[0].Name, Outcome: outcomes[f.Rollout.Farms[0].Name]}, nil
		})
	require.Equal(t, farm.OutcomeRefused, w.rollout().Outcome)
}

// TestCancelledRolloutReachesItsFarms: each asks what becomes of its services, and is waited for.
func TestCancelledRolloutReachesItsFarms(t *testing.T) {
	w := newWorld(t)
	child := workflows.FarmUpdateID("contoso-pwa")
	ask := func() *farm.Status {
		v, err := w.env.QueryWorkflowByID(child, workflows.QueryStatus)
		require.NoError(t, err)
		var s farm.Status
		require.NoError(t, v.Get(&s))
		return &s
	}
	w.env.RegisterDelayedCallback(func() {
		require.Equal(t, farm.RunGate, ask().State)
		w.env.CancelWorkflow()
	}, time.Hour)
	w.env.RegisterDelayedCallback(func() {
		q := ask().Question("i-1")
		require.NotNil(t, q)
		require.Contains(t, q.Failure.Message, "cancellation")
		require.NoError(t, w.env.SignalWorkflowByID(child, workflows.MessageDecide,
			farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: "erin", Choice: farm.ChoiceStartServices, Reason: "storm"}))
	}, 2*time.Hour)
	s := w.rollout()
	require.Equal(t, farm.OutcomeAborted, s.Outcome)
	require.Equal(t, farm.OutcomeAborted, s.Farms[0].Result.Outcome)
	require.True(t, w.running["WFE01/W3SVC"])
	require.Zero(t, w.count("install KB951695 APP01"))
}
