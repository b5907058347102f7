package main

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

func TestSizes(t *testing.T) {
	t.Parallel()
	require.Equal(t, []int{1, 10, 100, 1000}, sizes(1000))
	require.Equal(t, []int{1, 10, 25}, sizes(25))
	require.Equal(t, []int{1}, sizes(1))
}

// TestWhatDiffersBetweenFarmsIsLeftOut: the same question of another farm at another time finds the answer.
func TestWhatDiffersBetweenFarmsIsLeftOut(t *testing.T) {
	t.Parallel()
	one := `{"farm":"farm-0000","at":"2026-11-23T02:52:13.785621789Z","job":"fh-93418da0ed66-APP01","name":"PWA_Draft"}`
	other := `{"farm":"farm-0417","at":"2026-11-24T03:00:00+01:00","job":"fh-0123456789ab-APP01","name":"PWA_Draft"}`
	require.Equal(t, alike(one, "farm-0000"), alike(other, "farm-0417"))
	require.NotEqual(t, alike(one, "farm-0000"), alike(`{"farm":"farm-0000","name":"PWA_Archive"}`, "farm-0000"))
}

// recorded is a farm that was asked one thing twice and two things side by side.
func recorded() recording {
	r := recording{Calls: []call{
		{workflows.FarmUpdateWorkflow, 4, "ReadServices", `{"server":"APP01"}`, `"running on farm-0000"`},
		{workflows.FarmUpdateWorkflow, 9, "ReadServices", `{"server":"APP01"}`, `"stopped on farm-0000"`},
		{workflows.FarmUpdateWorkflow, 9, "DatabaseVersions", `{}`, `"12.0.6318.5000"`},
	}}
	r.Rollout.Farms = []farm.Farm{{Name: "farm-0000"}}
	return r
}

// TestTheLightTwinAnswersInOrder: the first answer, the second, and that one from then on, for each run; an unknown question gets the
// answers to its kind, and an unknown kind none.
func TestTheLightTwinAnswersInOrder(t *testing.T) {
	t.Parallel()
	l := newLight(nil, recorded(), nil)
	const services, versions = workflows.FarmUpdateWorkflow + " ReadServices", workflows.FarmUpdateWorkflow + " DatabaseVersions"
	for _, run := range []string{"one", "another"} {
		for _, want := range []string{`"running on farm-0417"`, `"stopped on farm-0417"`, `"stopped on farm-0417"`} {
			said, known := l.recall(services, `{"server":"APP01"}`, "farm-0417", run)
			require.True(t, known)
			require.Equal(t, want, said)
		}
	}
	said, known := l.recall(versions, `{"another":"question"}`, "farm-0417", "one")
	require.True(t, known)
	require.Equal(t, `"12.0.6318.5000"`, said)
	_, known = l.recall(workflows.FarmUpdateWorkflow+" RunWizard", "", "farm-0417", "one")
	require.False(t, known)
	require.Equal(t, "farm-0417", farmOf(workflows.FarmUpdateID("farm-0417")))
	require.Equal(t, "farm-0417", farmOf(workflows.FinalizeServerID("farm-0417", "APP01")))
}

// TestTheFloorHasTheFarmsShape: calls of one turn run side by side, with payloads as large.
func TestTheFloorHasTheFarmsShape(t *testing.T) {
	t.Parallel()
	f := newFloor(recorded())
	require.Equal(t, [][]size{{{18, 22}}, {{18, 22}, {2, 16}}}, f.turns)
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestWorkflowEnvironment()
	env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute}) // of real time, on a busy machine
	env.RegisterWorkflowWithOptions(f.farm, workflow.RegisterOptions{Name: floorFarm})
	var given atomic.Int32
	env.RegisterActivityWithOptions(func(ctx context.Context, out int, in string) (string, error) {
		given.Add(1)
		return nothing(ctx, out, in)
	}, activity.RegisterOptions{Name: floorActivity})
	env.RegisterWorkflowWithOptions(f.fleet, workflow.RegisterOptions{Name: floorFleet})
	env.ExecuteWorkflow(floorFleet, floorInput{Name: "floor", Farms: 3, Parallel: 2})
	require.NoError(t, env.GetWorkflowError())
	require.EqualValues(t, 9, given.Load(), "three farms with three activities each")
}

// TestARecordingIsReadFromHistories: inputs and results of activities, by workflow and turn.
func TestARecordingIsReadFromHistories(t *testing.T) {
	t.Parallel()
	payloads := func(text string) *commonpb.Payloads {
		return &commonpb.Payloads{Payloads: []*commonpb.Payload{{Data: []byte(text)}}}
	}
	var r recording
	r.add(&historypb.History{Events: []*historypb.HistoryEvent{
		{EventId: 1, Attributes: &historypb.HistoryEvent_WorkflowExecutionStartedEventAttributes{WorkflowExecutionStartedEventAttributes: &historypb.WorkflowExecutionStartedEventAttributes{
			WorkflowType: &commonpb.WorkflowType{Name: "FarmUpdate"}}}},
		{EventId: 5, Attributes: &historypb.HistoryEvent_ActivityTaskScheduledEventAttributes{ActivityTaskScheduledEventAttributes: &historypb.ActivityTaskScheduledEventAttributes{
			ActivityType: &commonpb.ActivityType{Name: "Probe"}, Input: payloads(`{"a":1}`), WorkflowTaskCompletedEventId: 4}}},
		{EventId: 7, Attributes: &historypb.HistoryEvent_ActivityTaskCompletedEventAttributes{ActivityTaskCompletedEventAttributes: &historypb.ActivityTaskCompletedEventAttributes{
			ScheduledEventId: 5, Result: payloads(`"ok"`)}}},
	}})
	require.Equal(t, []call{{"FarmUpdate", 4, "Probe", `{"a":1}`, `"ok"`}}, r.Calls)
	require.Equal(t, 3, r.Events)
	require.Positive(t, r.Bytes)

	file := filepath.Join(t.TempDir(), "recording.json")
	require.NoError(t, r.save(file))
	again, err := loadRecording(file)
	require.NoError(t, err)
	require.Equal(t, r.Calls, again.Calls)
}

// TestTheTable: ratios are the floor's time in parts of the product's, and the product's cost in parts of the floor's.
func TestTheTable(t *testing.T) {
	t.Parallel()
	r := row{size: 10, product: spent{Wall: 50 * time.Second, Server: 9 * time.Second, Worker: time.Second}, floor: spent{Wall: 40 * time.Second, Server: 8 * time.Second}}
	require.InDelta(t, 0.8, r.rate(), 1e-9)
	require.InDelta(t, 1.25, r.cost(), 1e-9)
	var out bytes.Buffer
	printTables(&out, []row{r}, 80)
	require.Regexp(t, `10\s+80 %\s+125 %\s+16\.0\s+20\.0\s+720`, out.String())
	require.Regexp(t, `10\s+1000\s+900\s+0\s+100\s+800`, out.String())
}

// TestTheRolloutIsTheRecordedFarmManyTimes, in waves of a turn each, with a gate before each but the first.
func TestTheRolloutIsTheRecordedFarmManyTimes(t *testing.T) {
	t.Parallel()
	s := stage{options: options{block: 4, parallel: 3}, recording: recorded()}
	s.recording.Rollout.Operators = []string{"dave"}
	s.recording.Rollout.Gates = []farm.GatePolicy{{Name: farm.GateContinue, Group: "change", Quorum: 1}}
	in := s.rollout(10, "bench")
	require.Len(t, in.Rollout.Farms, 10)
	require.Len(t, in.Rollout.Waves, 3)
	require.Equal(t, []string{"farm-0009", "farm-0010"}, in.Rollout.Waves[2].Farms)
	require.Len(t, in.Rollout.Gates, 2)
	require.Equal(t, in.Digest, in.Rollout.Digest(in.Release))
	require.Len(t, s.rollout(4, "bench").Rollout.Gates, 1)
	require.Len(t, s.recording.Rollout.Gates, 1, "the recording stays as it is")
}

func TestArgumentsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"-farms", "0"}, {"-engine", "mysql"}, {"-role", roleFloor}, {"-parallel", "0"}, {"-nothing"}} {
		var bad bytes.Buffer
		_, err := parse(args, &bad)
		require.Error(t, err, args)
		require.NotEmpty(t, bad.String())
	}
}
