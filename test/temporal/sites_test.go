//go:build e2e

package temporal_test

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"farmhand/workflows"
)

// TestASiteWithoutAWorkerIsShownAndNothingIsLost: the site's worker is killed, the screens say so, and with another worker
// the same run goes on.
func TestASiteWithoutAWorkerIsShownAndNothingIsLost(t *testing.T) {
	t.Parallel()
	address := devserver(t)
	env := environment(t, "TEMPORAL_ADDRESS="+address, "FARMHAND_SECRETS=env:SP_SETUP_PASSWORD", "SP_SETUP_PASSWORD=none: nobody answers")
	c, err := client.Dial(client.Options{HostPort: address, Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	n := namespace{t, c}

	worker(t, env, "--site", "elsewhere") // runs the workflows
	kill := worker(t, env, "--site", "default", "--workflows=false")
	farmUpdate := n.start("sites")
	// startedAfter reports whether a worker took one of the run's activities after a moment.
	startedAfter := func(moment time.Time) bool {
		run, err := c.DescribeWorkflowExecution(t.Context(), farmUpdate, "")
		if err != nil {
			return false // it has not been started yet
		}
		return slices.ContainsFunc(run.GetPendingActivities(), func(a *workflowpb.PendingActivityInfo) bool {
			return a.GetLastStartedTime().AsTime().After(moment)
		})
	}
	require.Eventually(t, func() bool { return startedAfter(time.Time{}) }, long, often)
	shows := func(command string, lost bool) {
		t.Helper()
		require.Eventually(t, func() bool {
			out, _ := starter(t, env, strings.Fields(command)...)
			return strings.Contains(out, "sites") && lost == strings.Contains(out, "site default: no worker")
		}, long, time.Second, "starter %s, lost: %v", command, lost)
	}
	shows("status sites", false)

	kill()
	shows("status sites", true)
	out, _ := starter(t, env, "status", "sites", "-o", "json")
	require.Contains(t, out, `"sites":[{"name":"default","workers":0,"last_seen":"`)
	out, _ = starter(t, env, "doctor")
	require.Regexp(t, `!! +workers of site default +0 workers`, out)

	back := time.Now()
	worker(t, env, "--site", "default", "--workflows=false")
	shows("status sites", false)
	require.Eventually(t, func() bool { return startedAfter(back) }, long, often, "the run does not go on")
	run, err := c.DescribeWorkflowExecution(t.Context(), workflows.RolloutID("sites"), "")
	require.NoError(t, err)
	require.Equal(t, enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING, run.GetWorkflowExecutionInfo().GetStatus())
}
