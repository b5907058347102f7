package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// backup backs up every database of the farm ("Back up the databases before you start the installation"),
// after users are off, so that a restore loses nobody's work. One database at a time per SQL Server, the
// SQL Servers side by side; each backup is verified. Where the file says so, a differential is taken, or a
// backup of somebody else's is proven. Beside them, settings and files of each server are kept.
func (r *run) backup(ctx workflow.Context) error {
	if err := r.versionsBefore(ctx); err != nil {
		return err
	}
	all := []func(workflow.Context) error{r.backupServers}
	for _, s := range r.farm.SQLServers {
		all = append(all, func(ctx workflow.Context) error { return r.backupSQLServer(ctx, s) })
	}
	return together(ctx, all...)
}

func (r *run) backupSQLServer(ctx workflow.Context, s farm.SQLServer) error {
	if err := r.checkBackupRoom(ctx, s); err != nil {
		return err
	}
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

// checkBackupRoom looks again whether the backups have room: preflight may be days old.
func (r *run) checkBackupRoom(ctx workflow.Context, s farm.SQLServer) error {
	databases := r.databasesOn(s)
	if !s.Backup.Writes() || len(databases) == 0 {
		return nil
	}
	return r.step(ctx, stepSpec{kind: farm.StepBackupDatabase, server: s.Name}, func(ctx workflow.Context, _ attempt) error {
		return workflow.ExecuteActivity(readCall(ctx, r.queue, "Measure room for backups on "+s.Name), act.CheckBackupRoom,
			activities.BackupRoomRequest{SQLTarget: r.sqlTarget(s), Databases: databases}).Get(ctx, nil)
	})
}

// databasesOn names the farm's databases on a SQL Server.
func (r *run) databasesOn(s farm.SQLServer) []string {
	var names []string
	for _, d := range r.status.Databases {
		if d.Server == s.Name {
			names = append(names, d.Name)
		}
	}
	return names
}

// backupDatabase takes and verifies one backup, or proves one that somebody else took (mode prove).
func (r *run) backupDatabase(ctx workflow.Context, s farm.SQLServer, d *farm.DatabaseStatus) error {
	d.BackupState = farm.StepRunning
	start := workflow.Now(ctx)
	req := activities.BackupRequest{SQLTarget: r.sqlTarget(s), Database: d.Name, NotBefore: r.status.UsersOff.Since}
	activity, what := act.ProveBackup, "prove the backup of "+d.Name
	if s.Backup.Writes() {
		activity, what = act.BackupDatabase, "back up and verify "+d.Name
		req.Name = "farmhand " + r.status.Rollout
		req.File = backupFile(s.Backup, d.Name, start, tailOf(r.status.RunID, 6))
		d.File = req.File
	}
	res, err := r.inBackupPlace(ctx, d, func(ctx workflow.Context) (res activities.BackupResult, err error) {
		err = workflow.ExecuteActivity(backupCall(ctx, r.queue, strings.ToUpper(what[:1])+what[1:]), activity, req).Get(ctx, &res)
		return res, err
	})
	if err != nil {
		d.BackupState = farm.StepFailed
		return err
	}
	d.BackupState, d.BackedUpAt, d.Verified, d.File = farm.StepDone, workflow.Now(ctx), res.Verified, res.File
	d.Sets, d.Earlier = res.Sets, res.Earlier
	r.log(farm.TimelineEntry{At: start, Until: d.BackedUpAt, Server: s.Name, Kind: "step", What: what})
	return nil
}

// backupFile is a file that no other run and no other try writes.
func backupFile(b farm.Backup, database string, at time.Time, run string) string {
	ending := ".bak"
	if b.Mode == farm.BackupDifferential {
		ending = ".dif.bak"
	}
	return fmt.Sprintf(`%s\%s_%s_%s%s`, strings.TrimRight(b.Directory, `\`), database, at.UTC().Format("20060102T150405"), run, ending)
}
