package farm

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// QueueState is the state of a job in Project Server's queue (QueueConstants.JobState; domain.md A.5).
type QueueState int

// The states of a job, by the labels of the page Manage Queue.
const (
	QueueUnknown       QueueState = 0
	QueueWaiting       QueueState = 1  // ready, waiting to be processed
	QueueGettingQueued QueueState = 2  // a client is still sending it: its data is in that client's cache alone
	QueueProcessing    QueueState = 3  // at work
	QueueSuccess       QueueState = 4  // done
	QueueBlocking      QueueState = 5  // failed, and holds up the jobs that belong to it
	QueueFailed        QueueState = 6  // failed, and holds up nothing
	QueueSkipped       QueueState = 7  // deferred for optimisation
	QueueBlocked       QueueState = 8  // waits behind a failed one
	QueueCancelled     QueueState = 9  // taken out by a person
	QueueOnHold        QueueState = 10 // put on hold by a person
	QueueSleeping      QueueState = 11 // tried again later
	QueueLaunching     QueueState = 12 // ready for launch
)

var queueLabels = map[QueueState]string{
	QueueUnknown: "unknown", QueueWaiting: "waiting", QueueGettingQueued: "getting queued", QueueProcessing: "processing", QueueSuccess: "success",
	QueueBlocking: "failed and blocking", QueueFailed: "failed", QueueSkipped: "skipped", QueueBlocked: "blocked", QueueCancelled: "cancelled",
	QueueOnHold: "on hold", QueueSleeping: "sleeping", QueueLaunching: "ready for launch",
}

// String is the state's label, or its number where it has none.
func (s QueueState) String() string {
	if l, ok := queueLabels[s]; ok {
		return l
	}
	return fmt.Sprintf("state %d", int(s))
}

// Moving reports whether a job in this state is on its way: the queue is not drained while there is one.
func (s QueueState) Moving() bool {
	return slices.Contains([]QueueState{QueueWaiting, QueueGettingQueued, QueueProcessing, QueueSleeping, QueueLaunching}, s)
}

// Standing reports whether a job in this state stays where it is until a person acts: it is warned about and
// holds nothing up. So does a state that nobody has written down.
func (s QueueState) Standing() bool {
	_, known := queueLabels[s]
	return !known || slices.Contains([]QueueState{QueueUnknown, QueueBlocking, QueueBlocked, QueueOnHold}, s)
}

// QueueCount is how many jobs are in one state.
type QueueCount struct {
	State QueueState `json:"state"`
	Jobs  int        `json:"jobs"`
}

// QueueSource is one queue of a Project Web Access instance and where it is read: the Project queue in the
// Draft database, the timesheet queue in the Published one.
type QueueSource struct {
	// URL is the instance's address.
	URL string `json:"url"`
	// Server is the SQL Server, Database and View hold the jobs, Column their state. An empty View says that
	// the release names none: a person looks.
	Server   string `json:"server"`
	Database string `json:"database"`
	View     string `json:"view"`
	Column   string `json:"column"`
}

// QueueReading is one look at one queue.
type QueueReading struct {
	QueueSource
	Counts []QueueCount `json:"counts,omitempty"`
	// Unreadable says why the queue could not be counted; empty when it was.
	Unreadable string    `json:"unreadable,omitempty"`
	At         time.Time `json:"at"`
}

// Jobs counts the jobs whose state has a property, such as QueueState.Moving.
func (r QueueReading) Jobs(in func(QueueState) bool) int {
	n := 0
	for _, c := range r.Counts {
		if in(c.State) {
			n += c.Jobs
		}
	}
	return n
}

// Says lists the jobs that are moving or standing, in words.
func (r QueueReading) Says() string {
	if r.Unreadable != "" {
		return r.Database + " cannot be read: " + r.Unreadable
	}
	var parts []string
	for _, c := range r.Counts {
		if c.Jobs > 0 && (c.State.Moving() || c.State.Standing()) {
			parts = append(parts, fmt.Sprintf("%d %s", c.Jobs, c.State))
		}
	}
	if len(parts) == 0 {
		return r.Database + ": empty"
	}
	return r.Database + ": " + strings.Join(parts, ", ")
}

// QueueStatus is the draining of the farm's queues in a run.
type QueueStatus struct {
	Since   time.Time `json:"since,omitzero"`
	Drained time.Time `json:"drained,omitzero"`
	// Readings are the newest looks; AfterOff are those right after W3SVC was stopped everywhere.
	Readings []QueueReading `json:"readings,omitempty"`
	AfterOff []QueueReading `json:"after_off,omitempty"`
	// ConfirmedBy looked at the queues that farmhand cannot read.
	ConfirmedBy string `json:"confirmed_by,omitempty"`
}

// QueueWait is how the rollout waits for the queues.
type QueueWait struct {
	// Wait is how long jobs may take to leave the queues before an operator decides.
	Wait time.Duration `json:"wait" mapstructure:"wait"`
}

// QueueViews name where jobs can be counted. None of the names is documented by Microsoft, so they are data of
// the release and proven at preflight (domain.md A.5: the Draft view from a blog of 2008, a timesheet view not found).
type QueueViews struct {
	// DraftView is in each Draft database; empty means that a person looks instead.
	DraftView string `json:"draft_view" mapstructure:"draft_view"`
	// TimesheetView is in each Published database; empty means not read.
	TimesheetView string `json:"timesheet_view" mapstructure:"timesheet_view"`
	// StateColumn holds the state in both.
	StateColumn string `json:"state_column" mapstructure:"state_column"`
}

// Queues lists the queues of a farm's Project Web Access instances that are to be drained.
func Queues(f Farm, views QueueViews) []QueueSource {
	var out []QueueSource
	for _, p := range f.ProjectWebAccess {
		out = append(out, QueueSource{URL: p.URL, Server: p.On, Database: p.Draft, View: views.DraftView, Column: views.StateColumn})
		if views.TimesheetView != "" {
			out = append(out, QueueSource{URL: p.URL, Server: p.On, Database: p.Published, View: views.TimesheetView, Column: views.StateColumn})
		}
	}
	return out
}

// GettingQueued reports whether a client is still sending a job: cutting it off would lose its data.
func (s QueueState) GettingQueued() bool { return s == QueueGettingQueued }

// QueueJobs counts jobs over several looks.
func QueueJobs(rs []QueueReading, in func(QueueState) bool) int {
	n := 0
	for _, r := range rs {
		n += r.Jobs(in)
	}
	return n
}

// Unread are the looks that counted nothing.
func Unread(rs []QueueReading) []QueueReading {
	return slices.DeleteFunc(slices.Clone(rs), func(r QueueReading) bool { return r.Unreadable == "" })
}
