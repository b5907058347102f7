package main

import (
	"encoding/json"
	"strings"
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
	"go.temporal.io/sdk/mocks"
	"google.golang.org/protobuf/types/known/timestamppb"

	"farmhand/internal/farm"
	"farmhand/internal/view"
	"farmhand/workflows"
)

// polled makes a site's queue one that workers asked last at some moments.
func polled(temporal *mocks.Client, site string, at ...time.Time) {
	var pollers []*taskqueuepb.PollerInfo
	for _, t := range at {
		pollers = append(pollers, &taskqueuepb.PollerInfo{LastAccessTime: timestamppb.New(t)})
	}
	temporal.On("DescribeTaskQueue", mock.Anything, workflows.SiteQueue(site), enumspb.TASK_QUEUE_TYPE_ACTIVITY).
		Return(&workflowservice.DescribeTaskQueueResponse{Pollers: pollers}, nil)
}

// reports says who reports of the places of workers that ask for no tasks.
func reports(temporal *mocks.Client, service workflowservice.WorkflowServiceClient) {
	temporal.On("WorkflowService").Return(service)
}

// threeSites is a rollout of a farm in each of three sites, of which one has ended.
func threeSites(t *testing.T) *mocks.Client {
	temporal := &mocks.Client{}
	rollout := farm.RolloutStatus{Rollout: "r1", Farms: []farm.FarmHandle{
		{Farm: "berlin", Site: "emea"}, {Farm: "tokyo", Site: "apac"},
		{Farm: "lima", Site: "americas", State: farm.RunDone, Result: &farm.Result{Outcome: farm.OutcomeCompleted}},
	}}
	exists(t, temporal, workflows.RolloutID("r1"), running, "")
	answers(t, temporal, workflows.RolloutID("r1"), rollout)
	for _, h := range rollout.Farms {
		s := statusOf(farm.RunRunning)
		s.Farm, s.Site = h.Farm, h.Site
		if h.Result != nil {
			s.Outcome, s.Finished = h.Result.Outcome, noon
		}
		answers(t, temporal, workflows.FarmUpdateID(h.Farm), s)
	}
	return temporal
}

func TestStatusSaysWhichSiteHasNoWorker(t *testing.T) {
	build := func() *mocks.Client {
		temporal := threeSites(t)
		polled(temporal, "emea", noon.Add(-3*time.Minute), noon.Add(-58*time.Second))
		polled(temporal, "apac", noon.Add(-20*time.Second), noon.Add(-2*time.Minute))
		reports(temporal, &namespaces{})
		return temporal
	}
	r := command(t, build(), "status", "r1")
	require.Equal(t, 6, r.code, r.err)
	require.Contains(t, r.out, "site emea: no worker, the last one asked for work 58s ago; nothing is lost")
	require.NotContains(t, r.out, "site apac")
	require.NotContains(t, r.out, "site americas", "nothing is due there")

	r = command(t, build(), "status", "r1", "-o", "json")
	var v view.Rollout
	require.NoError(t, json.Unmarshal([]byte(r.out), &v))
	require.Equal(t, []view.Site{
		{Name: "apac", Workers: 1, LastSeen: noon.Add(-20 * time.Second), Farms: []string{"tokyo"}},
		{Name: "emea", LastSeen: noon.Add(-58 * time.Second), Farms: []string{"berlin"}},
	}, v.Sites)
}

// TestStatusTellsABusySiteFromOneWithoutAWorker, and says so where Temporal does not tell.
func TestStatusTellsABusySiteFromOneWithoutAWorker(t *testing.T) {
	build := func(service workflowservice.WorkflowServiceClient) *mocks.Client {
		temporal := threeSites(t)
		polled(temporal, "emea", noon.Add(-3*time.Minute))
		polled(temporal, "apac", noon)
		reports(temporal, service)
		return temporal
	}
	r := command(t, build(&busy{places: 7}), "status", "r1")
	require.Equal(t, 6, r.code, r.err)
	require.Contains(t, r.out, "site emea: its worker is busy with 7 activities")
	require.NotContains(t, r.out, "no worker")

	r = command(t, build(silent{}), "status", "r1")
	require.Contains(t, r.out, "site emea: no worker, the last one asked for work 3m ago (or one that is busy")
}

// TestStatusDoesNotNeedToKnowTheSites: an account that may not describe queues sees everything else.
func TestStatusDoesNotNeedToKnowTheSites(t *testing.T) {
	temporal := threeSites(t)
	temporal.On("DescribeTaskQueue", mock.Anything, workflows.SiteQueue("emea"), mock.Anything).Return(nil, serviceerror.NewPermissionDenied("no", ""))
	polled(temporal, "apac")
	reports(temporal, &namespaces{})
	r := command(t, temporal, "status", "r1")
	require.Equal(t, 6, r.code, r.err)
	require.Contains(t, r.out, "site apac: no worker for some minutes; nothing is lost")
	require.NotContains(t, r.out, "site emea")

	temporal = threeSites(t)
	temporal.On("DescribeTaskQueue", mock.Anything, workflows.TaskQueue, mock.Anything).Return(nil, serviceerror.NewPermissionDenied("no", ""))
	r = command(t, temporal, "status", "r1")
	require.Equal(t, 6, r.code, r.err)
	require.NotContains(t, r.out, "no worker")
}

func TestGatesSayWhichSiteHasNoWorker(t *testing.T) {
	s := statusOf(farm.RunGate, gate())
	s.Site = "emea"
	temporal := &mocks.Client{}
	temporal.On("ListWorkflow", mock.Anything, mock.MatchedBy(func(r *workflowservice.ListWorkflowExecutionsRequest) bool {
		return strings.Contains(r.GetQuery(), workflows.FarmUpdateWorkflow)
	})).Return(&workflowservice.ListWorkflowExecutionsResponse{Executions: []*workflowpb.WorkflowExecutionInfo{
		{Execution: &commonpb.WorkflowExecution{WorkflowId: workflows.FarmUpdateID("contoso"), RunId: "run-1"}},
	}}, nil)
	temporal.On("ListWorkflow", mock.Anything, mock.Anything).Return(&workflowservice.ListWorkflowExecutionsResponse{}, nil)
	answers(t, temporal, workflows.FarmUpdateID("contoso"), s)
	polled(temporal, "emea")
	reports(temporal, &namespaces{})
	r := command(t, temporal, "gates")
	require.Zero(t, r.code, r.err)
	require.Contains(t, r.out, "site emea: no worker for some minutes")
}
