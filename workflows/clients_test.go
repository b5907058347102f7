package workflows_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// ReadClients judges the computers that were asked, or answers with the clients that are behind, of ten.
func (s *scene) ReadClients(_ context.Context, r activities.ClientsRequest) (farm.ClientFacts, error) {
	unlock, err := s.call("clients")
	defer unlock()
	if r.Inventory == "" {
		f := farm.JudgeClients(farm.Client{Accepted: []string{"KB952067"}}, r.Asked)
		f.Asked = r.AskedComputers
		return f, err
	}
	return farm.ClientFacts{Inventory: r.Inventory, Total: 10, Ready: 10 - s.clientsBehind, Behind: s.clientsBehind}, err
}

func withClients(p farm.ClientPolicy) func(*farm.Rollout) {
	return func(r *farm.Rollout) { r.Farms[0].Clients = farm.Clients{Inventory: "clients.csv", Policy: p} }
}

func TestClientsBehindHoldUsersOff(t *testing.T) {
	w := newWorld(t, withClients(farm.ClientsHold))
	w.clientsBehind = 3
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.StepCheckClients, q.Failure.Step)
		require.Equal(t, "3 of 10 clients are behind", q.Failure.Message)
		require.Contains(t, q.Choices, farm.ChoiceSkip)
		require.Zero(t, w.count("start W3SVC WFE01"), "users are off")
		w.mu.Lock()
		defer w.mu.Unlock()
		w.clientsBehind = 0
	})
	w.approveEvery()
	s := w.completes()
	require.Equal(t, 3, w.count("clients"), "at preflight, before users come back, and after the fix")
	require.Equal(t, 10, s.Facts.Clients.Ready)
	require.Empty(t, s.Exceptions)
}

func TestOperatorMayLetUsersComeWithClientsBehind(t *testing.T) {
	w := newWorld(t, withClients(farm.ClientsHold))
	w.clientsBehind = 1
	w.answer("i-1", farm.ChoiceSkip)
	w.approveEvery()
	require.Equal(t, farm.OutcomeCompletedWithExceptions, w.run().Outcome)
}

func TestClientsBehindAreWarnedOf(t *testing.T) {
	w := newWorld(t, withClients(farm.ClientsWarn))
	w.clientsBehind = 1
	w.on["clients"] = func(n int) error {
		if n > 1 {
			return fails(farm.FailureNotFound, "contoso-pwa", "the file is gone")
		}
		return nil
	}
	w.approveEvery()
	s := w.completes()
	require.Equal(t, 1, s.Facts.Clients.Behind, "a list that cannot be read again is no reason to hold users off")
}

func TestInventoryThatCannotBeReadBlocks(t *testing.T) {
	w := newWorld(t, withClients(farm.ClientsWarn))
	w.on["clients"] = always(fails(farm.FailureBadInput, "contoso-pwa", "line 3: no computer"))
	w.answer("i-1", farm.ChoiceAbort, func(q farm.Question) { require.Contains(t, q.Failure.Log[0], "line 3") })
	require.Equal(t, farm.OutcomeRefused, w.run().Outcome)
	w.requireUntouched()
}
