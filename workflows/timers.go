package workflows

import (
	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// startTimers starts SPTimerV3 on every server where it does not run: the known fix for an upgrade that
// could not reach the timer service.
func (r *run) startTimers(ctx workflow.Context, by string) error {
	return r.onServers(ctx, r.farm.SharePointServers(), 0, func(ctx workflow.Context, s farm.Server) error {
		return r.step(ctx, stepSpec{kind: farm.StepStartTimers, server: s.Name}, func(ctx workflow.Context, _ attempt) error {
			started, err := startTimer(ctx, r.queue, r.target(s))
			if started && err == nil {
				r.correct(ctx, s.Name, s.Name+": "+farm.ServiceTimer+" was started ("+by+")")
			}
			return err
		})
	})
}

// correct keeps what something else had changed, or a failure had left, and farmhand put right.
func (r *run) correct(ctx workflow.Context, server, what string) {
	r.status.Corrections = append(r.status.Corrections, what)
	r.log(farm.TimelineEntry{At: workflow.Now(ctx), Server: server, Kind: "finding", What: what})
}
