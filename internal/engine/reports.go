package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workerpb "go.temporal.io/api/worker/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
)

// reportEvery is how often a worker tells Temporal how many of its places for activities are taken (worker heartbeats).
// The SDK's own minute would be too long to tell a busy worker from one that was killed a minute ago.
const reportEvery = 20 * time.Second

// Report is what a worker of a queue last told Temporal of its places for activities. A worker whose places are all taken
// asks for no task, and is told from one that is gone by its reports alone.
type Report struct {
	// At is when, by the worker's own clock: Temporal keeps no other.
	At time.Time
	// Taken and Free are its places.
	Taken, Free int
}

// Reports are the last reports of the workers of a queue that were not told to stop. Temporal keeps one for some minutes after
// its worker is gone. A server older than such reports, or an account that may not read them, is an
// error.
func Reports(ctx context.Context, c client.Client, namespace, queue string) ([]Report, error) {
	service, out := c.WorkflowService(), []Report{}
	for page := []byte(nil); ; {
		list, err := service.ListWorkers(ctx, &workflowservice.ListWorkersRequest{
			Namespace: namespace, Query: "TaskQueue = '" + strings.ReplaceAll(queue, "'", "''") + "'", NextPageToken: page,
		})
		if err != nil {
			return nil, fmt.Errorf("workers of queue %s: %w", queue, err)
		}
		for _, w := range list.GetWorkers() {
			one, err := service.DescribeWorker(ctx, &workflowservice.DescribeWorkerRequest{Namespace: namespace, WorkerInstanceKey: w.GetWorkerInstanceKey()})
			if _, gone := errors.AsType[*serviceerror.NotFound](err); gone {
				continue // it has stopped meanwhile
			}
			if err != nil {
				return nil, fmt.Errorf("worker %s of queue %s: %w", w.GetWorkerIdentity(), queue, err)
			}
			if h := one.GetWorkerInfo().GetWorkerHeartbeat(); h.GetStatus() == enumspb.WORKER_STATUS_RUNNING {
				out = append(out, reportOf(h))
			}
		}
		if page = list.GetNextPageToken(); len(page) == 0 {
			return out, nil
		}
	}
}

func reportOf(h *workerpb.WorkerHeartbeat) Report {
	places := h.GetActivityTaskSlotsInfo()
	return Report{At: h.GetHeartbeatTime().AsTime(), Taken: int(places.GetCurrentUsedSlots()), Free: int(places.GetCurrentAvailableSlots())}
}

// Busy adds to a the workers whose reports say, at a moment of the server's clock, that all their places are taken. It is
// asked only of a queue from which nobody takes tasks: one that asked lately is counted already. A worker whose clock is ahead
// counts until Temporal forgets its report, some minutes at most.
func (a Attendance) Busy(reports []Report, at time.Time) Attendance {
	for _, r := range reports {
		if r.Taken > 0 && r.Free == 0 && at.Sub(r.At) < absentAfter {
			a.Workers++
			a.Places += r.Taken
		}
	}
	return a
}

// Attends finds out who takes activities from a queue at a moment of the server's clock. The error is that of asking for
// pollers; reports that cannot be had are an answer that says so.
func Attends(ctx context.Context, c client.Client, namespace, queue string, at time.Time) (Attendance, error) {
	seen, err := Pollers(ctx, c, queue, enumspb.TASK_QUEUE_TYPE_ACTIVITY)
	if err != nil {
		return Attendance{}, err
	}
	a := Attend(seen, at)
	if a.Workers > 0 {
		return a, nil
	}
	reports, err := Reports(ctx, c, namespace, queue)
	a.Unreported = err != nil
	return a.Busy(reports, at), nil
}
