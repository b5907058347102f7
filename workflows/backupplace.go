package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// inBackupPlace asks for a backup until the SQL Server has a place for it: several farms, of this rollout or another, may
// be backed up there, and it takes backups.parallel at once (activities.BackupResult.Busy). It asks again after a tenth
// of the time that has passed, as often as the Project queue is looked at. An abort, and the end of the window, end the
// wait.
func (r *run) inBackupPlace(ctx workflow.Context, d *farm.DatabaseStatus, backup func(workflow.Context) (activities.BackupResult, error)) (activities.BackupResult, error) {
	start := workflow.Now(ctx)
	defer func() { d.Waits = "" }()
	for {
		res, err := backup(ctx)
		if err != nil || res.Busy == 0 {
			r.noteBackupPlace(ctx, start, *d, res)
			return res, err
		}
		if d.Waits == "" {
			d.Waits = fmt.Sprintf("%s: %s of others run there", d.Server, count(res.Busy, "backup"))
			r.show(ctx)
		}
		wait := min(max(workflow.Now(ctx).Sub(start)/10, leastLook), mostLook)
		if _, err := workflow.AwaitWithOptions(ctx, workflow.AwaitOptions{
			Timeout: wait, TimerOptions: workflow.TimerOptions{Summary: d.Name + " waits for " + d.Waits},
		}, func() bool { return r.halted() != nil }); err != nil {
			return res, err
		}
		if err := r.checkpoint(ctx); err != nil {
			return res, err
		}
	}
}

// noteBackupPlace keeps in the evidence that a backup waited for others, or that nobody could count them.
func (r *run) noteBackupPlace(ctx workflow.Context, start time.Time, d farm.DatabaseStatus, res activities.BackupResult) {
	if d.Waits != "" {
		r.log(farm.TimelineEntry{At: start, Until: workflow.Now(ctx), Server: d.Server, Kind: "step", What: "the backup of " + d.Name + " waited: " + d.Waits})
	}
	if res.Unlimited != "" {
		r.log(farm.TimelineEntry{At: workflow.Now(ctx), Server: d.Server, Kind: "finding",
			What: "the backup of " + d.Name + " was not counted against the limit of the SQL Server: " + res.Unlimited})
	}
}
