package temporal_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/workflows"
)

const (
	deployment = "farmhand"
	long       = 2 * time.Minute        // for what takes seconds on an idle machine
	often      = 100 * time.Millisecond // between two looks
)

// namespace is what a test sees of the server.
type namespace struct {
	t *testing.T
	client.Client
}

// makeCurrent makes a build get the new runs, as soon as its workers are known.
func (n namespace) makeCurrent(build string) {
	n.t.Helper()
	handle := n.WorkerDeploymentClient().GetHandle(deployment)
	require.Eventually(n.t, func() bool {
		_, err := handle.SetCurrentVersion(n.t.Context(), client.WorkerDeploymentSetCurrentVersionOptions{BuildID: build})
		return err == nil
	}, long, often, "build %s does not become current", build)
}

// start starts a rollout of the example under another name; nobody answers at its servers.
func (n namespace) start(name string) (farmUpdate string) {
	n.t.Helper()
	rollout, release, err := config.Decode("contoso.yaml", config.Example(), ".")
	require.NoError(n.t, err)
	rollout.ID, rollout.Farms[0].Name = name, "farm-"+name
	_, err = n.ExecuteWorkflow(n.t.Context(), client.StartWorkflowOptions{ID: workflows.RolloutID(name), TaskQueue: workflows.TaskQueue},
		workflows.RolloutWorkflow, workflows.RolloutInput{
			Rollout: rollout, Release: release, Digest: rollout.Digest(release), StartedBy: "dave", InstallParallel: 1,
		})
	require.NoError(n.t, err)
	return workflows.FarmUpdateID(rollout.Farms[0].Name)
}

// builds are the builds that completed a run's workflow tasks after its n-th signal, one for each task.
func (n namespace) builds(id string, signals int) (out []string) {
	n.t.Helper()
	events := n.GetWorkflowHistory(n.t.Context(), id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		if err != nil {
			return nil // a child that has not been started yet
		}
		if e.GetEventType() == enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED {
			signals--
		}
		if task := e.GetWorkflowTaskCompletedEventAttributes(); task != nil && signals <= 0 {
			out = append(out, task.GetDeploymentVersion().GetBuildId())
		}
	}
	return out
}

// await waits until a run has completed a workflow task after its n-th signal, and says which build did.
func (n namespace) await(id string, signals int) string {
	n.t.Helper()
	var last string
	require.Eventually(n.t, func() bool {
		builds := n.builds(id, signals)
		if len(builds) > 0 {
			last = builds[len(builds)-1]
		}
		return len(builds) > 0
	}, long, often, "%s does not get on", id)
	return last
}

// TestARunStaysOnItsBuild: two workers of different builds. A run that started on the old one stays there, its children
// too, after the new one has become current; new runs start on the new one; and the doctor shows both.
func TestARunStaysOnItsBuild(t *testing.T) {
	t.Parallel()
	address := devserver(t)
	env := environment(t, "TEMPORAL_ADDRESS="+address)
	c, err := client.Dial(client.Options{HostPort: address, Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	n := namespace{t, c}

	worker(t, env, "--deployment", deployment, "--build-id", "1")
	n.makeCurrent("1")
	old := n.start("old")
	require.Equal(t, "1", n.await(workflows.RolloutID("old"), 0))
	require.Equal(t, "1", n.await(old, 0), "a child starts where its parent is")

	worker(t, env, "--deployment", deployment, "--build-id", "2")
	n.makeCurrent("2")
	young := n.start("young")
	require.Equal(t, "2", n.await(young, 0))
	require.NoError(t, n.SignalWorkflow(t.Context(), old, "", workflows.MessageDecide,
		farm.Decision{Subject: farm.SubjectFarm, Who: "dave", Choice: farm.ChoicePause, Reason: "a look"}))
	require.Equal(t, "1", n.await(old, 1))
	require.NotContains(t, n.builds(old, 0), "2")

	run, err := n.DescribeWorkflowExecution(t.Context(), old, "")
	require.NoError(t, err)
	require.Equal(t, enumspb.VERSIONING_BEHAVIOR_PINNED, run.GetWorkflowExecutionInfo().GetVersioningInfo().GetBehavior())
	require.Eventually(t, func() bool {
		out, _ := starter(t, env, "doctor")
		return strings.Contains(out, "2 current, 1 draining")
	}, long, time.Second)

	_, code := finish(t, env, "worker", "--deployment", deployment)
	require.Equal(t, 2, code, "a version needs a build id")
}
