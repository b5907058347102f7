package workflows

import (
	"fmt"
	"strings"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// backupServers keeps what the packages and the wizard change on each server, besides the programs: the
// settings of IIS, web.config files, SharePoint's registry key and the 12 hive. It is no image of a server,
// so people who have images may skip it.
func (r *run) backupServers(ctx workflow.Context) error {
	if !r.farm.ServerBackup.Any() {
		return nil
	}
	return r.onServers(ctx, r.farm.SharePointServers(), 0, func(ctx workflow.Context, s farm.Server) error {
		return r.step(ctx, stepSpec{kind: farm.StepBackupServer, server: s.Name, skippable: true}, func(ctx workflow.Context, _ attempt) error {
			return r.backupServer(ctx, s)
		})
	})
}

func (r *run) backupServer(ctx workflow.Context, s farm.Server) error {
	defer r.doing(ctx, s.Name, "back up settings and hive")()
	facts, _ := r.status.Facts.Server(s.Name)
	kept := &farm.ServerBackupStatus{State: farm.StepRunning, Folder: strings.TrimRight(s.Stage, `\`) + `\backup\` + r.status.Rollout}
	r.status.Server(s.Name).Backup = kept
	n := r.nextLook(s.Name, "backup") // the second backup of a second window is no try of the first
	req := activities.ServerBackupRequest{
		ServerTarget: r.target(s), Job: r.job(s.Name, "backup", n), Keep: r.farm.ServerBackup, Folder: kept.Folder,
		Name: fmt.Sprintf("farmhand-%s-%s-%d", r.status.Rollout, tailOf(r.status.RunID, 6), n),
		Hive: r.hives[s.Name], OSVersion: facts.OSVersion, Sites: r.status.Facts.Farm.SitePaths,
	}
	err := r.copyServer(ctx, s, req, kept)
	kept.Finished = workflow.Now(ctx)
	if kept.State = farm.StepDone; err != nil {
		kept.State = farm.StepFailed
	}
	return err
}

// copyServer runs the job and proves what it left.
func (r *run) copyServer(ctx workflow.Context, s farm.Server, req activities.ServerBackupRequest, kept *farm.ServerBackupStatus) error {
	var started activities.ServerBackupStart
	if err := workflow.ExecuteActivity(startJobCall(ctx, r.queue, "Start the backup of "+s.Name), act.StartServerBackup, req).Get(ctx, &started); err != nil {
		return err
	}
	kept.Command, kept.Kept = started.Job.Ran, started.Kept
	if req.Keep.Configuration {
		kept.IIS = req.Name
	}
	var end activities.JobEnd
	if err := workflow.ExecuteActivity(awaitJobCall(ctx, r.queue, "Wait for the backup of "+s.Name), act.AwaitJob, started.Job).Get(ctx, &end); err != nil {
		return err
	}
	switch {
	case end.Gone:
		return activities.Fail(farm.Failure{
			Kind: farm.FailureJobGone, Server: s.Name, Ran: started.Job.Ran, Log: end.Tail,
			Message: "the backup of the server ended without an exit code" + rebooted(end), Advice: "find out why, then retry",
		})
	case end.Exit != 0:
		return activities.Fail(farm.Failure{
			Kind: farm.FailureCommand, Server: s.Name, Ran: started.Job.Ran, Exit: &end.Exit, Log: end.Tail,
			Message: fmt.Sprintf("the backup of the server into %s failed", req.Folder),
			Advice:  "read what the command that failed printed (often: no room on the drive), set it right, then retry; skip where an image of the server exists",
		})
	}
	return workflow.ExecuteActivity(readCall(ctx, r.queue, "Prove the backup of "+s.Name), act.ProveServerBackup,
		activities.ServerBackupProof{ServerTarget: r.target(s), Files: started.Files}).Get(ctx, nil)
}
