package sharepoint

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"farmhand/simulator/sqlserver"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// queueView is the view of Project Server's queue in a Draft database, as a blog of 2008 printed it.
const queueView = "MSP_QUEUE_PROJECT_GROUP_FULL_VIEW"

// The states of a job (QueueConstants.JobState).
const (
	jobWaiting       = 1
	jobGettingQueued = 2 // a client is still sending it, through a Web server
	jobProcessing    = 3
	jobSuccess       = 4
)

// The columns that the queue service changes.
const (
	columnID         = 0
	columnState      = 2
	columnProcessing = 5
	columnPercent    = 6
	columnCompleted  = 7
)

// Jobs are jobs of Project Server's queue that are there when the world begins.
type Jobs struct {
	// State is the state of each (QueueConstants.JobState), Count how many there are.
	State, Count int
	// Stay keeps them in that state whatever happens: a client that is gone, a job nobody takes.
	Stay bool
}

// queueTables are the queue of a Draft database: jobs that are done, and those of the twin file. A Published
// database has the view that the release names for timesheets, if it names one.
func (o Options) queueTables(d database) []sqlserver.Table {
	name := o.queueView(d)
	if name == "" {
		return nil
	}
	view := sqlserver.Table{Name: name, Columns: []sqlserver.TableColumn{
		{Name: "GRP_QUEUE_ID", Type: "uniqueidentifier"}, {Name: "GRP_QUEUE_MESSAGE_TYPE", Type: "int"}, {Name: "GRP_QUEUE_STATE", Type: "int"},
		{Name: "CREATED_DATE", Type: "datetime"}, {Name: "READY_FOR_PROCESSING_DATE", Type: "datetime"}, {Name: "PROCESSING_DATE", Type: "datetime"},
		{Name: "PERCENT_COMPLETE", Type: "int"}, {Name: "COMPLETED_DATE", Type: "datetime"}, {Name: "GRP_QUEUE_ERROR_INFO", Type: "nvarchar(4000)"},
		{Name: "GRP_QUEUE_PRIORITY", Type: "int"},
	}}
	const publish = 22
	add := func(at time.Time, state int, processing, completed any, percent int) {
		id := strings.Trim(guid(fmt.Sprint(d.Name, len(view.Rows))), "{}")
		view.Rows = append(view.Rows, []any{id, publish, state, at, at, processing, percent, completed, nil, 1})
	}
	yesterday := time.Now().UTC().Add(-24 * time.Hour).Truncate(time.Second)
	for i := range 3 {
		at := yesterday.Add(time.Duration(i) * 7 * time.Minute)
		add(at, jobSuccess, at.Add(2*time.Second), at.Add(9*time.Second), 100)
	}
	for _, twin := range o.Databases {
		if !strings.EqualFold(twin.Name, d.Name) {
			continue
		}
		at := yesterday.Add(23 * time.Hour)
		for _, jobs := range append([]Jobs{{State: jobWaiting, Count: twin.Queued}}, twin.Jobs...) {
			for range jobs.Count {
				add(at, jobs.State, nil, nil, 0)
				at = at.Add(time.Minute)
			}
		}
	}
	return []sqlserver.Table{view}
}

// queueView is the view of a database that holds jobs; empty for a database without.
func (o Options) queueView(d database) string {
	for _, pwa := range o.Farm.ProjectWebAccess {
		switch d.Name {
		case pwa.Draft:
			return queueView
		case pwa.Published:
			return o.Release.Queue.TimesheetView
		}
	}
	return ""
}

// seedStaying notes which jobs never leave their state.
func (o Options) seedStaying(tx *world.Tx) {
	for _, d := range o.databases() {
		for _, twin := range o.Databases {
			if !strings.EqualFold(twin.Name, d.Name) || o.queueView(d) == "" {
				continue
			}
			rows := o.queueTables(d)[0].Rows
			at := len(rows)
			for _, jobs := range slices.Backward(twin.Jobs) {
				for range jobs.Count {
					at--
					if jobs.Stay {
						tx.Put(stayingPrefix+fmt.Sprint(rows[at][columnID]), true)
					}
				}
			}
		}
	}
}

// stayingPrefix begins the keys of jobs that never leave their state.
const stayingPrefix = "sharepoint/staying/"

func stays(tx *world.Tx, row []any) bool {
	var yes bool
	return tx.Get(stayingPrefix+fmt.Sprint(row[columnID]), &yes)
}

// workQueue takes one job of each queue a step further: a client ends its sending while a Web server serves it,
// and the queue service works while it runs anywhere.
func (f *Farm) workQueue() {
	for _, d := range f.databases() {
		name := f.o.queueView(d)
		if name == "" {
			continue
		}
		todo := false
		f.world.View(func(tx *world.Tx) { _, _, todo = f.nextJob(tx, d, name) })
		if !todo {
			continue
		}
		_ = f.world.Update(func(tx *world.Tx) error { // a suspended world works on nothing
			if view, row, ok := f.nextJob(tx, d, name); ok {
				advanceJob(view.Rows[row])
				sqlserver.SetTable(tx, d.Instance, d.Name, view)
			}
			return nil
		})
	}
}

// nextJob finds the job that is being sent, else the one at work, else the first that waits. None is sent while
// no Web server serves, and none worked on while the service is stopped.
func (f *Farm) nextJob(tx *world.Tx, d database, name string) (view sqlserver.Table, row int, ok bool) {
	view, ok = jobsOf(tx, d, name)
	if !ok {
		return view, 0, false
	}
	var moving []float64 // documents hold numbers as JSON does
	if len(f.usersOn(tx)) > 0 {
		moving = append(moving, jobGettingQueued)
	}
	if f.queueServiceRuns(tx) {
		moving = append(moving, jobProcessing, jobWaiting)
	}
	for _, state := range moving {
		row = slices.IndexFunc(view.Rows, func(r []any) bool { return r[columnState] == state && !stays(tx, r) })
		if row >= 0 {
			return view, row, true
		}
	}
	return view, 0, false
}

func jobsOf(tx *world.Tx, d database, name string) (sqlserver.Table, bool) {
	db, _ := sqlserver.FindDatabase(tx, d.Instance, d.Name)
	i := slices.IndexFunc(db.Tables, func(t sqlserver.Table) bool { return t.Name == name })
	if i < 0 {
		return sqlserver.Table{}, false
	}
	return db.Tables[i], true
}

func advanceJob(row []any) {
	now := time.Now().UTC()
	switch row[columnState] {
	case float64(jobGettingQueued):
		row[columnState] = jobWaiting
	case float64(jobWaiting):
		row[columnState], row[columnProcessing], row[columnPercent] = jobProcessing, now, 50
	default:
		row[columnState], row[columnCompleted], row[columnPercent] = jobSuccess, now, 100
	}
}

// cutOff: the last Web server stopped while a client was sending a job. What was not sent yet is in that client's
// cache alone, and the job stays "Getting queued" (domain.md A.5).
func (f *Farm) cutOff(tx *world.Tx, host, user string) {
	if len(f.usersOn(tx)) > 0 {
		return
	}
	for _, d := range f.databases() {
		view, ok := jobsOf(tx, d, f.o.queueView(d))
		if !ok {
			continue
		}
		n := 0
		for _, row := range view.Rows {
			if row[columnState] == float64(jobGettingQueued) && !wasCutOff(tx, row) {
				tx.Put(cutOffPrefix+fmt.Sprint(row[columnID]), true)
				n++
			}
		}
		if n > 0 {
			damage(tx, host, user, fmt.Sprintf("%d jobs of %s were getting queued when the last Web server stopped: the rest of their data is in the clients' caches alone", n, d.Name))
		}
	}
}

// cutOffPrefix begins the keys of jobs that were cut off, so that each does its damage once.
const cutOffPrefix = "sharepoint/cut-off/"

func wasCutOff(tx *world.Tx, row []any) bool {
	var yes bool
	return tx.Get(cutOffPrefix+fmt.Sprint(row[columnID]), &yes)
}

func (f *Farm) queueServiceRuns(tx *world.Tx) bool {
	for _, s := range f.servers() {
		if q, ok := windows.GetService(tx, s.Name, queueService); ok && q.State == windows.Running && windows.Up(tx, s.Name) {
			return true
		}
	}
	return false
}
