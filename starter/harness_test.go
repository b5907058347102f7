package main

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	taskqueuepb "go.temporal.io/api/taskqueue/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/mocks"
	"google.golang.org/protobuf/types/known/timestamppb"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// ran is what came of a command.
type ran struct {
	code     int
	out, err string
}

// command runs a command line against a Temporal that answers as told; a nil one must not be asked.
func command(t *testing.T, temporal *mocks.Client, args ...string) ran {
	t.Helper()
	t.Chdir(t.TempDir()) // no settings file of anybody's
	var out, errs bytes.Buffer
	a := newApp(bytes.NewReader(nil), &out, &errs)
	a.now = func() time.Time { return noon }
	a.connect = func(context.Context, client.Options, time.Duration) (client.Client, error) {
		require.NotNil(t, temporal, "the command asked Temporal")
		temporal.On("Close").Maybe()
		temporal.On("DescribeTaskQueue", mock.Anything, mock.Anything, mock.Anything). // whatever the test has not said
												Return(&workflowservice.DescribeTaskQueueResponse{Pollers: []*taskqueuepb.PollerInfo{{LastAccessTime: timestamppb.New(noon)}}}, nil).Maybe()
		return temporal, nil
	}
	root := newRoot(a)
	root.SetArgs(args)
	code := a.exitCode(root.ExecuteContext(t.Context()))
	return ran{code: code, out: out.String(), err: errs.String()}
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// answers makes queries for a workflow return a status.
func answers(t *testing.T, temporal *mocks.Client, id string, status any) {
	t.Helper()
	p, err := converter.GetDefaultDataConverter().ToPayloads(status)
	require.NoError(t, err)
	temporal.On("QueryWorkflow", mock.Anything, id, mock.Anything, workflows.QueryStatus).Return(client.NewValue(p), nil)
}

// exists makes a workflow known, with the digest it was started with.
func exists(t *testing.T, temporal *mocks.Client, id string, state enumspb.WorkflowExecutionStatus, digest string) {
	t.Helper()
	p, err := converter.GetDefaultDataConverter().ToPayload(digest)
	require.NoError(t, err)
	temporal.On("DescribeWorkflowExecution", mock.Anything, id, "").Return(&workflowservice.DescribeWorkflowExecutionResponse{
		WorkflowExecutionInfo: &workflowpb.WorkflowExecutionInfo{
			Execution: &commonpb.WorkflowExecution{WorkflowId: id, RunId: "run-1"}, Status: state,
			Memo: &commonpb.Memo{Fields: map[string]*commonpb.Payload{workflows.MemoDigest: p}},
		},
	}, nil)
}

// missing makes a workflow unknown.
func missing(temporal *mocks.Client, id string) {
	temporal.On("DescribeWorkflowExecution", mock.Anything, id, "").Return(nil, serviceerror.NewNotFound("no such workflow"))
}

// statusOf is a farm in some state, with the questions that go with it.
func statusOf(state farm.RunState, questions ...farm.Question) farm.Status {
	s := farm.Status{
		Rollout: "r1", Farm: "contoso", State: state, Phase: farm.PhaseInstall, Started: noon.Add(-time.Hour),
		Questions: questions,
	}
	for _, p := range farm.Phases() {
		s.Phases = append(s.Phases, farm.PhaseStatus{Phase: p, State: farm.StepPending})
	}
	return s
}

// gate is an open gate that bob and carol may answer.
func gate() farm.Question {
	q := farm.Question{
		ID: string(farm.GateContinue), Kind: farm.QuestionGate, Title: "Go on?", Revision: 1, Quorum: 1, Asked: noon.Add(-time.Minute),
		Members: []string{"bob", "carol"}, Excluded: []string{"alice"}, Choices: []farm.Choice{farm.ChoiceApprove, farm.ChoiceReject},
		Facts: []farm.Fact{{Label: "users", Text: "off"}},
	}
	q.Digest = farm.EvidenceDigest(q.ID, q.Revision, q.Facts)
	return q
}

// intervention is an open one that dave may answer.
func intervention() farm.Question {
	return farm.Question{
		ID: "i-1", Kind: farm.QuestionIntervention, Title: "wizard-failed APP02", Revision: 1, Quorum: 1, Asked: noon,
		Members: []string{"dave"}, Choices: []farm.Choice{farm.ChoiceRetry, farm.ChoiceAbort}, Advised: farm.ChoiceRetry,
		Digest: "0123456789abcdef", Failure: &farm.Failure{Kind: farm.FailureWizard, Server: "APP02", Message: "exit 1"},
	}
}
