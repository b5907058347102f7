package engine_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/mocks"
	"go.temporal.io/sdk/worker"

	"farmhand/internal/engine"
)

func TestDeployments(t *testing.T) {
	version := func(build string) worker.WorkerDeploymentVersion {
		return worker.WorkerDeploymentVersion{DeploymentName: "farmhand", BuildID: build}
	}
	current, ramping := version("4"), version("5")
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	info := client.WorkerDeploymentInfo{
		Name:          "farmhand",
		RoutingConfig: client.WorkerDeploymentRoutingConfig{CurrentVersion: &current, RampingVersion: &ramping},
		VersionSummaries: []client.WorkerDeploymentVersionSummary{
			{Version: version("2"), CreateTime: day, DrainageStatus: client.WorkerDeploymentVersionDrainageStatusDrained},
			{Version: version("3"), CreateTime: day.Add(time.Hour), DrainageStatus: client.WorkerDeploymentVersionDrainageStatusDraining},
			{Version: current, CreateTime: day.Add(2 * time.Hour)},
			{Version: ramping, CreateTime: day.Add(3 * time.Hour)},
			{Version: version("6"), CreateTime: day.Add(4 * time.Hour)},
		},
	}
	c := &mocks.Client{}
	c.On("WorkerDeploymentClient").Return(&deployments{info: info})

	got, err := engine.Deployments(t.Context(), c)
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.Equal(t, "6 inactive, 5 ramping, 4 current, 3 draining, 2 drained", got[0].String())
	require.Equal(t, "4", got[0].Current())
	require.Empty(t, engine.Deployment{}.Current())
}

// deployments is a namespace with one Worker Deployment.
type deployments struct {
	client.WorkerDeploymentClient
	client.WorkerDeploymentHandle
	info client.WorkerDeploymentInfo
	read bool
}

func (d *deployments) List(context.Context, client.WorkerDeploymentListOptions) (client.WorkerDeploymentListIterator, error) {
	return d, nil
}

func (d *deployments) HasNext() bool { return !d.read }

func (d *deployments) Next() (*client.WorkerDeploymentListEntry, error) {
	d.read = true
	return &client.WorkerDeploymentListEntry{Name: d.info.Name}, nil
}

func (d *deployments) GetHandle(string) client.WorkerDeploymentHandle { return d }

func (d *deployments) Describe(context.Context, client.WorkerDeploymentDescribeOptions) (client.WorkerDeploymentDescribeResponse, error) {
	return client.WorkerDeploymentDescribeResponse{Info: d.info}, nil
}
