package activities

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strconv"
	"time"

	"farmhand/internal/farm"
	"farmhand/internal/winhost"
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
	_, since, err := h.BootTime(ctx)
	if err != nil {
		return LogMark{}, fail(r.Server.Name, farm.StepRunWizard, err)
	}
	log, err := readLog(ctx, h, "Path", upgradeLog(r.Hive), "Offset", "0", "MaxBytes", "0")
	if err != nil {
		return LogMark{}, fail(r.Server.Name, farm.StepRunWizard, err)
	}
	return LogMark{Hive: r.Hive, UpgradeLog: log.size, Since: since}, nil
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
	var console string
	if r.Job != "" {
		if console, err = h.JobOutput(ctx, r.Job, 64<<10); err != nil {
			return farm.WizardLogs{}, fail(r.Server.Name, farm.StepRunWizard, err)
		}
	}
	upgrade, err := readSince(ctx, h, upgradeLog(r.Mark.Hive), r.Mark.UpgradeLog)
	if err != nil {
		return farm.WizardLogs{}, fail(r.Server.Name, farm.StepRunWizard, err)
	}
	diagnostics, err := readLog(ctx, h, "Folder", r.Mark.Hive+`\LOGS`, "Pattern", "PSCDiagnostics_*.log",
		"Since", r.Mark.Since.UTC().Format("2006-01-02T15:04:05Z"), "Offset", "-262144", "MaxBytes", "262144")
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
	_, stop := keepBeating(ctx, "asking stsadm")
	defer stop()
	command := `"` + r.Hive + `\BIN\stsadm.exe" -o localupgradestatus`
	ref, err := a.start(ctx, r.ServerTarget, farm.StepVerifyServer, r.Job, command, nil)
	if err != nil {
		return w, err
	}
	end, err := a.AwaitJob(ctx, ref)
	if err != nil {
		return w, err
	}
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return w, err
	}
	output, err := h.JobOutput(ctx, r.Job, 256<<10)
	if err != nil {
		return w, fail(r.Server.Name, farm.StepVerifyServer, err)
	}
	w.Agrees, w.Says = farm.JudgeLocalUpgradeStatus(end.Exit, output)
	if err := h.DeleteJob(ctx, r.Job); err != nil {
		return w, fail(r.Server.Name, farm.StepVerifyServer, err)
	}
	return w, nil
}

func upgradeLog(hive string) string { return hive + `\LOGS\Upgrade.log` }

// logText is a part of a log, in whole lines.
type logText struct {
	path  string // empty when there is no such file
	size  int64  // of the whole file, bytes
	from  int64  // where the part begins
	next  int64  // where the next part begins
	lines []string
}

// read is what the evidence keeps of it, nil when there was nothing to read.
func (l logText) read() *farm.LogRead {
	if l.path == "" || l.next <= l.from {
		return nil
	}
	h := sha256.New()
	for _, line := range l.lines {
		_, _ = io.WriteString(h, line+"\n") // a hash takes everything
	}
	return &farm.LogRead{Path: l.path, From: l.from, To: l.next, Lines: len(l.lines), SHA256: hex.EncodeToString(h.Sum(nil))}
}

// logPart is how much of a log one call reads, bytes: well below what winhost takes from a command.
const logPart = 1 << 20

// readSince reads a log from a mark to its end, in parts: what tells of a failure, and the closing line, may
// lie megabytes behind the mark. A log that is shorter than the mark was begun anew.
func readSince(ctx context.Context, h *winhost.Host, path string, mark int64) (logText, error) {
	all := logText{from: mark}
	for at := mark; ; {
		part, err := readLog(ctx, h, "Path", path, "Offset", strconv.FormatInt(at, 10), "MaxBytes", strconv.Itoa(logPart))
		if err != nil {
			return logText{}, err
		}
		if part.size < mark {
			at, mark, all.from = 0, 0, 0
			continue
		}
		all.path, all.size, all.next = part.path, part.size, part.next
		all.lines = append(all.lines, part.lines...)
		if part.next <= at || part.next >= part.size {
			return all, nil
		}
		at = part.next
	}
}

func readLog(ctx context.Context, h *winhost.Host, args ...string) (logText, error) {
	var as []scripts.Arg
	for i := 0; i+1 < len(args); i += 2 {
		as = append(as, scripts.Arg{Name: args[i], Value: args[i+1]})
	}
	records, err := h.Script(ctx, scripts.ReadLog, as, nil)
	if err != nil {
		return logText{}, err
	}
	return logTextOf(records), nil
}

// logTextOf reads the answer of read-log.ps1. A file that is not there yet has size 0.
func logTextOf(records []scripts.Record) logText {
	var l logText
	for _, r := range records {
		switch r.Kind {
		case "log":
			l.size, l.next = byteCount(r, "size"), byteCount(r, "next")
		case "line":
			l.lines = append(l.lines, r.Get("text"))
		}
	}
	return l
}

// byteCount is a field that counts bytes; what is no count is none, so that whoever reads on from there comes to an end.
func byteCount(r scripts.Record, field string) int64 {
	n, err := r.Int(field)
	if err != nil {
		return 0
	}
	return max(0, n)
}
