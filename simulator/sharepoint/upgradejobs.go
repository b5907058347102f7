package sharepoint

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"farmhand/simulator/sqlserver"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// timerService carries the upgrade jobs of the farm.
const timerService = "SPTimerV3"

// upgradeJobName is the name that psconfig gives its job.
const upgradeJobName = "job-upgrade"

// upgradeJob is an upgrade timer job as people and the object model see it. The definition of a job that
// runs once is there while the job waits or runs, and gone when it is over.
type upgradeJob struct {
	Name, Server string
	// Ends is how long the job takes in life, Until when it is over in the world's time; zero is for ever.
	Ends, Until time.Duration
}

func (j upgradeJob) state() string {
	if j.Server == "" {
		return "waiting"
	}
	return "running"
}

const foreignJobsKey = "sharepoint/upgrade-jobs"

// foreignJobs are those of the twin file that are not over.
func foreignJobs(tx *world.Tx) []upgradeJob {
	var all []upgradeJob
	tx.Get(foreignJobsKey, &all)
	return all
}

func (o Options) seededJobs() []upgradeJob {
	var all []upgradeJob
	for _, j := range o.UpgradeJobs {
		all = append(all, upgradeJob{Name: j.Name, Server: j.Server, Ends: j.Ends})
	}
	return all
}

// jobs are all upgrade jobs of the farm: those of the twin file and that of a wizard.
func (f *Farm) jobs(tx *world.Tx) []upgradeJob {
	all := foreignJobs(tx)
	if u, ok := getUpgrade(tx); ok && u.State == upgradeRunning && f.jobLives(tx, u) {
		all = append(all, upgradeJob{Name: upgradeJobName, Server: u.Host})
	}
	return all
}

// publishJobs writes the jobs into the configuration database's table of objects.
func (f *Farm) publishJobs(tx *world.Tx) {
	d := f.databases()[0]
	sqlserver.SetTable(tx, d.Instance, d.Name, f.o.objects(f.jobs(tx)))
}

// The classes of persisted objects (their GUID attributes); that of upgrade jobs is documented, the others
// stand for the hundreds of objects besides.
const (
	classUpgradeJob = "3144ED38-69E9-46EC-B89F-3037F8FFD1A8"
	classFarm       = "674DA553-EA77-44A3-B9F8-3F70D786DE6A"
	classServer     = "E0BFEDD2-7C6D-4FE0-B6B9-5F4A6B1A8B1E"
)

// objects is the table of a configuration database that holds every persisted object.
func (o Options) objects(jobs []upgradeJob) sqlserver.Table {
	t := sqlserver.Table{Name: "Objects", Columns: []sqlserver.TableColumn{
		{Name: "Id", Type: "uniqueidentifier"}, {Name: "ClassId", Type: "uniqueidentifier"}, {Name: "ParentId", Type: "uniqueidentifier"},
		{Name: "Name", Type: "nvarchar(128)"}, {Name: "Status", Type: "int"},
	}}
	root := o.configurationID()
	add := func(class, name string) {
		t.Rows = append(t.Rows, []any{strings.Trim(guid(class+name), "{}"), class, root, name, 0})
	}
	add(classFarm, o.Farm.Databases.Configuration)
	for _, s := range o.Farm.SharePointServers() {
		add(classServer, s.Name)
	}
	for _, j := range jobs {
		add(classUpgradeJob, j.Name)
	}
	return t
}

// describeJobs answers upgrade-jobs.ps1.
func (f *Farm) describeJobs(_ context.Context, call windows.ScriptCall) (out []windows.Record, err error) {
	f.world.View(func(tx *world.Tx) {
		if !call.Administrator || call.Task == "" && !strings.EqualFold(call.Machine.Name(), f.o.Farm.Databases.On) {
			// as describe: a network logon has no second hop to SQL Server
			err = errors.New("The local farm is not accessible: cannot open database \"" + f.o.Farm.Databases.Configuration + "\" requested by the login.")
			return
		}
		const usual = 9 // definitions that every farm has, such as job-config-refresh
		var jobs []upgradeJob
		if slices.Contains(list(call.Parameter("Classes")), "Microsoft.SharePoint.Administration.SPUpgradeJobDefinition") {
			jobs = f.jobs(tx)
		}
		for _, j := range jobs {
			out = append(out, windows.NewRecord("job", "name", j.Name, "server", j.Server, "state", j.state()))
		}
		out = append(out, windows.NewRecord("jobs", "definitions", strconv.Itoa(usual+len(f.jobs(tx)))))
	})
	return out, err
}

// runForeignJobs ends the jobs of the twin file when their time has come.
func (f *Farm) runForeignJobs(ctx context.Context) {
	if f.world.Update(func(tx *world.Tx) error {
		all := foreignJobs(tx)
		for i, j := range all {
			if j.Ends > 0 && j.Until == 0 {
				all[i].Until = f.world.After(j.Ends)
			}
		}
		if len(all) > 0 {
			tx.Put(foreignJobsKey, all)
		}
		return nil
	}) != nil {
		return
	}
	for {
		var next time.Duration
		f.world.View(func(tx *world.Tx) {
			for _, j := range foreignJobs(tx) {
				if j.Until > 0 && (next == 0 || j.Until < next) {
					next = j.Until
				}
			}
		})
		if next == 0 || f.world.WaitUntil(ctx, next) != nil {
			return
		}
		if f.endForeignJobs(func(j upgradeJob) bool { return j.Until > 0 && j.Until <= f.world.Now() }) != nil {
			return
		}
	}
}

// dropForeignJobs ends the jobs of a server whose timer service was stopped.
func (f *Farm) dropForeignJobs(server string) {
	_ = f.endForeignJobs(func(j upgradeJob) bool { return strings.EqualFold(j.Server, server) }) // a suspended world goes on later
}

func (f *Farm) endForeignJobs(over func(upgradeJob) bool) error {
	found := false
	f.world.View(func(tx *world.Tx) { found = slices.ContainsFunc(foreignJobs(tx), over) })
	if !found {
		return nil
	}
	return f.world.Update(func(tx *world.Tx) error {
		tx.Put(foreignJobsKey, slices.DeleteFunc(foreignJobs(tx), over))
		f.publishJobs(tx)
		return nil
	})
}
