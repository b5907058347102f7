package workflows

import (
	"strings"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// proveGround looks at every server of the farm before the wizard starts: no configuration wizard may live
// on any ("perform its configuration procedures on only one computer at a time"), and the timer service must
// run on every one, for the upgrade runs inside it and a server without it keeps a stale copy of the
// configuration (domain.md A.2). One that something stopped is started again and reported.
func (f *finalizer) proveGround(ctx workflow.Context) error {
	var running []string
	var silent []activities.ServerTarget
	futures := make([]workflow.Future, len(f.in.Farm))
	for i, t := range f.in.Farm {
		futures[i] = workflow.ExecuteActivity(readCall(ctx, f.in.Queue, "Look for a wizard on "+t.Server.Name), act.LookBeforeWizard, t)
	}
	for i, t := range f.in.Farm {
		var found activities.WizardGround
		if err := futures[i].Get(ctx, &found); err != nil {
			return err
		}
		for _, p := range found.Wizards {
			running = append(running, t.Server.Name+": "+p)
		}
		if !found.Timer {
			silent = append(silent, t)
		}
	}
	if len(running) > 0 {
		return activities.Fail(farm.Failure{
			Kind: farm.FailureWizard, Server: f.server, Message: "a configuration wizard runs already: " + strings.Join(running, ", "),
			Advice: "wait until it has ended, find out who started it, then retry",
		})
	}
	for _, t := range silent {
		started, err := startTimer(ctx, f.in.Queue, t)
		if err != nil {
			failure := activities.FailureOf(err)
			failure.Message = farm.ServiceTimer + " does not run, and the upgrade runs inside it: " + failure.Message
			return activities.Fail(failure)
		}
		if started {
			f.result.TimersStarted = append(f.result.TimersStarted, t.Server.Name)
		}
	}
	return nil
}

// startTimer starts SPTimerV3 on a server where it does not run, and reports whether it had to.
func startTimer(ctx workflow.Context, queue string, t activities.ServerTarget) (started bool, err error) {
	req := activities.ServiceRequest{ServerTarget: t, Names: []string{farm.ServiceTimer}}
	var states []farm.ServiceState
	if err := workflow.ExecuteActivity(readCall(ctx, queue, "Look at SPTimerV3 on "+t.Server.Name), act.ReadServices, req).Get(ctx, &states); err != nil {
		return false, err
	}
	if len(states) == 0 {
		return false, activities.Fail(farm.Failure{Kind: farm.FailureNotFound, Server: t.Server.Name, Message: "there is no service " + farm.ServiceTimer, Advice: "repair the SharePoint installation"})
	}
	if states[0].Running {
		return false, nil
	}
	return true, workflow.ExecuteActivity(changeCall(ctx, queue, "Start SPTimerV3 on "+t.Server.Name), act.StartService, req).Get(ctx, nil)
}
