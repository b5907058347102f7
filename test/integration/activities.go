package integration

import (
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// Activities are the real activities, with the farm's passwords and receivers.
func (f *Farm) Activities() *activities.Activities {
	return activities.New(activities.Options{
		Secrets: f.resolver, CAFile: f.Simulator.CAFile(), InventoryDir: f.inventory, Receivers: f.Receivers, KerberosConfig: f.kerberos,
	})
}

// Run executes an activity once, as a worker does; ctx is the activity's own time.
func (f *Farm) Run(ctx context.Context, acts *activities.Activities, method, request any) (converter.EncodedValue, error) {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestActivityEnvironment()
	env.SetWorkerOptions(worker.Options{BackgroundActivityContext: ctx})
	env.RegisterActivity(acts)
	return env.ExecuteActivity(method, request)
}

// Server is how activities reach a Windows server of the farm, under the accounts of the rollout.
func (f *Farm) Server(t *testing.T, name string) activities.ServerTarget {
	t.Helper()
	own := f.Rollout.Farms[0]
	s, ok := own.Server(name)
	require.True(t, ok, "the farm has no server %s", name)
	return activities.ServerTarget{Farm: own.Name, Server: s, Connect: f.credential(t, s.ConnectAs), RunAs: f.credential(t, s.RunAs)}
}

// SQL is how activities reach a SQL Server of the farm.
func (f *Farm) SQL(t *testing.T, name string) activities.SQLTarget {
	t.Helper()
	q, ok := f.sqlServer(name)
	require.True(t, ok, "the farm has no SQL Server %s", name)
	return activities.SQLTarget{Farm: f.Rollout.Farms[0].Name, Server: q, Connect: f.credential(t, q.ConnectAs)}
}

func (f *Farm) credential(t *testing.T, name string) farm.Credential {
	t.Helper()
	for _, c := range f.Rollout.Credentials {
		if c.Name == name {
			return c
		}
	}
	require.Fail(t, "no credential "+name)
	return farm.Credential{}
}
