package temporal_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"google.golang.org/protobuf/types/known/durationpb"
)

// TestANamespaceIsPrepared: a namespace that is not there, one that lacks everything, and one that cannot be helped.
func TestANamespaceIsPrepared(t *testing.T) {
	t.Parallel()
	address := devserver(t)
	c, err := client.Dial(client.Options{HostPort: address, Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	env := func(namespace string) []string {
		return environment(t, "TEMPORAL_ADDRESS="+address, "TEMPORAL_NAMESPACE="+namespace)
	}
	register := func(name string) {
		_, err := c.WorkflowService().RegisterNamespace(t.Context(), &workflowservice.RegisterNamespaceRequest{
			Namespace: name, WorkflowExecutionRetentionPeriod: durationpb.New(24 * time.Hour),
		})
		require.NoError(t, err)
	}
	add := func(name, attribute string, typ enumspb.IndexedValueType) {
		require.Eventually(t, func() bool { // a new namespace takes some seconds to be known everywhere
			_, err := c.OperatorService().AddSearchAttributes(t.Context(), &operatorservice.AddSearchAttributesRequest{
				Namespace: name, SearchAttributes: map[string]enumspb.IndexedValueType{attribute: typ},
			})
			return err == nil
		}, long, often)
	}

	register("poor")
	register("lost")
	out, code := starter(t, env("new"), "gates")
	require.Equal(t, 1, code, out)
	require.Contains(t, out, "the namespace does not exist: new at "+address)
	require.Contains(t, out, "create it (starter namespace)")
	out, code = starter(t, env("new"), "namespace")
	require.Zero(t, code, out)
	require.Contains(t, out, "namespace new keeps closed rollouts for 720h0m0s: created; added FarmName, Outcome, PendingGate, RolloutId, RolloutPhase")
	out, code = starter(t, env("new"), "namespace", "-o", "json")
	require.Zero(t, code, out)
	require.JSONEq(t, `{"namespace":"new","created":false,"added":null,"extended":false,"retention":"720h0m0s"}`, out)

	add("poor", "Outcome", enumspb.INDEXED_VALUE_TYPE_KEYWORD)
	out, _ = starter(t, env("poor"), "doctor")
	require.Contains(t, out, "!!  namespace")
	require.Contains(t, out, "poor keeps closed rollouts for 24h0m0s")
	require.Contains(t, out, "!!  search attributes")
	require.Contains(t, out, "starter namespace adds them")
	out, code = starter(t, env("poor"), "namespace", "--retention", "240h")
	require.Zero(t, code, out)
	require.Contains(t, out, "240h0m0s: retention extended; added FarmName, PendingGate, RolloutId, RolloutPhase")

	add("lost", "FarmName", enumspb.INDEXED_VALUE_TYPE_TEXT)
	out, code = finish(t, env("lost"), "worker")
	require.Equal(t, 1, code, "a worker does not start where its workflows would fail: %s", out)
	require.Contains(t, out, "the namespace keeps closed rollouts for a short time only")
	require.Contains(t, out, "FarmName is Text, want Keyword")

	out, code = starter(t, env("lost"), "namespace")
	require.Equal(t, 1, code, out)
	require.Contains(t, out, "FarmName is Text, want Keyword: a type cannot change, use another namespace")

	out, code = starter(t, env("new"), "namespace", "--retention", "24h")
	require.Equal(t, 1, code, out)
	require.Contains(t, out, "--retention 24h0m0s is too short")
}
