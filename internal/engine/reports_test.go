package engine

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	taskqueuepb "go.temporal.io/api/taskqueue/v1"
	workerpb "go.temporal.io/api/worker/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/mocks"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	"farmhand/internal/telemetry"
)

// reporting is a namespace whose workers reported, one to a page; workers that left have no report any more.
type reporting struct {
	workflowservice.WorkflowServiceClient
	reports []*workerpb.WorkerHeartbeat
	refuse  error
	asked   string
}

func (r *reporting) ListWorkers(_ context.Context, in *workflowservice.ListWorkersRequest, _ ...grpc.CallOption) (*workflowservice.ListWorkersResponse, error) {
	if r.refuse != nil {
		return nil, r.refuse
	}
	r.asked = in.GetQuery()
	out, at := &workflowservice.ListWorkersResponse{}, len(in.GetNextPageToken())
	if at < len(r.reports) {
		out.Workers = []*workerpb.WorkerListInfo{{WorkerInstanceKey: string(rune('a' + at))}}
		out.NextPageToken = make([]byte, at+1)
	}
	return out, nil
}

func (r *reporting) DescribeWorker(_ context.Context, in *workflowservice.DescribeWorkerRequest, _ ...grpc.CallOption) (*workflowservice.DescribeWorkerResponse, error) {
	report := r.reports[in.GetWorkerInstanceKey()[0]-'a']
	if report == nil {
		return nil, serviceerror.NewNotFound("gone")
	}
	return &workflowservice.DescribeWorkerResponse{WorkerInfo: &workerpb.WorkerInfo{WorkerHeartbeat: report}}, nil
}

func reported(ago time.Duration, taken, free int32) *workerpb.WorkerHeartbeat {
	return &workerpb.WorkerHeartbeat{
		Status: enumspb.WORKER_STATUS_RUNNING, HeartbeatTime: timestamppb.New(noon.Add(-ago)),
		ActivityTaskSlotsInfo: &workerpb.WorkerSlotsInfo{CurrentUsedSlots: taken, CurrentAvailableSlots: free},
	}
}

// TestAttends: a worker that has no place free asks for no task, and is there all the same.
func TestAttends(t *testing.T) {
	lately, long := noon.Add(-pollFor), noon.Add(-absentAfter)
	for name, c := range map[string]struct {
		asked   time.Time
		reports []*workerpb.WorkerHeartbeat
		refuse  error
		want    Attendance
	}{
		"asks":                         {asked: lately, refuse: serviceerror.NewPermissionDenied("no", ""), want: Attendance{Workers: 1, LastSeen: lately}},
		"busy":                         {long, []*workerpb.WorkerHeartbeat{reported(reportEvery, 7, 0), nil, reported(0, 5, 0)}, nil, Attendance{Workers: 2, LastSeen: long, Places: 12}},
		"had places free when it went": {long, []*workerpb.WorkerHeartbeat{reported(0, 6, 1)}, nil, Attendance{LastSeen: long}},
		"was busy when it went":        {long, []*workerpb.WorkerHeartbeat{reported(absentAfter, 7, 0)}, nil, Attendance{LastSeen: long}},
		"told to stop": {long, []*workerpb.WorkerHeartbeat{{
			Status: enumspb.WORKER_STATUS_SHUTTING_DOWN, HeartbeatTime: timestamppb.New(noon), ActivityTaskSlotsInfo: &workerpb.WorkerSlotsInfo{CurrentUsedSlots: 7},
		}}, nil, Attendance{LastSeen: long}},
		"takes no activities":            {long, []*workerpb.WorkerHeartbeat{{Status: enumspb.WORKER_STATUS_RUNNING, HeartbeatTime: timestamppb.New(noon)}}, nil, Attendance{LastSeen: long}},
		"a server that knows no reports": {long, nil, serviceerror.NewUnimplemented("what?"), Attendance{LastSeen: long, Unreported: true}},
	} {
		t.Run(name, func(t *testing.T) {
			service, temporal := &reporting{reports: c.reports, refuse: c.refuse}, &mocks.Client{}
			temporal.On("WorkflowService").Return(service)
			temporal.On("DescribeTaskQueue", mock.Anything, "farmhand-site-emea", enumspb.TASK_QUEUE_TYPE_ACTIVITY).Return(
				&workflowservice.DescribeTaskQueueResponse{Pollers: []*taskqueuepb.PollerInfo{{LastAccessTime: timestamppb.New(c.asked)}}}, nil)
			got, err := Attends(t.Context(), temporal, "default", "farmhand-site-emea", noon)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
			if c.asked.Equal(long) && c.refuse == nil {
				require.Equal(t, "TaskQueue = 'farmhand-site-emea'", service.asked)
			}
		})
	}
}

// TestABusyWorkerIsThereAndAKilledOneIsMissed within a minute, where the clocks agree.
func TestABusyWorkerIsThereAndAKilledOneIsMissed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		report := Report{
			At:    noon.Add(-time.Duration(rapid.Int64Range(0, int64(3*time.Minute)).Draw(t, "reported before"))),
			Taken: rapid.IntRange(0, 3).Draw(t, "taken"), Free: rapid.IntRange(0, 2).Draw(t, "free"),
		}
		a := Attendance{}.Busy([]Report{report}, noon)
		busy, age := report.Taken > 0 && report.Free == 0, noon.Sub(report.At)
		if busy && age <= reportEvery {
			require.Equal(t, Attendance{Workers: 1, Places: report.Taken}, a)
		}
		if !busy || age >= time.Minute {
			require.Zero(t, a)
		}
	})
}

// TestWorkersReportOftenEnough: two reports are lost before a busy worker is missed.
func TestWorkersReportOftenEnough(t *testing.T) {
	o, err := At("127.0.0.1:1", telemetry.Quiet())
	require.NoError(t, err)
	require.Less(t, 2*o.WorkerHeartbeatInterval, absentAfter)
}
