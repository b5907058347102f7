package workflows

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// Looks at a queue that drains wait a tenth of the time that has passed, within these bounds: short at first, when
// it may be empty in a moment, and few in a long wait.
const (
	leastLook = time.Second
	mostLook  = time.Minute
)

// drainQueue waits until no job of Project Server is on its way (domain.md A.5): jobs that wait or run would fail
// against services that stop, and what a client is still sending exists in that client's cache alone. After the
// rollout's limit an operator decides; jobs in SQL Server are safe and may stay, a job that is getting queued may not.
func (r *run) drainQueue(ctx workflow.Context) error {
	queues := farm.Queues(r.farm, r.in.Release.Queue)
	if len(queues) == 0 {
		return nil
	}
	r.status.Queue.Since = workflow.Now(ctx)
	safe := func() bool {
		read := r.status.Queue.Readings
		return len(read) == len(queues) && farm.QueueJobs(read, farm.QueueState.GettingQueued) == 0
	}
	return r.step(ctx, stepSpec{kind: farm.StepDrainQueue, server: queues[0].Server, skippableIf: safe}, func(ctx workflow.Context, _ attempt) error {
		return r.awaitQueue(ctx, queues)
	})
}

// awaitQueue looks at the queues until they are drained or the rollout's limit has passed.
func (r *run) awaitQueue(ctx workflow.Context, queues []farm.QueueSource) error {
	start := workflow.Now(ctx)
	for {
		readings, err := r.readQueues(ctx, queues)
		if err != nil {
			return err
		}
		r.status.Queue.Readings = readings
		r.show(ctx)
		if unread := farm.Unread(readings); len(unread) > 0 && r.status.Queue.ConfirmedBy == "" {
			if err := r.confirmQueue(ctx, unread); err != nil {
				return err
			}
		}
		if farm.QueueJobs(readings, farm.QueueState.Moving) == 0 {
			r.status.Queue.Drained = workflow.Now(ctx)
			r.log(farm.TimelineEntry{At: start, Until: r.status.Queue.Drained, Kind: "step", What: "drain the Project queue: " + saysOf(readings)})
			return nil
		}
		passed := workflow.Now(ctx).Sub(start)
		if passed >= r.in.Rollout.Queue.Wait {
			return activities.Fail(busyQueue(readings, passed))
		}
		wait := min(max(passed/10, leastLook), mostLook, max(r.in.Rollout.Queue.Wait-passed, leastLook))
		stopped, err := workflow.AwaitWithOptions(ctx, workflow.AwaitOptions{
			Timeout: wait, TimerOptions: workflow.TimerOptions{Summary: "Project queue: " + saysOf(readings)},
		}, func() bool { return r.halted() != nil })
		if err != nil {
			return err
		}
		if stopped {
			return r.halted()
		}
	}
}

// readQueues looks at every queue once.
func (r *run) readQueues(ctx workflow.Context, queues []farm.QueueSource) ([]farm.QueueReading, error) {
	var out []farm.QueueReading
	for _, q := range queues {
		server, ok := r.farm.SQLServer(q.Server)
		if !ok {
			return nil, activities.Fail(farm.Failure{Kind: farm.FailureConfig, Server: q.Server, Message: "the file has no such SQL Server", Advice: "correct project_web_access: on"})
		}
		var read farm.QueueReading
		if err := workflow.ExecuteActivity(readCall(ctx, r.queue, "Count the jobs in "+q.Database), act.ReadProjectQueue,
			activities.QueueRequest{SQLTarget: r.sqlTarget(server), Queue: q}).Get(ctx, &read); err != nil {
			return nil, err
		}
		out = append(out, read)
	}
	return out, nil
}

// confirmQueue has an operator look where farmhand cannot.
func (r *run) confirmQueue(ctx workflow.Context, unread []farm.QueueReading) error {
	facts := []farm.Fact{{Label: "do", Text: "open Server Settings, Manage Queue, of each instance; wait until no job is waiting, processing or getting queued; never cancel one that is getting queued"}}
	for _, u := range unread {
		facts = append(facts, farm.Fact{Label: "queue", Text: u.URL + ": " + u.Says()})
	}
	q, err := r.askTask(ctx, farm.Question{ID: taskQueue, Title: "Look at the Project queue: it cannot be counted", Facts: facts, Members: r.operators()})
	r.status.Queue.ConfirmedBy = q.By
	return err
}

// taskQueue is the id of the question of confirmQueue; manual tasks of the file have a longer prefix.
const taskQueue = "look-at-queue"

func busyQueue(readings []farm.QueueReading, passed time.Duration) farm.Failure {
	f := farm.Failure{
		Kind: farm.FailureQueue, Server: readings[0].Server,
		Message: fmt.Sprintf("%d jobs of Project Server are on their way after %s", farm.QueueJobs(readings, farm.QueueState.Moving), passed.Round(time.Second)),
		Advice:  "look at Manage Queue: what waits and runs is safe in SQL Server and may stay there (skip, with the reason), or wait again (retry)",
	}
	if n := farm.QueueJobs(readings, farm.QueueState.GettingQueued); n > 0 {
		f.Advice = fmt.Sprintf("%d jobs are getting queued: their data is in the cache of a Project Professional client alone. Find that person, let the client finish, never cancel the job; then retry", n)
	}
	for _, read := range readings {
		f.Log = append(f.Log, read.Says())
	}
	return f
}

// queueAfterOff looks once more when W3SVC is stopped everywhere, for the evidence. A job that was getting queued
// then was cut off, and its sender has to be told.
func (r *run) queueAfterOff(ctx workflow.Context) error {
	queues := farm.Queues(r.farm, r.in.Release.Queue)
	if len(queues) == 0 {
		return nil
	}
	return r.step(ctx, stepSpec{kind: farm.StepDrainQueue, server: queues[0].Server, skippable: true}, func(ctx workflow.Context, _ attempt) error {
		readings, err := r.readQueues(ctx, queues)
		if err != nil {
			return err
		}
		r.status.Queue.AfterOff = readings
		r.log(farm.TimelineEntry{At: workflow.Now(ctx), Kind: "step", What: "the Project queue after W3SVC was stopped: " + saysOf(readings)})
		if n := farm.QueueJobs(readings, farm.QueueState.GettingQueued); n > 0 {
			what := count(n, "job") + " still getting queued when W3SVC stopped"
			do := "tell whoever saved or published last to do it again from Project Professional when users are back; do not cancel the jobs"
			r.status.Findings = append(r.status.Findings, farm.Finding{Severity: farm.SeverityWarning, Server: readings[0].Server, What: what, Do: do})
			r.status.Residual = append(r.status.Residual, what+": "+do)
		}
		return nil
	})
}

func saysOf(readings []farm.QueueReading) string {
	var parts []string
	for _, r := range readings {
		parts = append(parts, r.Says())
	}
	return strings.Join(parts, "; ")
}

// readQueuesOn looks at the queues of one SQL Server.
func (r *run) readQueuesOn(ctx workflow.Context, s farm.SQLServer) ([]farm.QueueReading, error) {
	return r.readQueues(ctx, slices.DeleteFunc(farm.Queues(r.farm, r.in.Release.Queue), func(q farm.QueueSource) bool {
		return !strings.EqualFold(q.Server, s.Name)
	}))
}
