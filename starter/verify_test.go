package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/mocks"

	"farmhand/internal/farm"
	"farmhand/internal/view"
	"farmhand/workflows"
)

func TestVerifyPrintsTheWitnessesAndSaysTheVerdict(t *testing.T) {
	for proven, code := range map[bool]int{true: 0, false: 5} {
		temporal, run := &mocks.Client{}, &mocks.WorkflowRun{}
		temporal.On("ExecuteWorkflow", mock.Anything, mock.Anything, workflows.VerifyFarmWorkflow, mock.Anything).Return(run, nil)
		run.On("Get", mock.Anything, mock.Anything).Run(func(args mock.Arguments) {
			v := args.Get(1).(*farm.Verification)
			*v = farm.Verification{
				Farm: "contoso-pwa", Release: "infrastructure-update", Proven: proven,
				Servers:   []farm.ServerStatus{{Name: "APP01", Witnesses: []farm.WitnessResult{{Witness: farm.WitnessSetupType, Mandatory: true, Agrees: proven, Says: "B2B_UPGRADE"}}}},
				Databases: []farm.DatabaseStatus{{Name: "PWA_Draft", Server: "SQL01", VersionAfter: "12.0.6318.5000", OK: true}},
			}
			if !proven {
				v.Doubts = []string{"APP01: SetupType: B2B_UPGRADE"}
			}
		}).Return(nil)
		r := command(t, temporal, "verify", "-f", contoso(t), "--farm", "contoso-pwa")
		require.Equal(t, code, r.code, r.err)
		require.Contains(t, r.out, "SetupType")
		require.Contains(t, r.out, "12.0.6318.5000 on SQL01")

		r = command(t, temporal, "verify", "-f", contoso(t), "-o", "json")
		require.Equal(t, code, r.code, r.err)
		var found []view.Verification
		require.NoError(t, json.Unmarshal([]byte(r.out), &found))
		require.Equal(t, proven, found[0].Proven)
	}
	require.Equal(t, 1, command(t, nil, "verify", "-f", contoso(t), "--farm", "none").code)
}
