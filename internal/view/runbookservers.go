package view

import (
	"fmt"
	"slices"
	"strings"

	"farmhand/internal/farm"
)

// packages are steps 2 to 8 of the article's farm procedure: the files on every server, no wizard.
func (b *runbook) packages() {
	st := b.s.PhaseStatus(farm.PhaseInstall)
	b.chapter(st != nil && st.State == farm.StepDone, "Install the update files on every server, in this order on each; do not run the SharePoint Products and Technologies Configuration Wizard")
	b.line("With `/quiet` the wizard's Welcome page does not come up; where it does, click Cancel. Exit 0 is success; 17022 or 3010 ask for one reboot of that server; 1641 has begun it; 17025 is already installed; 17031 or 17034 want Service Pack 1 first; anything else: read the log. The folder of the log must exist.\n")
	for _, v := range b.s.Servers {
		for _, p := range v.Packages {
			if p.State == farm.StepDone {
				b.task(true, "%s: %s %s%s", escape(v.Name), escape(p.KB), escape(orWord(p.Outcome, "done")), exitText(p.Exit))
				continue
			}
			note := ""
			switch p.State {
			case farm.StepRunning:
				note = fmt.Sprintf(" - started %s by farmhand: **see first whether it still runs or is installed**", utc(p.Started))
			case farm.StepFailed:
				note = " - failed" + exitText(p.Exit)
			case farm.StepPending, farm.StepSkipped, farm.StepDone:
			}
			b.task(false, "%s: %s%s", escape(v.Name), escape(p.KB), note)
			b.code("bat", b.packageCommand(v.Name, p), "echo %ERRORLEVEL%")
		}
		b.reboot(v)
	}
	b.line("\nEvery package must be proven on every server (Add or Remove Programs, show updates) before the first wizard.")
}

// reboot asks for the one reboot that a package wanted.
func (b *runbook) reboot(v farm.ServerStatus) {
	asked := slices.ContainsFunc(v.Packages, func(p farm.PackageStatus) bool { return p.Outcome == "installed-reboot" })
	if !asked && v.Reboots == 0 {
		return
	}
	b.task(v.Reboots > 0, "%s: reboot once, then make sure that W3SVC is still stopped", escape(v.Name))
	if v.Reboots == 0 {
		b.code("bat", "shutdown /r /t 0")
	}
}

// packageCommand is the command line of a package on a server: the one that ran there, else one made of
// the file preflight found there, else a line to fill in.
func (b *runbook) packageCommand(server string, p farm.PackageStatus) string {
	if p.Command != "" {
		return p.Command
	}
	path := `C:\FOLDER-OF-THE-PACKAGES\` + p.KB + "-FILE-FOR-THIS-ARCHITECTURE.exe"
	if facts, ok := b.s.Facts.Server(server); ok {
		for _, c := range facts.Copies {
			if c.KB == p.KB && c.Path != "" {
				path = c.Path
			}
		}
	} else if ran := b.anotherCommand(p.KB); ran != "" {
		path = ran
	}
	return fmt.Sprintf(`"%s" /quiet /norestart /log:"%%TEMP%%\%s.log"`, path, p.KB)
}

// anotherCommand is the path of a package as it ran on another server of the farm.
func (b *runbook) anotherCommand(kb string) string {
	for _, v := range b.s.Servers {
		for _, p := range v.Packages {
			if p.KB == kb && strings.HasPrefix(p.Command, `"`) {
				path, _, _ := strings.Cut(p.Command[1:], `"`)
				return path
			}
		}
	}
	return ""
}

// psconfig is the wizard's command line on a server: the one that ran there, else the same with the
// server's hive, else with the place every installation has it.
func (b *runbook) psconfig(server string) string {
	if v := b.s.Server(server); v != nil {
		for _, w := range slices.Backward(v.Wizards) {
			if w.Command != "" {
				return strings.TrimSuffix(w.Command, " -force")
			}
		}
	}
	hive := `%CommonProgramFiles%\Microsoft Shared\web server extensions\12`
	if facts, ok := b.s.Facts.Server(server); ok && facts.Hive != "" {
		hive = facts.Hive
	}
	return fmt.Sprintf(`"%s\BIN\psconfig.exe" -cmd upgrade -inplace b2b -wait`, hive)
}

// wizard is steps 10 to 14 of the article's farm procedure: one computer at a time, in the article's order.
func (b *runbook) wizard() {
	order := farm.FinalizeOrder(b.farm)
	for i, v := range order {
		st := b.s.Server(v.Name)
		switch i {
		case 0:
			b.chapter(st.Finalized, "Finalize on the server that hosts Central Administration, and verify it before any other")
		case 1:
			done := !slices.ContainsFunc(order[1:], func(o farm.Server) bool { return !b.s.Server(o.Name).Finalized })
			b.chapter(done, "Finalize the remaining servers, one at a time: application servers first, then front-end Web servers")
			b.line("It is important that the wizard performs its configuration procedures on only one computer at a time.\n")
		}
		if st.Finalized {
			b.task(true, "%s: finalized %s, %s", escape(v.Name), utc(st.FinalizedAt), st.Version)
			continue
		}
		b.task(false, "%s: run the wizard%s", escape(v.Name), triedBefore(*st))
		b.code("bat", "sc query SPTimerV3", b.psconfig(v.Name), "echo %ERRORLEVEL%",
			`reg query "HKLM\Software\Microsoft\Shared Tools\web server extensions\12.0\WSS" /v SetupType`)
		b.line("  Exit 0, a summary without failed settings, no `failed` among the new lines of `LOGS\\Upgrade.log`, SetupType CLEAN\\_INSTALL. Only then the next server.")
	}
}

func triedBefore(s farm.ServerStatus) string {
	if len(s.Wizards) == 0 {
		return ""
	}
	last := s.Wizards[len(s.Wizards)-1]
	return fmt.Sprintf(" (try %d began %s%s; what it has done is not rolled back, and is skipped by a second run of the same command)", last.Try, utc(last.Started), exitText(last.Exit))
}

// verify is the article's "Verify the installation".
func (b *runbook) verify() {
	st := b.s.PhaseStatus(farm.PhaseVerifyFarm)
	done := st != nil && st.State == farm.StepDone
	b.chapter(done, "Verify the installation")
	b.task(done, "Review the upgrade log file on every server: `%%CommonProgramFiles%%\\Microsoft Shared\\web server extensions\\12\\LOGS\\Upgrade.log`")
	b.task(done, "Project databases: the most recent version must be 12.0.6318.5000 or later, compared as numbers")
	var lines []string
	for _, d := range b.s.Databases {
		if d.Project {
			lines = append(lines, fmt.Sprintf("USE %s; SELECT * FROM Versions; -- on %s", bracket(d.Name), strings.ReplaceAll(d.Server, "\n", " ")))
		}
	}
	if len(lines) == 0 {
		lines = []string{"SELECT * FROM Versions; -- in each of the four databases of each Project Web Access"}
	}
	b.code("sql", lines...)
}

// reconnect is step 15 of the article's farm procedure, to the state that was recorded.
func (b *runbook) reconnect() {
	left := 0
	for _, rec := range b.s.Services {
		if !rec.StoppedAt.IsZero() && rec.RestoredAt.IsZero() {
			left++
		}
	}
	b.chapter(left == 0 && !b.s.UsersOff.Until.IsZero(), "Start the services again, as they were before")
	switch {
	case !b.s.NoReturn.IsZero():
		b.line("Only on servers that are finalized and verified. Project services first, then the World Wide Web Publishing Service on one front-end Web server; open a page of each Web application there; then the others.\n")
	case left > 0:
		b.line("No package was started, so this may be done at once to end the update here.\n")
	}
	for _, web := range []bool{false, true} {
		for _, rec := range b.s.Services {
			if strings.EqualFold(rec.Name, farm.ServiceWebPublishing) == web {
				b.restore(rec)
			}
		}
	}
	for _, u := range b.s.Facts.Farm.WebApplications {
		b.task(!b.s.UsersOff.Until.IsZero(), "Open %s on each front-end Web server", escape(u))
	}
}

func (b *runbook) restore(rec farm.RecordedService) {
	was := "stopped"
	if rec.Running {
		was = "running"
	}
	switch {
	case rec.StoppedAt.IsZero():
		return
	case !rec.RestoredAt.IsZero():
		b.task(true, "%s: %s is %s and %s again", escape(rec.Server), escape(rec.Name), was, rec.StartMode)
		return
	}
	b.task(false, "%s: %s was %s and %s (recorded %s)", escape(rec.Server), escape(rec.Name), was, rec.StartMode, utc(rec.RecordedAt))
	lines := []string{fmt.Sprintf(`sc config "%s" start= %s`, rec.Name, startWord(rec.StartMode))}
	if rec.Running {
		lines = append(lines, fmt.Sprintf(`net start "%s"`, rec.Name))
	}
	b.code("bat", lines...)
}

// startWord is a start mode in the words of sc config.
func startWord(m farm.StartMode) string {
	if m == farm.StartManual {
		return "demand"
	}
	return string(m)
}

func (b *runbook) afterwards() {
	b.chapter(false, "Afterwards")
	b.task(false, "On every server delete farmhand's scheduled tasks (names that begin with `fh-`) and its job folders: `schtasks /delete /tn NAME /f`")
	b.task(false, "Clients: install the Project 2007 Infrastructure Update on all Office Project Professional 2007 computers that connect to the server (hotfix version 952067 or later); without it data may become inconsistent.")
}
