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

// call is one kind of call. A zero scheduleToClose never gives up.
type call struct {
	scheduleToClose, startToClose, heartbeat time.Duration
	retry                                    temporal.RetryPolicy
}

func (c call) on(ctx workflow.Context, queue, summary string) workflow.Context {
	retry := c.retry
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: queue, Summary: summary,
		ScheduleToCloseTimeout: c.scheduleToClose, StartToCloseTimeout: c.startToClose, HeartbeatTimeout: c.heartbeat,
		RetryPolicy: &retry,
	})
}

// readCall asks a server something that takes seconds. After a quarter of an hour without an answer an
// operator should know.
func readCall(ctx workflow.Context, queue, summary string) workflow.Context {
	return call{15 * time.Minute, 10 * time.Minute, heartbeat, backOff(time.Second, 2, 30*time.Second)}.on(ctx, queue, summary)
}

// lookCall looks at a server while people are waited for: what it would tell them is not worth holding their answer up.
func lookCall(ctx workflow.Context, queue, summary string) workflow.Context {
	return call{2 * time.Minute, time.Minute, heartbeat, backOff(time.Second, 2, 15*time.Second)}.on(ctx, queue, summary)
}

// calendarCall computes windows, which needs no server: it is waited for, however long the site has no worker, since
// nothing may begin without an answer.
func calendarCall(ctx workflow.Context, queue, summary string) workflow.Context {
	return call{0, time.Minute, 0, backOff(time.Second, 2, 30*time.Second)}.on(ctx, queue, summary)
}

// clientCall asks a user's computer, which may be switched off for the night: it is tried once more and not waited for.
func clientCall(ctx workflow.Context, queue, summary string) workflow.Context {
	twice := backOff(5*time.Second, 1, 5*time.Second)
	twice.MaximumAttempts = 2
	return call{4 * time.Minute, 2 * time.Minute, heartbeat, twice}.on(ctx, queue, summary)
}

// probeCall runs a short detached job and reads its answer.
func probeCall(ctx workflow.Context, queue, summary string) workflow.Context {
	return call{20 * time.Minute, 15 * time.Minute, heartbeat, backOff(time.Second, 2, 30*time.Second)}.on(ctx, queue, summary)
}

// changeCall changes something small that can be proven, such as a service.
func changeCall(ctx workflow.Context, queue, summary string) workflow.Context {
	return call{20 * time.Minute, 10 * time.Minute, heartbeat, backOff(2*time.Second, 2, time.Minute)}.on(ctx, queue, summary)
}

// startJobCall starts a detached job. It retries without limit on transport errors: once is enforced on
// the server.
func startJobCall(ctx workflow.Context, queue, summary string) workflow.Context {
	return call{0, 10 * time.Minute, heartbeat, backOff(time.Second, 2, 30*time.Second)}.on(ctx, queue, summary)
}

// awaitJobCall waits for a detached job, however long it takes and however often the server or the worker
// goes away meanwhile.
func awaitJobCall(ctx workflow.Context, queue, summary string) workflow.Context {
	return call{0, 24 * time.Hour, heartbeat, backOff(time.Second, 1.5, 10*time.Second)}.on(ctx, queue, summary)
}

// rebootCall waits for a server to go down and come up again: up to an hour, for old hardware counts its
// memory and applies updates.
func rebootCall(ctx workflow.Context, queue, summary string) workflow.Context {
	return call{time.Hour, time.Hour, heartbeat, backOff(2*time.Second, 1.5, 15*time.Second)}.on(ctx, queue, summary)
}

// backupCall takes and verifies one backup: hours for a large database.
func backupCall(ctx workflow.Context, queue, summary string) workflow.Context {
	return call{24 * time.Hour, 12 * time.Hour, heartbeat, backOff(2*time.Second, 2, time.Minute)}.on(ctx, queue, summary)
}

// notifyCall tells people: a try may wait for several receivers at once, each for seconds, and four tries end within a minute
// or so. Its heartbeat says who was told already.
func notifyCall(ctx workflow.Context, queue, summary string) workflow.Context {
	return call{2 * time.Minute, 30 * time.Second, heartbeat, few()}.on(ctx, queue, summary)
}

// ownCall asks the worker that runs the workflow itself, for what takes milliseconds. It holds the workflow up, and is
// tried once.
func ownCall(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout: 5 * time.Second, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 1}, Summary: summary,
	})
}

// tellCall asks the worker for what is never in the way of the rollout, such as to write the runbook.
func tellCall(ctx workflow.Context, queue, summary string) workflow.Context {
	return call{2 * time.Minute, 30 * time.Second, 0, few()}.on(ctx, queue, summary)
}

// few tries are for what is never in the way of the rollout.
func few() temporal.RetryPolicy {
	p := backOff(time.Second, 3, 20*time.Second)
	p.MaximumAttempts = 4
	return p
}

func backOff(initial time.Duration, coefficient float64, longest time.Duration) temporal.RetryPolicy {
	return temporal.RetryPolicy{InitialInterval: initial, BackoffCoefficient: coefficient, MaximumInterval: longest}
}
