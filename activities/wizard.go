package activities

import (
	"context"
	"time"

	"farmhand/internal/farm"
	"farmhand/scripts"
)

// LogMark remembers where the wizard's logs ended before it ran; only what comes later is read.
type LogMark struct {
	Hive       string    `json:"hive"`
	UpgradeLog int64     `json:"upgrade_log"` // size of Upgrade.log, bytes
	Since      time.Time `json:"since"`       // the server's clock
}

// MarkRequest asks for a LogMark.
type MarkRequest struct {
	ServerTarget
	Hive string `json:"hive"`
}

// MarkLogs notes the size of Upgrade.log and the server's time before the wizard runs.
func (a *Activities) MarkLogs(ctx context.Context, r MarkRequest) (LogMark, error) {
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return LogMark{}, err
	}
	_, stop := keepBeating(ctx, "marking the wizard's logs")
	defer stop()
	said, err := h.Scripts(ctx, scripts.Call{Script: scripts.BootTime}, logCall("Path", upgradeLog(r.Hive), "Offset", "0", "MaxBytes", "0"))
	if err != nil {
		return LogMark{}, fail(r.Server.Name, farm.StepRunWizard, err)
	}
	_, since, err := h.BootOf(said[0])
	if err != nil {
		return LogMark{}, fail(r.Server.Name, farm.StepRunWizard, err)
	}
	return LogMark{Hive: r.Hive, UpgradeLog: logTextOf(said[1]).size, Since: since}, nil
}

// WizardRequest starts the configuration wizard on one server.
type WizardRequest struct {
	ServerTarget
	Job  string `json:"job"`
	Hive string `json:"hive"`
	// Wizard is the release's; Force adds its force argument.
	Wizard farm.Wizard `json:"wizard"`
	Force  bool        `json:"force"`
}

// StartWizard starts psconfig as a detached job under the setup account, with the arguments of the release:
// what the article does through the SharePoint Products and Technologies Configuration Wizard.
func (a *Activities) StartWizard(ctx context.Context, r WizardRequest) (JobRef, error) {
	if len(r.Wizard.Arguments) == 0 {
		return JobRef{}, failf(farm.FailureConfig, r.Server.Name, farm.StepRunWizard,
			"the release says nothing about the wizard's arguments", "start the rollout with farmhand's own command, which fills them in")
	}
	if err := standInCommand(r.Server.Name, farm.StepRunWizard, r.Hive); err != nil {
		return JobRef{}, err
	}
	return a.start(ctx, r.ServerTarget, farm.StepRunWizard, r.Job, r.Wizard.CommandLine(r.Hive, r.Force), nil)
}

// WizardLogsRequest asks what the wizard's logs say since the mark. A wizard that a person ran has no job, and
// nobody kept what it showed.
type WizardLogsRequest struct {
	ServerTarget
	Job  string  `json:"job"`
	Mark LogMark `json:"mark"`
}

// ReadWizardLogs reads the wizard's own summary, Upgrade.log from the mark on, and the newest
// PSCDiagnostics log.
func (a *Activities) ReadWizardLogs(ctx context.Context, r WizardLogsRequest) (farm.WizardLogs, error) {
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return farm.WizardLogs{}, err
	}
	_, stop := keepBeating(ctx, "reading the wizard's logs")
	defer stop()
	calls := []scripts.Call{
		partOf(upgradeLog(r.Mark.Hive), r.Mark.UpgradeLog),
		logCall("Folder", r.Mark.Hive+`\LOGS`, "Pattern", "PSCDiagnostics_*.log",
			"Since", r.Mark.Since.UTC().Format("2006-01-02T15:04:05Z"), "Offset", "-262144", "MaxBytes", "262144"),
	}
	var console string
	var said [][]scripts.Record
	if r.Job != "" {
		console, said, err = h.JobOutput(ctx, r.Job, 64<<10, calls...)
	} else {
		said, err = h.Scripts(ctx, calls...)
	}
	if err != nil {
		return farm.WizardLogs{}, fail(r.Server.Name, farm.StepRunWizard, err)
	}
	diagnostics := logTextOf(said[1])
	upgrade, err := readSince(ctx, h, upgradeLog(r.Mark.Hive), r.Mark.UpgradeLog, logTextOf(said[0]))
	if err != nil {
		return farm.WizardLogs{}, fail(r.Server.Name, farm.StepRunWizard, err)
	}
	logs := farm.JudgeWizardLogs(console, upgrade.lines, diagnostics.lines)
	for _, l := range []logText{upgrade, diagnostics} {
		if read := l.read(); read != nil {
			logs.Read = append(logs.Read, *read)
		}
	}
	return logs, nil
}

// LocalUpgradeStatus asks stsadm whether anything on this server still needs an upgrade. Whether the
// 2007 stsadm knows the operation at this level is not certain, so it is an optional witness.
func (a *Activities) LocalUpgradeStatus(ctx context.Context, r WizardRequest) (farm.WitnessResult, error) {
	w := farm.WitnessResult{Witness: farm.WitnessLocalStatus, At: now()}
	if err := standInCommand(r.Server.Name, farm.StepVerifyServer, r.Hive); err != nil {
		return w, err
	}
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return w, err
	}
	_, stop := keepBeating(ctx, "asking stsadm")
	defer stop()
	command := `"` + r.Hive + `\BIN\stsadm.exe" -o localupgradestatus`
	end, output, err := a.runJob(ctx, h, r.ServerTarget, farm.StepVerifyServer, r.Job, command, nil, 256<<10)
	if err != nil {
		return w, err
	}
	w.Agrees, w.Says = farm.JudgeLocalUpgradeStatus(end.Exit, output)
	if err := h.DeleteJob(ctx, r.Job); err != nil {
		return w, fail(r.Server.Name, farm.StepVerifyServer, err)
	}
	return w, nil
}

func upgradeLog(hive string) string { return hive + `\LOGS\Upgrade.log` }
