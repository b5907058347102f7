package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/mocks"
	"google.golang.org/protobuf/proto"

	"farmhand/activities"
	"farmhand/internal/evidence"
	"farmhand/internal/farm"
	"farmhand/workflows"
)

// over is a Temporal in which the one farm of a rollout has ended, with a worker that signs.
func over(t *testing.T, key *evidence.Key) *mocks.Client {
	t.Helper()
	f, err := example()
	require.NoError(t, err)
	s := statusOf(farm.RunDone)
	s.Outcome, s.Finished, s.Site = farm.OutcomeCompleted, noon, "default"
	temporal := &mocks.Client{}
	missing(temporal, workflows.RolloutID("contoso"))
	exists(t, temporal, workflows.RolloutID("r1"), enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED, f.digest())
	exists(t, temporal, workflows.FarmUpdateID("contoso"), enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED, "")
	answers(t, temporal, workflows.RolloutID("r1"), farm.RolloutStatus{Rollout: "r1", Digest: f.digest(), Outcome: farm.OutcomeCompleted, Finished: noon, Farms: []farm.FarmHandle{{Farm: "contoso"}}})
	answers(t, temporal, workflows.FarmUpdateID("contoso"), s)
	ended := &mocks.WorkflowRun{}
	ended.On("Get", mock.Anything, mock.Anything).Return(nil)
	temporal.On("GetWorkflow", mock.Anything, mock.Anything, "").Return(ended)
	in := startedWith(t, f)
	child := &historypb.HistoryEvent{EventId: 2, Attributes: &historypb.HistoryEvent_ChildWorkflowExecutionStartedEventAttributes{
		ChildWorkflowExecutionStartedEventAttributes: &historypb.ChildWorkflowExecutionStartedEventAttributes{
			WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: workflows.FinalizeServerID("contoso", "APP01"), RunId: "child-1"},
		},
	}}
	histories(temporal, workflows.RolloutID("r1"), "", in)
	histories(temporal, workflows.RolloutID("r1"), "run-1", in)
	histories(temporal, workflows.FarmUpdateID("contoso"), "run-1", in, child)
	histories(temporal, workflows.FinalizeServerID("contoso", "APP01"), "child-1", in)
	signing := &mocks.WorkflowRun{}
	temporal.On("ExecuteWorkflow", mock.Anything, mock.Anything, workflows.SignEvidenceWorkflow, mock.Anything).
		Run(func(args mock.Arguments) {
			text := args.Get(3).(workflows.SignEvidenceInput).Manifest
			signing.On("Get", mock.Anything, mock.Anything).Run(func(args mock.Arguments) {
				signature, err := key.Sign(text)
				require.NoError(t, err)
				*args.Get(1).(*activities.Signed) = activities.Signed{Signature: signature, Public: key.Public()}
			}).Return(nil)
		}).Return(signing, nil)
	return temporal
}

func TestReportIsBundledAndVerified(t *testing.T) {
	key, err := evidence.LoadOrMake(t.TempDir())
	require.NoError(t, err)
	for name, status := range map[string]string{"r1": "rollout-status.json", "contoso": "farms/contoso/status.json"} {
		dir := filepath.Join(t.TempDir(), "bundle")
		r := command(t, over(t, key), "report", name, "--bundle", dir, "--as", "dave")
		require.Zero(t, r.code, r.err)
		require.FileExists(t, filepath.Join(dir, "histories", "farm-update", "contoso", "run-1.json"))
		require.FileExists(t, filepath.Join(dir, "histories", "finalize-server", "contoso", "APP01", "child-1.json"), "children's, too")
		require.FileExists(t, filepath.Join(dir, filepath.FromSlash(status)))

		r = command(t, nil, "verify-evidence", dir, "--key", key.Public())
		require.Zero(t, r.code, r.err)
		require.Contains(t, r.out, "by dave")
		require.Contains(t, r.out, "farm-update/contoso completed (run run-1)")

		require.NoError(t, os.Remove(filepath.Join(dir, "report.md")))
		r = command(t, nil, "verify-evidence", dir, "--key", key.Public(), "-o", "json")
		require.Equal(t, 5, r.code)
		var c checked
		require.NoError(t, json.Unmarshal([]byte(r.out), &c))
		require.False(t, c.Genuine)
		require.Equal(t, []string{"missing: report.md: the manifest lists it"}, c.Problems)

		r = command(t, over(t, key), "report", name, "--bundle", dir)
		require.Equal(t, 1, r.code)
		require.Contains(t, r.err, "is there already")
	}
}

func TestVerifyEvidenceWantsTheRightKeyAndABundle(t *testing.T) {
	key, err := evidence.LoadOrMake(t.TempDir())
	require.NoError(t, err)
	r := command(t, nil, "verify-evidence", t.TempDir())
	require.Equal(t, 1, r.code)
	require.Contains(t, r.err, "key")
	r = command(t, nil, "verify-evidence", t.TempDir(), "--key", key.Public())
	require.Equal(t, 5, r.code, "an empty directory is no bundle")
	require.Contains(t, r.err, "missing: manifest.json")
	require.Equal(t, 1, command(t, nil, "verify-evidence", t.TempDir(), "--key", "/nowhere/key.pub").code)
	require.Equal(t, 1, command(t, nil, "verify-evidence", "/nowhere", "--key", key.Public()).code)
}

func TestWhatHasNotEndedIsNotBundled(t *testing.T) {
	for _, name := range []string{"r1", "contoso"} {
		dir := filepath.Join(t.TempDir(), "bundle")
		r := command(t, rolledOut(t), "report", name, "--bundle", dir)
		require.Equal(t, 1, r.code)
		require.Contains(t, r.err, "has not ended")
		require.NoDirExists(t, dir)
	}
	require.Equal(t, 1, command(t, nil, "report", "r1", "--bundle", "x", "--format", "html").code)
}

// histories makes the history of a run known.
func histories(temporal *mocks.Client, id, runID string, events ...*historypb.HistoryEvent) {
	temporal.On("GetWorkflowHistory", mock.Anything, id, runID, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT).Return(
		func(context.Context, string, string, bool, enumspb.HistoryEventFilterType) client.HistoryEventIterator {
			return &eventList{events}
		})
}

// eventList is a history that is read once.
type eventList struct{ left []*historypb.HistoryEvent }

func (l *eventList) HasNext() bool { return len(l.left) > 0 }

func (l *eventList) Next() (*historypb.HistoryEvent, error) {
	e := l.left[0]
	l.left = l.left[1:]
	return proto.Clone(e).(*historypb.HistoryEvent), nil
}

// startedWith is the first event of a rollout that was started from a file.
func startedWith(t *testing.T, f file) *historypb.HistoryEvent {
	t.Helper()
	in, err := converter.GetDefaultDataConverter().ToPayloads(workflows.RolloutInput{Rollout: f.rollout, Release: f.release, Digest: f.digest()})
	require.NoError(t, err)
	return &historypb.HistoryEvent{EventId: 1, EventType: enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED, Attributes: &historypb.HistoryEvent_WorkflowExecutionStartedEventAttributes{
		WorkflowExecutionStartedEventAttributes: &historypb.WorkflowExecutionStartedEventAttributes{Input: in},
	}}
}

// TestARehearsalWaitsForTheWorkerBeforeItBundles: its worker may have been killed just now; what else is wrong ends it at once.
func TestARehearsalWaitsForTheWorkerBeforeItBundles(t *testing.T) {
	temporal := &mocks.Client{}
	exists(t, temporal, "rollout/r1", running, "")
	temporal.On("QueryWorkflow", mock.Anything, "rollout/r1", mock.Anything, mock.Anything).Return(nil, context.DeadlineExceeded).Once()
	temporal.On("QueryWorkflow", mock.Anything, "rollout/r1", mock.Anything, mock.Anything).Return(nil, serviceerror.NewNotFound("gone"))
	p, _ := newPrompter(t, temporal, approveNone)
	p.desk.payloads = converter.GetDefaultDataConverter()
	err := p.bundle(t.Context(), "r1", t.TempDir())
	require.ErrorIs(t, err, errUnknown)
	temporal.AssertNumberOfCalls(t, "QueryWorkflow", 2)
}
