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
	jobWaiting    = 1
	jobProcessing = 3
	jobSuccess    = 4
)

// The columns that the queue service changes.
const (
	columnState      = 2
	columnProcessing = 5
	columnPercent    = 6
	columnCompleted  = 7
)

// queueTables are the queue of a Draft database: jobs that are done, and the waiting ones of the twin file.
func (o Options) queueTables(d database) []sqlserver.Table {
	if !o.isDraft(d) {
		return nil
	}
	view := sqlserver.Table{Name: queueView, Columns: []sqlserver.TableColumn{
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
		for i := range twin.Queued {
			add(yesterday.Add(23*time.Hour+time.Duration(i)*time.Minute), jobWaiting, nil, nil, 0)
		}
	}
	return []sqlserver.Table{view}
}

func (o Options) isDraft(d database) bool {
	for _, pwa := range o.Farm.ProjectWebAccess {
		if pwa.Draft == d.Name {
			return true
		}
	}
	return false
}

// workQueue lets the queue service take one job of each queue a step further, while it runs anywhere.
func (f *Farm) workQueue() {
	for _, d := range f.databases() {
		if !f.o.isDraft(d) {
			continue
		}
		todo := false
		f.world.View(func(tx *world.Tx) { _, _, todo = f.nextJob(tx, d) })
		if !todo {
			continue
		}
		_ = f.world.Update(func(tx *world.Tx) error { // a suspended world works on nothing
			if view, row, ok := f.nextJob(tx, d); ok {
				advanceJob(view.Rows[row])
				sqlserver.SetTable(tx, d.Instance, d.Name, view)
			}
			return nil
		})
	}
}

// nextJob finds the job at work, else the first that waits; there is none while the service is stopped.
func (f *Farm) nextJob(tx *world.Tx, d database) (view sqlserver.Table, row int, ok bool) {
	if !f.queueServiceRuns(tx) {
		return view, 0, false
	}
	db, _ := sqlserver.FindDatabase(tx, d.Instance, d.Name)
	i := slices.IndexFunc(db.Tables, func(t sqlserver.Table) bool { return t.Name == queueView })
	if i < 0 {
		return view, 0, false
	}
	view = db.Tables[i]
	for _, state := range []float64{jobProcessing, jobWaiting} { // documents hold numbers as JSON does
		row = slices.IndexFunc(view.Rows, func(r []any) bool { return r[columnState] == state })
		if row >= 0 {
			return view, row, true
		}
	}
	return view, 0, false
}

func advanceJob(row []any) {
	now := time.Now().UTC()
	if row[columnState] == float64(jobWaiting) {
		row[columnState], row[columnProcessing], row[columnPercent] = jobProcessing, now, 50
		return
	}
	row[columnState], row[columnCompleted], row[columnPercent] = jobSuccess, now, 100
}

func (f *Farm) queueServiceRuns(tx *world.Tx) bool {
	for _, s := range f.servers() {
		if q, ok := windows.GetService(tx, s.Name, queueService); ok && q.State == windows.Running && windows.Up(tx, s.Name) {
			return true
		}
	}
	return false
}
