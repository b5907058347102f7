package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// Policies belong to the kind of call and never to a call site. What must not be tried again is said by
// the type of the failure (activities.Fail), not by counting here.

// heartbeat is how long a worker may be silent before its activity is given to another: short, so that a
// killed worker costs seconds, and several times what activities need (activities.keepBeating).
const heartbeat = 20 * time.Second

// readCall asks a server something that takes seconds. After a quarter of an hour without an answer an
// operator should know.
func readCall(ctx workflow.Context, queue, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: queue, Summary: summary,
		ScheduleToCloseTimeout: 15 * time.Minute, StartToCloseTimeout: 10 * time.Minute, HeartbeatTimeout: heartbeat,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 30 * time.Second},
	})
}

// probeCall runs a short detached job and reads its answer.
func probeCall(ctx workflow.Context, queue, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: queue, Summary: summary,
		ScheduleToCloseTimeout: 20 * time.Minute, StartToCloseTimeout: 15 * time.Minute, HeartbeatTimeout: heartbeat,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 30 * time.Second},
	})
}

// changeCall changes something small that can be proven, such as a service.
func changeCall(ctx workflow.Context, queue, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: queue, Summary: summary,
		ScheduleToCloseTimeout: 20 * time.Minute, StartToCloseTimeout: 10 * time.Minute, HeartbeatTimeout: heartbeat,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 2 * time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
}

// startJobCall starts a detached job. It retries without limit on transport errors: once is enforced on
// the server.
func startJobCall(ctx workflow.Context, queue, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: queue, Summary: summary,
		StartToCloseTimeout: 10 * time.Minute, HeartbeatTimeout: heartbeat,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 30 * time.Second},
	})
}

// awaitJobCall waits for a detached job, however long it takes and however often the server or the worker
// goes away meanwhile.
func awaitJobCall(ctx workflow.Context, queue, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: queue, Summary: summary,
		StartToCloseTimeout: 24 * time.Hour, HeartbeatTimeout: heartbeat,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 1.5, MaximumInterval: 10 * time.Second},
	})
}

// rebootCall waits for a server to go down and come up again: up to an hour, for old hardware counts its
// memory and applies updates.
func rebootCall(ctx workflow.Context, queue, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: queue, Summary: summary,
		ScheduleToCloseTimeout: time.Hour, StartToCloseTimeout: time.Hour, HeartbeatTimeout: heartbeat,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 2 * time.Second, BackoffCoefficient: 1.5, MaximumInterval: 15 * time.Second},
	})
}

// backupCall takes and verifies one backup: hours for a large database.
func backupCall(ctx workflow.Context, queue, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: queue, Summary: summary,
		ScheduleToCloseTimeout: 24 * time.Hour, StartToCloseTimeout: 12 * time.Hour, HeartbeatTimeout: heartbeat,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 2 * time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
}

// tellCall notifies people or writes the runbook: tried a few times, and never in the way of the rollout.
func tellCall(ctx workflow.Context, queue, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: queue, Summary: summary,
		ScheduleToCloseTimeout: 2 * time.Minute, StartToCloseTimeout: 30 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 3, MaximumInterval: 20 * time.Second, MaximumAttempts: 4},
	})
}
