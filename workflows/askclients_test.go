package workflows_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// ReadClientComputer finds the accepted update on every computer that answers.
func (s *scene) ReadClientComputer(_ context.Context, r activities.ClientComputerRequest) ([]farm.ClientRecord, error) {
	unlock, err := s.call("ask " + r.Server.Name)
	defer unlock()
	return []farm.ClientRecord{{Computer: r.Server.Name, Updates: []string{"KB952067"}}}, err
}

// withAsked gives the farm client computers PC-01, PC-02 and so on.
func withAsked(n int, p farm.ClientPolicy) func(*farm.Rollout) {
	return func(r *farm.Rollout) {
		r.Farms[0].Clients.Policy = p
		for i := range n {
			r.Farms[0].Clients.Computers = append(r.Farms[0].Clients.Computers, farm.ClientComputer{Name: fmt.Sprintf("PC-%02d", i+1), ConnectAs: "setup"})
		}
	}
}

func TestClientsAskedHoldUsersOff(t *testing.T) {
	w := newWorld(t, withAsked(5, farm.ClientsHold))
	off := true
	w.on["ask PC-02"] = func(int) error {
		if off {
			return fails(farm.FailureUnreachable, "PC-02", "no answer")
		}
		return nil
	}
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.StepCheckClients, q.Failure.Step)
		require.Equal(t, "1 of 5 clients are behind", q.Failure.Message)
		require.Contains(t, q.Failure.Log, "PC-02: not reached: no answer")
		require.Zero(t, w.count("start W3SVC WFE01"), "users are off")
		w.mu.Lock()
		defer w.mu.Unlock()
		off = false
	})
	w.approveEvery()
	s := w.completes()
	require.Equal(t, 5, w.count("ask PC-02"), "twice at preflight, twice before users come back, and after the fix")
	require.Equal(t, 3, w.count("ask PC-01"))
	require.Equal(t, 5, s.Facts.Clients.Ready)
	require.Equal(t, 5, s.Facts.Clients.Asked)
	require.Empty(t, s.Exceptions)
}

// TestRefusedLogonIsNotTriedEverywhere: fifty computers with a wrong password would lock the account.
func TestRefusedLogonIsNotTriedEverywhere(t *testing.T) {
	w := newWorld(t, withAsked(20, farm.ClientsWarn))
	for i := range 20 {
		name := fmt.Sprintf("PC-%02d", i+1)
		w.on["ask "+name] = always(fails(farm.FailureAuth, name, "the logon was refused"))
	}
	w.approveEvery()
	s := w.completes()
	asked := 0
	for i := range 20 {
		n := w.count(fmt.Sprintf("ask PC-%02d", i+1))
		require.LessOrEqual(t, n, 2, "once at preflight, once before users come back")
		asked += n
	}
	require.LessOrEqual(t, asked, 2*3)
	require.Equal(t, 20, s.Facts.Clients.Behind, "which is a warning and blocks nothing")
	require.Contains(t, s.Facts.Clients.Named[19].Found, "refused the logon of setup")
}
