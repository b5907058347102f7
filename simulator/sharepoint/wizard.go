package sharepoint

import (
	"cmp"
	"context"
	"errors"
	"time"

	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// psconfig is psconfig.exe, the SharePoint Products and Technologies Configuration Wizard of the command
// line. The upgrade itself is a job of the timer service (upgrade.go); psconfig starts it and waits.
func (f *Farm) psconfig(ctx context.Context, p *windows.Process) int {
	c := &console{out: p.Stdout}
	c.banner()
	cmd, mistake := parsePsconfig(p.Args)
	switch {
	case cmd.help:
		c.usage()
		return 0
	case mistake != "":
		c.line(mistake)
		return 1
	case !p.Administrator:
		c.line("You must be a member of the Administrators group on this computer to run this command.")
		return 1
	}
	code, err := f.configure(ctx, p, c, cmd)
	if err != nil {
		return 1 // killed: the code does not count
	}
	return code
}

// configure runs the tasks. An error means that the process is dead.
func (f *Farm) configure(ctx context.Context, p *windows.Process, c *console, cmd psconfigCommand) (int, error) {
	if err := p.Commit("begin", func(tx *world.Tx) error {
		w := f.beginWizard(tx, p, cmd)
		tx.Put(wizardKey(p.Machine.Name(), p.PID), w)
		return nil
	}); err != nil {
		return 0, err
	}
	f.changed.notify()
	var w wizard
	f.world.View(func(tx *world.Tx) { w, _ = getWizard(tx, p.Machine.Name(), p.PID) })

	others := cmd.others()
	c.total = 3 + len(others)
	if w.Upgrade {
		c.total++
	}
	c.begin("Initializing SharePoint Products and Technologies upgrade...")
	if w.Kind == kindDisabled {
		return f.endWizard(p, c, w, failure{task: "Failed to initialize SharePoint Products and Technologies upgrade.",
			exception: "System.InvalidOperationException", text: "Cannot start service W3SVC on computer '.'."})
	}
	c.done("Successfully initialized SharePoint Products and Technologies upgrade.")
	c.begin("Initiating the upgrade sequence...")
	c.done("Successfully initiated the upgrade sequence.")
	for _, verb := range others {
		c.begin(verbs[verb].doing)
		c.done(verbs[verb].done)
	}
	if w.Upgrade {
		c.begin("Upgrading SharePoint Products and Technologies...")
		failed, err := f.awaitUpgrade(ctx, p, w)
		if err != nil {
			return 0, err
		}
		if failed.task != "" {
			return f.endWizard(p, c, w, failed)
		}
		c.done("Successfully upgraded SharePoint Products and Technologies.")
	}
	c.begin("Finalizing the SharePoint Products and Technologies configuration...")
	return f.endWizard(p, c, w, failure{})
}

// failure is why a run of psconfig failed: the task's line, and the exception with its text.
type failure struct {
	task, exception, text string
	code                  int
}

const upgradeFailed = "Failed to upgrade SharePoint Products and Technologies."

// reviewLog is what psconfig says when the upgrade job met errors: the cause is in Upgrade.log.
var reviewLog = failure{task: upgradeFailed, exception: "Microsoft.SharePoint.Upgrade.SPUpgradeException",
	text: "Upgrade completed with errors. Review the upgrade.log file located in " + upgradeLog +
		". The number of errors and warnings is listed at the end of the upgrade log file."}

// timerFailed is what psconfig says when the timer service did not carry its job to the end.
var timerFailed = failure{task: upgradeFailed, exception: "Microsoft.SharePoint.PostSetupConfiguration.PostSetupConfigurationTaskException",
	text: "The B2B upgrader timer job failed."}

// awaitUpgrade takes the time of the upgrade and says how the job ended. An error means that the process is dead.
func (f *Farm) awaitUpgrade(ctx context.Context, p *windows.Process, w wizard) (failure, error) {
	var fault *windows.FaultError
	takes := f.wizardDuration(w.Kind)
	if !w.Wait {
		takes = min(takes, time.Minute) // the job is queued; nobody waits for it
	}
	switch err := p.Work("wizard", takes); {
	case errors.As(err, &fault):
		failed := reviewLog
		failed.code = fault.Fault.Code
		return failed, p.Commit("fault", func(tx *world.Tx) error { return f.failUpgrade(tx, p, fault.Fault) })
	case err != nil:
		return failure{}, err
	}
	switch {
	case w.Kind == kindNoTimer:
		return timerFailed, nil
	case w.Kind == kindConflict:
		failed := reviewLog
		return failed, p.Commit("conflict", func(tx *world.Tx) error { return f.logConflict(tx, p, w) })
	case !w.Wait:
		return failure{}, nil
	}
	u, err := f.jobEnd(ctx, p.PID)
	switch {
	case err != nil:
		return failure{}, err
	case u.State == upgradeAborted:
		return timerFailed, nil
	case u.Errors > 0:
		return reviewLog, nil
	}
	return failure{}, nil
}

// wizardDuration is how long the work of psconfig takes in life.
func (f *Farm) wizardDuration(k kind) time.Duration {
	switch k {
	case kindFirst, kindMixed, kindEarly:
		return f.o.Durations.FirstWizard
	case kindNoTimer, kindConflict:
		return f.o.Durations.OtherWizard / 3
	}
	return f.o.Durations.OtherWizard
}

// jobEnd waits until the upgrade job of this psconfig is over.
func (f *Farm) jobEnd(ctx context.Context, pid int) (upgrade, error) {
	for {
		changed := f.changed.wait()
		var u upgrade
		var ok bool
		f.world.View(func(tx *world.Tx) { u, ok = getUpgrade(tx) })
		if !ok || u.PID != pid || u.State != upgradeRunning {
			return u, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return u, windows.ErrKilled
		case <-f.world.Done():
			return u, windows.ErrKilled
		}
	}
}

// endWizard writes the end of the run: marks, logs and the console's summary.
func (f *Farm) endWizard(p *windows.Process, c *console, w wizard, failed failure) (int, error) {
	server := p.Machine.Name()
	if err := p.Commit("end", func(tx *world.Tx) error {
		w.Ended = true
		tx.Put(wizardKey(server, p.PID), w)
		if failed.task == "" && w.Wait {
			f.finishServer(tx, server)
		}
		f.endDiagnostics(tx, server, w, failed)
		return nil
	}); err != nil {
		return 0, err
	}
	if failed.task != "" {
		c.failed(failed, w.Diagnostics)
		return cmp.Or(failed.code, 1), nil
	}
	c.done("Successfully completed the SharePoint Products and Technologies configuration.")
	c.succeeded()
	return 0, nil
}

// finishServer marks a server as done: nothing of the update is pending there any more.
func (f *Farm) finishServer(tx *world.Tx, server string) {
	s := getServer(tx, server)
	s.NeedsUpgrade = false
	putServer(tx, server, s)
	windows.RegistrySet(tx, server, windows.RegistryValue{Key: wssKey, Name: "SetupType", Data: "CLEAN_INSTALL"})
	windows.RegistrySet(tx, server, windows.RegistryValue{Key: wssKey, Name: "LanguagePackInstalled", Type: "REG_DWORD", Data: "0x0"})
}
