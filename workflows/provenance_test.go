package workflows_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/workflows"
)

// TestStatusKeepsWhatAuditorsAskFor: the program, each look at users off, the services at the end.
func TestStatusKeepsWhatAuditorsAskFor(t *testing.T) {
	w := newWorld(t)
	w.approveEvery()
	s := w.completes()
	require.Len(t, s.Programs, 1, "the same program is listed once")
	require.Equal(t, "inspect.ps1", s.Programs[0].Scripts[0].Name)

	require.Equal(t, "after disconnecting", s.UsersOff.Log[0].When)
	all := 0
	for _, l := range s.UsersOff.Log {
		require.True(t, l.Held)
		require.NotEmpty(t, l.Servers)
		if l.All {
			all++
		}
	}
	require.Equal(t, s.UsersOff.Proofs, all, "what counts as a proof is a look at all of them")

	for _, rec := range s.Services {
		require.Contains(t, s.ServicesAfter, farm.ServiceState{Server: rec.Server, Name: rec.Name, Running: true, StartMode: farm.StartAutomatic})
	}
	require.Contains(t, s.ServicesAfter, farm.ServiceState{Server: "APP01", Name: farm.ServiceTimer, Running: true, StartMode: farm.StartAutomatic})
}

// TestLookThatFoundUsersOnIsKept with what it was: repaired.
func TestLookThatFoundUsersOnIsKept(t *testing.T) {
	w := newWorld(t)
	w.on["wizard APP02"] = func(int) error { w.running["WFE02/W3SVC"] = true; return nil }
	w.approveEvery()
	s := w.completes()
	require.NotEmpty(t, s.UsersOff.Violations)
	broken := 0
	for _, l := range s.UsersOff.Log {
		if !l.Held {
			broken++
			require.Equal(t, "after the wizard on APP02", l.When)
		}
	}
	require.Equal(t, 1, broken)
}

// TestWorkerThatWasReplacedIsListedToo since it carried the rest out.
func TestWorkerThatWasReplacedIsListedToo(t *testing.T) {
	w := newWorld(t)
	w.upgraded = true
	w.approveEvery()
	s := w.completes()
	require.Len(t, s.Programs, 2)
	require.NotEqual(t, s.Programs[0].Version, s.Programs[1].Version)
}

// TestEvidenceThatCannotBeReadStopsNothing: neither the program nor the services at the end.
func TestEvidenceThatCannotBeReadStopsNothing(t *testing.T) {
	w := newWorld(t)
	w.on["describe program"] = func(int) error { return activities.Fail(farm.Failure{Kind: farm.FailureDefect, Message: "no"}) }
	w.approveEvery()
	s := w.completes()
	require.Empty(t, s.Programs)
}

// TestSignEvidenceAsksTheSite that it is told, and gives its answer back.
func TestSignEvidenceAsksTheSite(t *testing.T) {
	w := newWorld(t)
	w.env.ExecuteWorkflow(workflows.SignEvidenceWorkflow, workflows.SignEvidenceInput{
		Site: "emea", SignRequest: activities.SignRequest{Manifest: []byte("m"), AskedBy: "dave"},
	})
	require.NoError(t, w.env.GetWorkflowError())
	var signed activities.Signed
	require.NoError(t, w.env.GetWorkflowResult(&signed))
	require.Equal(t, "signed m", signed.Signature)
	require.True(t, strings.HasPrefix(signed.Public, "ssh-ed25519 "))
}
