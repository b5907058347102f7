package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/grpc"
)

const (
	// pollFor is how long a worker waits for a task before it asks again. The server notes when a worker asked last and not
	// that it still waits, so that a worker which asked once a minute, as the SDK does, could not be told from one that was
	// killed a minute ago. The server wants 20 seconds at least.
	pollFor = 25 * time.Second
	// absentAfter is how long after its last question a worker counts as gone: twice pollFor, because the operator's clock is
	// known to one pollFor only (ServerClock), and a little for the way.
	absentAfter = 55 * time.Second
)

// Attendance says whether anybody takes tasks from a queue.
type Attendance struct {
	// Workers is how many do.
	Workers int
	// LastSeen is when one asked for a task last; zero when none did for as long as the server remembers, some minutes.
	LastSeen time.Time
	// Places is how many activities are at work where the workers ask for no more, all their places being taken; else zero.
	Places int
	// Unreported says that none asked for a task lately and that nothing is known of their places: one may be there and busy.
	Unreported bool
}

// Pollers asks when each worker of a queue asked for a task last.
func Pollers(ctx context.Context, c client.Client, queue string, kind enumspb.TaskQueueType) ([]time.Time, error) {
	answer, err := c.DescribeTaskQueue(ctx, queue, kind)
	if err != nil {
		return nil, fmt.Errorf("queue %s: %w", queue, err)
	}
	seen := []time.Time{}
	for _, p := range answer.GetPollers() {
		seen = append(seen, p.GetLastAccessTime().AsTime())
	}
	return seen, nil
}

// Attend works out from Pollers who asks for tasks at a moment of the server's clock.
func Attend(seen []time.Time, at time.Time) Attendance {
	var a Attendance
	for _, t := range seen {
		if at.Sub(t) < absentAfter {
			a.Workers++
		}
		if t.After(a.LastSeen) {
			a.LastSeen = t
		}
	}
	return a
}

// ServerClock corrects the own clock by the server's: alive is when workers asked last of which one is known to live,
// since it has just answered. It asked within pollFor, so that an own clock that says otherwise is wrong.
func ServerClock(own time.Time, alive []time.Time) time.Time {
	if len(alive) == 0 {
		return own
	}
	last := slices.MaxFunc(alive, time.Time.Compare)
	switch latest := last.Add(pollFor); {
	case own.Before(last):
		return last
	case own.After(latest):
		return latest
	}
	return own
}

// shortPolls makes workers ask every pollFor. The server answers with nothing shortly before a poll's deadline.
func shortPolls(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	switch method {
	case workflowservice.WorkflowService_PollActivityTaskQueue_FullMethodName, workflowservice.WorkflowService_PollWorkflowTaskQueue_FullMethodName:
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, pollFor)
		defer cancel()
	}
	return invoke(ctx, method, req, reply, cc, opts...)
}
