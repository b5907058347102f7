package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	taskqueuepb "go.temporal.io/api/taskqueue/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/mocks"
	"google.golang.org/protobuf/types/known/timestamppb"

	"farmhand/internal/farm"
	"farmhand/internal/view"
	"farmhand/workflows"
)

func TestGatesListsWhatWaits(t *testing.T) {
	temporal := &mocks.Client{}
	temporal.On("ListWorkflow", mock.Anything, mock.MatchedBy(func(r *workflowservice.ListWorkflowExecutionsRequest) bool {
		return len(r.GetNextPageToken()) == 0 && r.GetQuery() == `WorkflowType = "FarmUpdate" AND ExecutionStatus = "Running" AND PendingGate IS NOT NULL`
	})).Return(&workflowservice.ListWorkflowExecutionsResponse{NextPageToken: []byte("2"), Executions: listed("contoso")}, nil)
	temporal.On("ListWorkflow", mock.Anything, mock.MatchedBy(func(r *workflowservice.ListWorkflowExecutionsRequest) bool {
		return strings.Contains(r.GetQuery(), `"Rollout"`)
	})).Return(&workflowservice.ListWorkflowExecutionsResponse{}, nil)
	temporal.On("ListWorkflow", mock.Anything, mock.Anything).Return(&workflowservice.ListWorkflowExecutionsResponse{Executions: listed("fabrikam")}, nil)
	answers(t, temporal, "farm-update/contoso", statusOf(farm.RunGate, gate()))
	other := statusOf(farm.RunOperator, intervention())
	other.Farm = "fabrikam"
	answers(t, temporal, "farm-update/fabrikam", other)

	r := command(t, temporal, "gates", "-o", "json")
	require.Zero(t, r.code, r.err)
	var inbox view.Inbox
	require.NoError(t, json.Unmarshal([]byte(r.out), &inbox))
	require.Len(t, inbox.Waiting, 2)
	require.Equal(t, "contoso", inbox.Waiting[0].Farm, "the oldest first")

	r = command(t, temporal, "gates", "--as", "dave", "-o", "json")
	require.NoError(t, json.Unmarshal([]byte(r.out), &inbox))
	require.Len(t, inbox.Waiting, 1)
	require.Equal(t, "fabrikam", inbox.Waiting[0].Farm)
}

func listed(farmName string) []*workflowpb.WorkflowExecutionInfo {
	return []*workflowpb.WorkflowExecutionInfo{{Execution: &commonpb.WorkflowExecution{WorkflowId: workflows.FarmUpdateID(farmName), RunId: "run-" + farmName}}}
}

// rolledOut is a Temporal that knows one rollout of one farm, with its input.
func rolledOut(t *testing.T) *mocks.Client {
	t.Helper()
	f, err := example()
	require.NoError(t, err)
	temporal := &mocks.Client{}
	exists(t, temporal, workflows.RolloutID("r1"), running, f.digest())
	answers(t, temporal, workflows.RolloutID("r1"), farm.RolloutStatus{Rollout: "r1", Digest: f.digest(), Farms: []farm.FarmHandle{{Farm: "contoso"}}})
	exists(t, temporal, workflows.FarmUpdateID("contoso"), running, "")
	missing(temporal, workflows.RolloutID("contoso"))
	answers(t, temporal, workflows.FarmUpdateID("contoso"), statusOf(farm.RunGate, gate()))
	histories(temporal, workflows.RolloutID("r1"), "", startedWith(t, f))
	return temporal
}

func TestReportInEveryForm(t *testing.T) {
	for _, name := range []string{"r1", "contoso"} {
		for format, holds := range map[string]string{"json": `"rollout"`, "markdown": "# ", "html": "<!"} {
			r := command(t, rolledOut(t), "report", name, "--format", format)
			require.Zero(t, r.code, r.err)
			require.Contains(t, r.out, holds)
			require.Contains(t, r.out, "KB951297", "what it was started with is in the report")
		}
	}
	require.Equal(t, 1, command(t, nil, "report", "r1", "--format", "pdf").code)
}

func TestReportToAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.html")
	r := command(t, rolledOut(t), "report", "r1", "--format", "html", "--output", path)
	require.Zero(t, r.code, r.err)
	require.Empty(t, r.out)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(text), "</html>")
}

func TestRunbook(t *testing.T) {
	r := command(t, rolledOut(t), "runbook", "contoso")
	require.Zero(t, r.code, r.err)
	require.Contains(t, r.out, "contoso")
}

func TestDoctorSaysWhatIsMissing(t *testing.T) {
	temporal, service, operator := &mocks.Client{}, &namespaces{keep: 24 * time.Hour}, &searchAttributes{}
	temporal.On("WorkflowService").Return(service)
	temporal.On("OperatorService").Return(operator)
	temporal.On("DescribeTaskQueue", mock.Anything, workflows.TaskQueue, enumspb.TASK_QUEUE_TYPE_WORKFLOW).
		Return(&workflowservice.DescribeTaskQueueResponse{Pollers: []*taskqueuepb.PollerInfo{{LastAccessTime: timestamppb.New(noon)}}}, nil)
	temporal.On("DescribeTaskQueue", mock.Anything, workflows.SiteQueue("default"), enumspb.TASK_QUEUE_TYPE_ACTIVITY).
		Return(&workflowservice.DescribeTaskQueueResponse{Pollers: []*taskqueuepb.PollerInfo{{LastAccessTime: timestamppb.New(noon.Add(-time.Minute))}}}, nil)
	versioned(temporal)
	t.Setenv("FARMHAND_SECRETS", "env:SP_*")
	t.Setenv("SP_SETUP_PASSWORD", "hunter2")
	r := command(t, temporal, "doctor", "-f", contoso(t))
	require.Equal(t, 1, r.code)
	require.Regexp(t, `(?m)^!! +namespace`, r.out)
	require.Contains(t, r.out, "temporal operator search-attribute create --namespace default --name FarmName --type Keyword")
	require.Regexp(t, `(?m)^ok +workflow workers`, r.out)
	require.Regexp(t, `(?m)^!! +versions of farmhand +0.1.0 inactive\n +want a current one.*--deployment-name farmhand`, r.out)
	require.Regexp(t, `(?m)^ok +codec +payloads in Temporal are not encrypted`, r.out)
	require.Regexp(t, `(?m)^!! +workers of site default +0 workers on queue farmhand-site-default; the last one asked for work 1m0s ago`, r.out)
	require.Regexp(t, `(?m)^ok +secret of setup`, r.out)
	require.NotContains(t, r.out+r.err, "hunter2")
}

func TestDoctorNeedsTheFileOfAHost(t *testing.T) {
	r := command(t, nil, "doctor", "--host", "APP01")
	require.Equal(t, 1, r.code)
	require.Contains(t, r.err, "-f")
	r = command(t, nil, "doctor", "--host", "NOPE", "-f", contoso(t))
	require.Equal(t, 1, r.code)
	require.Contains(t, r.out, `no farm of the file has a server "NOPE"`)
}
