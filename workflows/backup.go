package workflows

import (
	"fmt"
	"strings"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// backup backs up every database of the farm ("Back up the databases before you start the installation"),
// after users are off, so that a restore loses nobody's work. One database at a time per SQL Server, the
// SQL Servers side by side; each backup is verified.
func (r *run) backup(ctx workflow.Context) error {
	if err := r.versionsBefore(ctx); err != nil {
		return err
	}
	errs := make([]error, len(r.farm.SQLServers))
	wg := workflow.NewWaitGroup(ctx)
	for i, s := range r.farm.SQLServers {
		wg.Add(1)
		workflow.Go(ctx, func(ctx workflow.Context) {
			defer wg.Done()
			errs[i] = r.backupServer(ctx, s)
		})
	}
	wg.Wait(ctx)
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *run) backupServer(ctx workflow.Context, s farm.SQLServer) error {
	for i := range r.status.Databases {
		if r.status.Databases[i].Server != s.Name {
			continue
		}
		if err := r.step(ctx, stepSpec{kind: farm.StepBackupDatabase, server: s.Name}, func(ctx workflow.Context, _ attempt) error {
			return r.backupDatabase(ctx, s, &r.status.Databases[i])
		}); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) backupDatabase(ctx workflow.Context, s farm.SQLServer, d *farm.DatabaseStatus) error {
	d.BackupState = farm.StepRunning
	start := workflow.Now(ctx)
	d.File = fmt.Sprintf(`%s\%s_%s_%s.bak`, strings.TrimRight(s.Backup.Directory, `\`), d.Name, start.UTC().Format("20060102T150405"), tailOf(r.status.RunID, 6))
	var res activities.BackupResult
	if err := workflow.ExecuteActivity(backupCall(ctx, r.queue, "Back up and verify "+d.Name), act.BackupDatabase, activities.BackupRequest{
		SQLTarget: r.sqlTarget(s), Database: d.Name, File: d.File, Name: "farmhand " + r.status.Rollout, NotBefore: r.status.UsersOff.Since,
	}).Get(ctx, &res); err != nil {
		d.BackupState = farm.StepFailed
		return err
	}
	d.BackupState, d.BackedUpAt, d.Verified, d.File = farm.StepDone, workflow.Now(ctx), res.Verified, res.File
	r.log(farm.TimelineEntry{At: start, Until: d.BackedUpAt, Server: s.Name, Kind: "step", What: "back up and verify " + d.Name})
	return nil
}
