package view

import (
	"slices"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// taskNames are manual tasks by name, as screens mention them.
func taskNames(tasks []farm.ManualTask) []string {
	var out []string
	for _, t := range tasks {
		out = append(out, t.Name)
	}
	return out
}

// tasksRight are manual tasks as a phase's line mentions them.
func tasksRight(names []string, word string) []string {
	var out []string
	for _, n := range names {
		out = append(out, word+"TASK "+n)
	}
	return out
}

// queueText says what newest looks at the queues of Project Server found.
func queueText(readings []farm.QueueReading) string {
	parts := make([]string, len(readings))
	for i, r := range readings {
		parts[i] = r.Says()
	}
	return strings.Join(parts, "; ")
}

// TaskEvidence is a manual task and who said that it was done.
type TaskEvidence struct {
	ID       string      `json:"id"`
	Title    string      `json:"title"`
	Facts    []farm.Fact `json:"facts"`
	Asked    time.Time   `json:"asked"`
	Answered time.Time   `json:"answered,omitzero"`
	Answer   farm.Choice `json:"answer,omitempty"`
	By       string      `json:"by,omitempty"`
	Reason   string      `json:"reason,omitempty"`
}

func tasksEvidence(s farm.Status) []TaskEvidence {
	var out []TaskEvidence
	for _, q := range s.Questions {
		if q.Kind == farm.QuestionTask {
			out = append(out, TaskEvidence{q.ID, q.Title, q.Facts, q.Asked, q.Answered, q.Answer, q.By, q.Reason})
		}
	}
	return out
}

// queueLines say how the queue of Project Server stood when users were disconnected.
func queueLines(e Evidence, q farm.QueueStatus) []string {
	var lines []string
	switch {
	case !q.Drained.IsZero():
		lines = append(lines, "The Project queue was drained "+e.when(q.Drained)+": "+queueText(q.Readings)+".")
	case len(q.Readings) > 0:
		lines = append(lines, "The Project queue was not drained: "+queueText(q.Readings)+".")
	}
	if q.ConfirmedBy != "" {
		lines = append(lines, q.ConfirmedBy+" looked at the queues that could not be counted.")
	}
	if len(q.AfterOff) > 0 {
		lines = append(lines, "After W3SVC was stopped: "+queueText(q.AfterOff)+".")
	}
	return lines
}

// manualTasks lists what people do outside farmhand, each at its phase.
func (b *runbook) manualTasks() {
	begun := false
	for _, ph := range b.s.Plan.Phases {
		for _, t := range slices.Concat(ph.TasksBefore, ph.TasksAfter) {
			if !begun {
				b.heading(2, "What people do outside the farm")
				begun = true
			}
			q := b.s.Question(t.ID())
			done := q != nil && q.Answer == farm.ChoiceDone
			by := ""
			if done {
				by = ", done by " + q.By + " " + utc(q.Answered)
			}
			b.task(done, "%s, %s, by %s: %s%s", escape(t.Name), escape(t.At()), escape(t.Owner), escape(t.Text), escape(by))
		}
	}
}

// drain is what comes before W3SVC is stopped: the Project queue, and crawls where they were paused.
func (b *runbook) drain() {
	if b.s.UsersOff.Since.IsZero() {
		b.task(false, "In Manage Queue (Server Settings of each Project Web Access): wait until no job is waiting, processing or getting queued. Never cancel one that is getting queued: its data is in the client's cache alone.")
	}
	for _, rec := range b.s.Services {
		if rec.Step == farm.StepPauseCrawls {
			b.task(true, "%s: %s was stopped and set to manual %s", escape(rec.Server), escape(rec.Name), utc(rec.StoppedAt))
		}
	}
}
