package main

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/mocks"
	"go.temporal.io/sdk/worker"
)

// versioned makes the namespace know a Worker Deployment with one build that was never made current.
func versioned(temporal *mocks.Client) {
	temporal.On("WorkerDeploymentClient").Return(&deployments{info: client.WorkerDeploymentInfo{
		Name: "farmhand", VersionSummaries: []client.WorkerDeploymentVersionSummary{
			{Version: worker.WorkerDeploymentVersion{DeploymentName: "farmhand", BuildID: "0.1.0"}},
		},
	}})
}

// TestAKeyThatIsNoGood: no command talks to Temporal with half of its keys.
func TestAKeyThatIsNoGood(t *testing.T) {
	t.Setenv("FARMHAND_SECRETS", "env:SP_*")
	t.Setenv("FARMHAND_CODEC_KEYS", "2026-11=env:SP_CODEC")
	t.Setenv("SP_CODEC", "hunter2")
	r := command(t, nil, "status", "contoso")
	require.Equal(t, 1, r.code)
	require.Contains(t, r.err, "setting codec.keys: codec key 2026-11: want 32 bytes in base64")
	require.NotContains(t, r.err, "hunter2")
}
