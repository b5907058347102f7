package workflows

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// FinalizeInput asks for the configuration wizard on one server.
type FinalizeInput struct {
	Queue   string                  `json:"queue"`
	Target  activities.ServerTarget `json:"target"`
	Release farm.Release            `json:"release"`
	// Farm is every server with SharePoint binaries: no wizard may live on any of them.
	Farm []activities.ServerTarget `json:"farm"`
	Hive string                    `json:"hive"`
	// Job and StatusJob are the ids of the wizard's and of stsadm's detached job.
	Job       string `json:"job"`
	StatusJob string `json:"status_job"`
	Try       int    `json:"try"`
	// VerifyOnly asks the witnesses and runs no wizard; Last is the try they are asked about.
	VerifyOnly bool     `json:"verify_only,omitempty"`
	Last       *LastTry `json:"last,omitempty"`
	Force      bool     `json:"force,omitempty"`
	// AllowedBy names the decision that allowed a try after the first.
	AllowedBy string `json:"allowed_by,omitempty"`
	// UpgradeJobs are asked after a wizard that is gone, the object model in the job UpgradeJobsJob; a job at
	// work is waited for as long as UpgradeJobsWait.
	UpgradeJobs     UpgradeJobSources `json:"upgrade_jobs"`
	UpgradeJobsJob  string            `json:"upgrade_jobs_job"`
	UpgradeJobsWait time.Duration     `json:"upgrade_jobs_wait"`
}

// LastTry is the wizard's newest try on a server, for a look at its logs again.
type LastTry struct {
	Job  string             `json:"job"`
	Mark activities.LogMark `json:"mark"`
}

// FinalizeResult is what came of it. A failure is a value: the farm's workflow asks what to do.
type FinalizeResult struct {
	Wizard    *farm.WizardStatus   `json:"wizard,omitempty"`
	Last      *LastTry             `json:"last,omitempty"`
	Witnesses []farm.WitnessResult `json:"witnesses,omitempty"`
	Version   farm.Version         `json:"version,omitzero"`
	// PendingReboot is why Windows wants a reboot after the wizard, empty when it does not.
	PendingReboot []string `json:"pending_reboot,omitempty"`
	// TimersStarted are the servers on which something had stopped SPTimerV3 and it was started again.
	TimersStarted []string `json:"timers_started,omitempty"`
	// AskedObjectModel is set when the job UpgradeJobsJob was started and may have stayed.
	AskedObjectModel bool `json:"asked_object_model,omitempty"`
	// StatusRemoved is set when the job StatusJob has run and is no more.
	StatusRemoved bool          `json:"status_removed,omitempty"`
	Failure       *farm.Failure `json:"failure,omitempty"`
}

// FinalizeServer runs the configuration wizard on one server and proves the result:
//
//  1. no wizard lives on any server of the farm, and the timer service runs on every one;
//  2. the logs are marked, and the wizard is started as a detached job;
//  3. it is waited for, through any loss of connection;
//  4. its output and logs are read;
//  5. the witnesses are asked.
//
// It never starts a wizard twice.
func FinalizeServer(ctx workflow.Context, in FinalizeInput) (FinalizeResult, error) {
	// A cancellation is honoured by the farm between steps; a wizard that has begun is waited for.
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	f := finalizer{in: in, server: in.Target.Server.Name}
	if in.VerifyOnly {
		if in.Last == nil {
			return f.failed(activities.Fail(farm.Failure{Kind: farm.FailureNotProven, Server: f.server, Message: "no wizard has run on this server yet", Advice: "retry"})), nil
		}
		if err := f.readLogs(ctx, *in.Last); err != nil {
			return f.failed(err), nil
		}
	} else if err := f.runWizard(ctx); err != nil {
		return f.failed(err), nil
	}
	if err := f.askWitnesses(ctx); err != nil {
		return f.failed(err), nil
	}
	return f.result, nil
}

type finalizer struct {
	in     FinalizeInput
	server string
	exit   *int
	logs   farm.WizardLogs
	result FinalizeResult
}

func (f *finalizer) failed(err error) FinalizeResult {
	failure := activities.FailureOf(err)
	if failure.Server == "" {
		failure.Server = f.server
	}
	f.result.Failure = &failure
	return f.result
}

func (f *finalizer) runWizard(ctx workflow.Context) error {
	in := f.in
	var mark activities.LogMark
	if err := together(ctx, f.proveGround, func(ctx workflow.Context) error {
		return workflow.ExecuteActivity(readCall(ctx, in.Queue, "Mark the logs of "+f.server), act.MarkLogs,
			activities.MarkRequest{ServerTarget: in.Target, Hive: in.Hive}).Get(ctx, &mark)
	}); err != nil {
		return err
	}
	w := farm.WizardStatus{Try: in.Try, Job: in.Job, AllowedBy: in.AllowedBy, Started: workflow.Now(ctx)}
	f.result.Wizard, f.result.Last = &w, &LastTry{Job: in.Job, Mark: mark}
	var ref activities.JobRef
	if err := workflow.ExecuteActivity(startJobCall(ctx, in.Queue, "Start the wizard on "+f.server), act.StartWizard,
		activities.WizardRequest{ServerTarget: in.Target, Job: in.Job, Hive: in.Hive, Wizard: in.Release.Wizard, Force: in.Force}).Get(ctx, &ref); err != nil {
		return err
	}
	w.Command = ref.Ran
	var end activities.JobEnd
	if err := workflow.ExecuteActivity(awaitJobCall(ctx, in.Queue, "Wait for the wizard on "+f.server), act.AwaitJob, ref).Get(ctx, &end); err != nil {
		return err
	}
	w.Finished = workflow.Now(ctx)
	if !end.Gone {
		w.Exit, f.exit = &end.Exit, &end.Exit
	}
	if end.Rebooted {
		// Stable boot and timer service first: the upgrade itself may go on without psconfig.
		if err := workflow.ExecuteActivity(rebootCall(ctx, in.Queue, "Wait for the boot of "+f.server), act.Reboot,
			activities.RebootRequest{ServerTarget: in.Target, BootBefore: ref.Boot, Only: true}).Get(ctx, nil); err != nil {
			return err
		}
		if err := workflow.ExecuteActivity(changeCall(ctx, in.Queue, "Wait for SPTimerV3 on "+f.server), act.StartService,
			activities.ServiceRequest{ServerTarget: in.Target, Names: []string{farm.ServiceTimer}}).Get(ctx, nil); err != nil {
			return err
		}
	}
	jobs := ""
	if end.Gone {
		jobs = f.awaitAfterLoss(ctx)
	}
	if err := f.readLogs(ctx, *f.result.Last); err != nil {
		return err
	}
	w.Summary = append(append([]string{}, f.logs.Summary...), f.logs.UpgradeLines...)
	w.Logs = f.logs.Read
	return f.judgeWizard(ref, end, jobs)
}

func (f *finalizer) readLogs(ctx workflow.Context, last LastTry) error {
	return workflow.ExecuteActivity(readCall(ctx, f.in.Queue, "Read the wizard's logs on "+f.server), act.ReadWizardLogs,
		activities.WizardLogsRequest{ServerTarget: f.in.Target, Job: last.Job, Mark: last.Mark}).Get(ctx, &f.logs)
}

// judgeWizard turns a wizard that failed, or left no exit code, into a failure for an operator, with the
// cause and the fixes of the known failures that its logs tell of.
func (f *finalizer) judgeWizard(ref activities.JobRef, end activities.JobEnd, jobs string) error {
	failure := farm.Failure{
		Kind: farm.FailureWizard, Server: f.server, Ran: ref.Ran, Exit: f.exit, Try: f.in.Try,
		Log: append(append([]string{}, f.logs.UpgradeLines...), f.logs.Summary...),
	}
	switch {
	case end.Gone:
		failure.Message = "the wizard ended without an exit code" + rebooted(end)
		failure.Advice = "what is done is not rolled back and is skipped by a second run: retry the same command"
		failure.Log = append([]string{"upgrade jobs afterwards: " + jobs}, failure.Log...)
	case end.Exit != 0 || f.logs.Failed || !f.logs.Succeeded:
		failure.Message = fmt.Sprintf("psconfig ended with exit code %d after %s", end.Exit, f.result.Wizard.Finished.Sub(f.result.Wizard.Started).Round(1e9))
		failure.Advice = "read the lines of Upgrade.log; what is done is not rolled back and is skipped by a second run"
	default:
		return nil
	}
	for i, k := range farm.RecogniseFailure(f.logs.UpgradeLines, f.logs.Summary, f.logs.Diagnostics) {
		if i == 0 {
			failure.Cause, failure.Advice = k.Cause+" ("+k.Confidence+": "+k.Source+")", k.Advice
		}
		if k.Fix != "" && !slices.Contains(failure.Fixes, k.Fix) {
			failure.Fixes = append(failure.Fixes, k.Fix)
		}
	}
	return activities.Fail(failure)
}

// askWitnesses asks every witness of a finalized server. Those that are mandatory must all agree.
func (f *finalizer) askWitnesses(ctx workflow.Context) error {
	in := f.in
	var local farm.WitnessResult
	asked := meanwhile(ctx, func(ctx workflow.Context) {
		if err := workflow.ExecuteActivity(probeCall(ctx, in.Queue, "Ask stsadm on "+f.server), act.LocalUpgradeStatus,
			activities.WizardRequest{ServerTarget: in.Target, Job: in.StatusJob, Hive: in.Hive}).Get(ctx, &local); err == nil {
			f.result.StatusRemoved = true
		} else {
			local = farm.WitnessResult{Witness: farm.WitnessLocalStatus, Agrees: true, Says: "not asked: " + activities.FailureOf(err).Message, At: workflow.Now(ctx)}
		}
	})
	var facts farm.ServerFacts
	err := workflow.ExecuteActivity(readCall(ctx, in.Queue, "Verify "+f.server), act.InspectServer,
		activities.InspectRequest{ServerTarget: in.Target, Release: in.Release}).Get(ctx, &facts)
	asked()
	if err != nil {
		return err
	}
	f.result.Version, f.result.PendingReboot = facts.Version, facts.PendingReboot
	f.result.Witnesses = serverWitnesses(workflow.Now(ctx), in.Release, facts)
	wizard := wizardWitnesses(workflow.Now(ctx), f.exit, f.logs)
	if in.VerifyOnly {
		wizard = lookedAtAgain(workflow.Now(ctx), f.logs)
	}
	f.result.Witnesses = append(wizard, f.result.Witnesses...)
	f.result.Witnesses = append(f.result.Witnesses, local)
	return disagreement(f.server, f.result.Witnesses)
}
