//go:build production

package production

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
)

const (
	// deployment is the Worker Deployment of the stack's workers; they start as build old, and young comes while a rollout runs.
	deployment, old, young = "farmhand", "1", "2"
	farmUpdate             = "farm-update/chaos"
)

// versioned are the variables of docker-compose.yml that make its workers a version.
func versioned() []string {
	return []string{"FARMHAND_DEPLOYMENT_NAME=" + deployment, "FARMHAND_DEPLOYMENT_BUILD_ID=" + old}
}

// nextBuild puts a worker of the next build beside those of the stack, and has the servers look sooner whether a build is
// drained: they take some minutes otherwise.
func (st *Stack) nextBuild(t *testing.T) {
	t.Helper()
	one := st.containers["worker"][0]
	st.Add("worker-next", one.argv, append(one.env, "FARMHAND_DEPLOYMENT_BUILD_ID="+young, "FARMHAND_HEALTH_ADDRESS="))
	for _, server := range []string{"temporal-1", "temporal-2"} {
		path := st.containers[server][0].rewriter.text("/etc/farmhand/temporal/dynamicconfig.yaml")
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, key := range []string{"VersionDrainageStatusVisibilityGracePeriod", "VersionDrainageStatusRefreshInterval"} {
			text = fmt.Appendf(text, "matching.wv.%s:\n  - value: 5s\n", key)
		}
		require.NoError(t, os.WriteFile(path, text, 0o644))
	}
}

// client speaks to the cluster until the test ends.
func (st *Stack) client(t *testing.T) client.Client {
	t.Helper()
	c, err := client.DialContext(t.Context(), client.Options{HostPort: st.Target("temporal", "7233"), Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// makeCurrent gives a build the new runs, as soon as its workers are known.
func makeCurrent(ctx context.Context, c client.Client, build string) error {
	for {
		_, err := c.WorkerDeploymentClient().GetHandle(deployment).SetCurrentVersion(ctx, client.WorkerDeploymentSetCurrentVersionOptions{BuildID: build})
		if err == nil {
			return nil
		}
		if !pause(ctx, lookAgain) {
			return errors.Join(ctx.Err(), err)
		}
	}
}

// upgrade makes the next build current when the farm's update has begun on the old one.
func upgrade(ctx context.Context, c client.Client) error {
	for {
		if _, err := c.DescribeWorkflowExecution(ctx, farmUpdate, ""); err == nil {
			return makeCurrent(ctx, c, young)
		}
		if !pause(ctx, lookAgain) {
			return context.Cause(ctx)
		}
	}
}

// stayed: the farm's update ran on its build to the end, its children too, while another one was current; then the
// old build is drained, and the doctor says so.
func (st *Stack) stayed(t *testing.T, c client.Client) {
	t.Helper()
	events := c.GetWorkflowHistory(t.Context(), farmUpdate, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	tasks := 0
	for events.HasNext() {
		e, err := events.Next()
		require.NoError(t, err)
		if task := e.GetWorkflowTaskCompletedEventAttributes(); task != nil {
			require.Equal(t, old, task.GetDeploymentVersion().GetBuildId(), "event %d", e.GetEventId())
			tasks++
		}
	}
	require.NotZero(t, tasks)
	var said string
	drained := func() bool {
		said = st.starter(t, "doctor") // the newest build is named first, and either may be: they start at the same time
		return strings.Contains(said, young+" current") && strings.Contains(said, old+" drained")
	}
	for began := time.Now(); !drained(); time.Sleep(time.Second) {
		require.Less(t, time.Since(began), patience, "the doctor does not see the old build drained: %s", said)
	}
}
