package view

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"farmhand/internal/farm"
)

// Runbook returns, as Markdown, what is left to do by hand: an administrator can go on from it without
// farmhand and without Temporal. It follows the article's order and words, ticks what is done, gives the
// commands for each server, and after the point of no return the statements that restore the backups of
// this run. It fails for a status that names no farm.
func Runbook(s farm.Status) ([]byte, error) {
	if s.Farm == "" {
		return nil, errors.New("the status names no farm")
	}
	b := &runbook{s: s, farm: farm.Farm{Name: s.Farm}}
	for _, v := range s.Servers {
		b.farm.Servers = append(b.farm.Servers, farm.Server{Name: v.Name, Roles: v.Roles})
	}
	b.standing()
	if b.nothingLeft() {
		b.line("\nNothing of the procedure is left to do by hand.")
		b.residual()
		return []byte(b.String()), nil
	}
	b.before()
	b.manualTasks()
	b.disconnect()
	b.backup()
	b.packages()
	b.projectServices()
	b.wizard()
	b.content()
	b.verify()
	b.reconnect()
	b.afterwards()
	b.residual()
	b.backOut()
	return []byte(b.String()), nil
}

type runbook struct {
	markdown
	s farm.Status
	// farm has the servers' names and roles alone: enough for the article's orders.
	farm farm.Farm
	step int
}

// nothingLeft reports whether the run ended with nothing to carry on: completed, or ended before the
// first package with every service back.
func (b *runbook) nothingLeft() bool {
	switch b.s.Outcome {
	case farm.OutcomeCompleted, farm.OutcomeCompletedWithExceptions, farm.OutcomeNotStarted:
		return true
	case farm.OutcomeAborted, farm.OutcomeRefused:
		stopped := slices.ContainsFunc(b.s.Services, func(v farm.RecordedService) bool { return !v.StoppedAt.IsZero() && v.RestoredAt.IsZero() })
		return b.s.NoReturn.IsZero() && !stopped && !b.contentOut()
	case farm.OutcomeFailed:
	}
	return false
}

// chapter begins a numbered step of the procedure.
func (b *runbook) chapter(done bool, title string) {
	b.step++
	tick := ""
	if done {
		tick = " - done"
	}
	b.heading(2, "%d. %s%s", b.step, title, tick)
}

func (b *runbook) standing() {
	s := b.s
	b.line("# %s: what is left to do by hand", escape(s.Farm))
	b.line("\nRollout %s, change %s, release %s. Plan %s, run %s, started %s by %s.", escape(s.Rollout), escape(orWord(s.Change.Ticket, "none")),
		escape(s.Release), escape(short(s.Digest)), escape(s.RunID), utc(s.Started), escape(orWord(s.StartedBy, "nobody named")))
	b.heading(2, "Where the farm stands")
	switch {
	case s.Outcome != "":
		b.line("- The update has ended: **%s** (%s).", s.Outcome, utc(s.Finished))
	default:
		b.line("- The update is in phase **%s**.", s.Phase)
	}
	switch u := s.UsersOff; {
	case u.Since.IsZero():
		b.line("- Users are on: nothing was stopped.")
	case u.Until.IsZero():
		b.line("- **Users are OFF** since %s on %s.", utc(u.Since), escape(strings.Join(u.Servers, ", ")))
	default:
		b.line("- Users are back since %s.", utc(u.Until))
	}
	if s.NoReturn.IsZero() {
		b.line("- Point of no return: not passed. No package was started; the way back is to start the services again.")
	} else {
		b.line("- **Point of no return: passed** %s. Packages cannot be uninstalled: go forward, or restore all databases and all servers (last section).", utc(s.NoReturn))
	}
	for _, q := range s.OpenQuestions() {
		b.line("- Waiting for people: %s, %s (asked %s).", escape(q.ID), escape(q.Title), utc(q.Asked))
		if q.Failure != nil {
			b.line("  - What failed: %s. %s", escape(q.Failure.Message), escape(q.Failure.Advice))
		}
	}
	b.line("")
	var rows [][]string
	for _, v := range s.Servers {
		rows = append(rows, []string{v.Name, rolesText(v.Roles), standing(v), v.Doing})
	}
	b.table([]string{"server", "roles", "stands", "doing"}, rows)
}

// before keeps hands and farmhand apart.
func (b *runbook) before() {
	b.heading(2, "Before you touch anything")
	b.task(false, "Make sure that farmhand does not work on this farm any more: abort the run, or stop the worker of site %s. Two hands on one farm break it.", escape(orWord(b.s.Site, "default")))
	b.task(false, "On **every** server, make sure that no installer and no configuration wizard of an earlier step still runs. Wait until they end; never kill one.")
	b.code("bat", `tasklist | findstr /i "psconfig msiexec kb951695 kb951297 setup.exe"`, `schtasks /query | findstr /i "fh-"`)
	b.task(false, "Work under the setup account (the article: the Central Administration application pool account, or a domain account that is a member of Administrators on the Web servers and on the SQL Server computer).")
}

func (b *runbook) recorded(server, service string) *farm.RecordedService {
	i := slices.IndexFunc(b.s.Services, func(v farm.RecordedService) bool { return v.Server == server && strings.EqualFold(v.Name, service) })
	if i < 0 {
		return nil
	}
	return &b.s.Services[i]
}

// disconnect is step 1 of the article's farm procedure.
func (b *runbook) disconnect() {
	web := b.s.UsersOff.Servers
	if len(web) == 0 {
		for _, v := range farm.WebServers(b.farm, b.s.Facts) {
			web = append(web, v.Name)
		}
	}
	b.chapter(!b.s.UsersOff.Since.IsZero(), "Disconnect users: stop the World Wide Web Publishing Service (w3svc) on all Web servers")
	b.drain()
	for _, name := range web {
		rec := b.recorded(name, farm.ServiceWebPublishing)
		if rec != nil && !rec.StoppedAt.IsZero() {
			b.task(true, "%s: stopped and set to manual %s", escape(name), utc(rec.StoppedAt))
			continue
		}
		b.task(false, "%s: write down how it is now, then stop it. Manual, so that a reboot does not bring users back; not disabled, for the wizard may need it.", escape(name))
		b.code("bat", "sc query W3SVC", "sc qc W3SVC", `sc config "W3SVC" start= demand`, `net stop "W3SVC" /y`)
	}
	if b.s.UsersOff.Until.IsZero() {
		b.line("\nAfter every reboot, package and wizard look again: `sc query W3SVC` must say STOPPED on each of them.")
	}
}

// backup is the article's "Back up the databases before you start the installation".
func (b *runbook) backup() {
	st := b.s.PhaseStatus(farm.PhaseBackup)
	b.chapter(st != nil && st.State == farm.StepDone, "Back up the databases before you start the installation")
	if len(b.s.Databases) == 0 {
		b.task(false, "Back up and verify every database of the farm: configuration, Central Administration content, content, Shared Services, search, and the four of each Project Web Access.")
		return
	}
	for _, d := range b.s.Databases {
		if d.BackupState == farm.StepDone && d.Verified {
			b.task(true, "%s on %s: `%s`, verified, %s", escape(d.Name), escape(d.Server), code(d.File), utc(d.BackedUpAt))
			continue
		}
		if d.BackupState == farm.StepDone && len(d.Sets) > 0 {
			b.task(false, "%s on %s: `%s` was taken by %s and is **not verified** by this run (%s). Prove it.", escape(d.Name), escape(d.Server), code(d.File),
				escape(orWord(d.Sets[0].By, "somebody else")), escape(d.Sets[0].Note))
			continue
		}
		file := d.File
		if file == "" {
			file = `X:\BACKUP\` + d.Name + ".bak"
		}
		b.task(false, "%s on %s (%s)", escape(d.Name), escape(d.Server), sizeText(d.SizeMB))
		b.code("sql", fmt.Sprintf("BACKUP DATABASE %s TO DISK = %s WITH COPY_ONLY, INIT, CHECKSUM, STATS = 5;", bracket(d.Name), quoted(file)),
			fmt.Sprintf("RESTORE VERIFYONLY FROM DISK = %s WITH CHECKSUM;", quoted(file)))
	}
}

// projectServices is step 9 of the article's farm procedure.
func (b *runbook) projectServices() {
	st := b.s.PhaseStatus(farm.PhaseStopProjectServices)
	b.chapter(st != nil && st.State == farm.StepDone, "On each application server stop the Microsoft Office Project Server Events service and Queue service (if available)")
	b.line("If the services are not stopped, a reboot may be required at completion of setup. Never stop SPTimerV3 or SPAdmin: the upgrade runs inside the timer service.\n")
	for _, v := range b.farm.SharePointServers() {
		if !v.HasRole(farm.RoleApplication) && !v.HasRole(farm.RoleCentralAdministration) {
			continue
		}
		found := false
		for _, rec := range b.s.Services {
			if rec.Server != v.Name || strings.EqualFold(rec.Name, farm.ServiceWebPublishing) || rec.Step == farm.StepPauseCrawls {
				continue
			}
			found = true
			b.task(!rec.StoppedAt.IsZero(), "%s: %s", escape(v.Name), escape(rec.Name))
			if rec.StoppedAt.IsZero() {
				b.code("bat", fmt.Sprintf(`sc config "%s" start= demand`, rec.Name), fmt.Sprintf(`net stop "%s" /y`, rec.Name))
			}
		}
		if !found {
			done := st != nil && st.State == farm.StepDone
			b.task(done, "%s: none recorded here", escape(v.Name))
			if !done {
				b.code("bat", `net stop "Microsoft Office Project Server Events service"`, `net stop "Microsoft Office Project Server Queue service"`)
			}
		}
	}
}

func (b *runbook) residual() {
	if len(b.s.Residual) == 0 && len(b.s.Exceptions) == 0 {
		return
	}
	b.heading(2, "Still to be done by people")
	for _, e := range b.s.Exceptions {
		b.task(false, "Exception: %s", escape(e))
	}
	for _, r := range b.s.Residual {
		b.task(false, "%s", escape(r))
	}
}

// code is text inside a code span.
func code(s string) string { return strings.ReplaceAll(clean(s), "`", "'") }

// bracket quotes a name for T-SQL, quoted a text.
func bracket(name string) string { return "[" + strings.ReplaceAll(name, "]", "]]") + "]" }
func quoted(text string) string  { return "N'" + strings.ReplaceAll(text, "'", "''") + "'" }
