package workflows_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

func (w *world) verifies() farm.Verification {
	w.t.Helper()
	w.env.ExecuteWorkflow(workflows.VerifyFarmWorkflow, w.in)
	require.NoError(w.t, w.env.GetWorkflowError())
	var v farm.Verification
	require.NoError(w.t, w.env.GetWorkflowResult(&v))
	return v
}

// TestVerifyFarmReadsOnly: the witnesses of an updated farm agree, and nothing but reading was done.
func TestVerifyFarmReadsOnly(t *testing.T) {
	w := newWorld(t)
	w.updatedBefore(w.everyServer()...)
	v := w.verifies()
	require.True(t, v.Proven, v.Doubts)
	require.Len(t, v.Servers, len(w.everyServer()))
	for _, s := range v.Servers {
		require.NotEmpty(t, s.Witnesses)
		require.Zero(t, w.count("wizard "+s.Name))
		require.Zero(t, w.count("stop W3SVC "+s.Name))
		require.Equal(t, 1, w.count("clean up "+s.Name))
	}
	require.NotEmpty(t, v.Databases)
	require.Zero(t, w.count("acquire"), "no lease for a look")
}

// TestVerifyFarmShowsEveryDoubt: nothing is averaged, and what could not be asked is a doubt.
func TestVerifyFarmShowsEveryDoubt(t *testing.T) {
	w := newWorld(t)
	servers := w.everyServer()
	w.updatedBefore(servers...)
	delete(w.installed, servers[1]+"/KB951297")
	delete(w.finalized, servers[2])
	w.on["inspect "+servers[3]] = always(fails(farm.FailureAuth, servers[3], "the account was refused"))
	w.stale = "12.0.6219.1000"
	v := w.verifies()
	require.False(t, v.Proven)
	for _, want := range []string{
		servers[1] + ": packages: ", servers[2] + ": SetupType: B2B_UPGRADE", servers[3] + ": auth: the account was refused", ": VERSIONS: ",
	} {
		require.Condition(t, func() bool {
			for _, d := range v.Doubts {
				if strings.Contains(d, want) {
					return true
				}
			}
			return false
		}, "%s in %q", want, v.Doubts)
	}
	require.NotContains(t, v.Doubts, servers[0])
}

// TestVerifyFarmMissesADatabase: one that no SQL Server of the file holds was not proven.
func TestVerifyFarmMissesADatabase(t *testing.T) {
	w := newWorld(t, func(r *farm.Rollout) {
		r.Farms[0].Databases.Expect = append(r.Farms[0].Databases.Expect, "WSS_Content_Lost")
	})
	w.updatedBefore(w.everyServer()...)
	w.farm.Databases.Expect = w.farm.Databases.Expect[:len(w.farm.Databases.Expect)-1] // the scene has it nowhere
	v := w.verifies()
	require.False(t, v.Proven)
	require.Equal(t, []string{w.farm.Name + ": database WSS_Content_Lost is on none of the file's SQL Servers"}, v.Doubts)
}
