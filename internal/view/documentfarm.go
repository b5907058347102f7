package view

import (
	"fmt"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// farmSections lays out the evidence of one farm.
func (e Evidence) farmSections(d *document, f FarmEvidence) {
	d.section(2, "Farm "+f.Name, fmt.Sprintf("Workflow run %s.", f.RunID)).Chart = chartOf(f, e.local(), e.Printed)
	var phases [][]string
	for _, p := range f.Phases {
		if !p.Started.IsZero() {
			phases = append(phases, []string{string(p.Name), p.Mark.Icon + " " + p.Mark.Word, e.when(p.Started), p.Elapsed.String(), p.Expected.about(), p.Detail})
		}
	}
	d.tabulate(3, "Phases", []string{"phase", "state", "started", "took", "planned", "what"}, phases)
	var findings [][]string
	for _, x := range f.Findings {
		findings = append(findings, []string{string(x.Severity), x.Server, x.What, x.Do, x.AcceptedBy})
	}
	d.tabulate(3, "Preflight findings", []string{"severity", "server", "what", "what to do", "gone on by"}, findings)
	e.packageSection(d, f)
	d.tabulate(3, "Restore points", []string{"SQL Server", "database", "size", "kind", "file", "backed up", "state", "verified"}, backupRows(e, f))
	d.tabulate(3, "Kept of each server", []string{"server", "folder", "IIS backup", "what", "state", "taken"}, keptRows(e, f))
	backOutSection(d, f)
	e.decisionSections(d, f)
	var events [][]string
	for _, x := range f.Timeline {
		took := ""
		if !x.Until.IsZero() {
			took = between(x.At, x.Until).String()
		}
		events = append(events, []string{utc(x.At), x.Local, x.Server, x.Kind, x.What, took})
	}
	d.tabulate(3, "Timeline", []string{"UTC", "local", "server", "kind", "what", "took"}, events)
	e.serverSections(d, f)
	var versions [][]string
	for _, b := range f.Databases {
		kind := "SharePoint"
		if b.Project {
			kind = "Project"
		}
		versions = append(versions, []string{b.Server, b.Name, kind, b.VersionBefore, b.VersionAfter, yes(b.OK)})
	}
	d.tabulate(3, "Databases: VERSIONS before and after", []string{"SQL Server", "database", "kind", "before", "after", "as expected"}, versions)
	d.tabulate(3, "Content databases: detached and attached again", []string{"SQL Server", "database", "Web application", "site collections", "warning, limit", "prepared", "detached", "attached"}, e.contentRows(f))
	e.usersSection(d, f)
	e.taskSection(d, f)
	var failures [][]string
	for _, x := range f.Interventions {
		failures = append(failures, []string{x.ID, x.Title, failureText(x.Failure), e.when(x.Asked), e.when(x.Answered), strings.TrimSpace(string(x.Answer) + " " + x.By), x.Reason})
	}
	d.tabulate(3, "Interventions", []string{"id", "what failed", "details", "asked", "answered", "answer", "reason"}, failures)
	if len(f.Residual) > 0 {
		d.section(3, "Residual work", f.Residual...)
	}
}

func (e Evidence) decisionSections(d *document, f FarmEvidence) {
	var decisions, shown [][]string
	seen := map[string]bool{}
	for _, x := range f.Decisions {
		decisions = append(decisions, []string{e.when(x.At), x.Who, x.Role, string(x.Choice) + " " + x.Subject, x.Reason, yes(x.Accepted), x.Why, short(x.Evidence), x.Channel})
		if len(x.Facts) > 0 && !seen[x.Shown] {
			seen[x.Shown] = true
			shown = append(shown, []string{short(x.Shown), x.Subject, factsText(x.Facts)})
		}
	}
	d.tabulate(3, "Decisions", []string{"when", "who says", "role", "decision", "reason", "counts", "what became of it", "digest", "came by"}, decisions)
	if f.Unlisted > 0 {
		d.section(4, "Not listed", fmt.Sprintf("%d more decisions were refused when the list was full. They are in the history of workflow run %s.", f.Unlisted, f.RunID))
	}
	d.tabulate(3, "What was shown", []string{"digest", "question", "facts"}, shown)
}

func (e Evidence) packageSection(d *document, f FarmEvidence) {
	var rows [][]string
	for _, p := range f.Packages {
		rows = append(rows, []string{p.Server, p.KB, orWord(p.Outcome, string(p.State)), exitWord(p.Exit), p.SHA256, p.Command, p.Evidence, e.when(p.Started), between(p.Started, p.Finished).String()})
	}
	d.tabulate(3, "Packages", []string{"server", "package", "outcome", "exit", "SHA-256", "command", "proof", "started", "took"}, rows)
}

func (e Evidence) serverSections(d *document, f FarmEvidence) {
	var servers, wizards, witnesses, services [][]string
	for _, s := range f.Servers {
		servers = append(servers, []string{s.Name, rolesText(s.Role), s.OS, orWord(s.RunAs, s.Account), versionText(s.VersionBefore), versionText(s.VersionAfter), fmt.Sprint(s.Reboots), e.when(s.FinalizedAt), s.ClockOffset.Round(time.Second).String()})
		for _, w := range s.Wizards {
			wizards = append(wizards, []string{s.Name, fmt.Sprint(w.Try), w.Command, exitWord(w.Exit), e.when(w.Started), between(w.Started, w.Finished).String(), w.AllowedBy, strings.Join(w.Summary, "\n")})
		}
		for _, w := range s.Witnesses {
			witnesses = append(witnesses, []string{s.Name, string(w.Witness), yes(w.Mandatory), yes(w.Agrees), w.Says, e.when(w.At)})
		}
		for _, v := range s.Services {
			before := "stopped"
			if v.Running {
				before = "running"
			}
			services = append(services, []string{s.Name, v.Name, before + ", " + string(v.StartMode), e.when(v.StoppedAt), orWord(e.when(v.RestoredAt), "not back")})
		}
	}
	d.tabulate(3, "Servers before and after", []string{"server", "roles", "system", "account", "before", "after", "reboots", "finalized", "clock offset"}, servers)
	d.tabulate(3, "Configuration wizard", []string{"server", "try", "command", "exit", "started", "took", "allowed by", "its own words"}, wizards)
	d.tabulate(3, "Witnesses", []string{"server", "witness", "mandatory", "agrees", "says", "asked"}, witnesses)
	d.tabulate(3, "Services before and after", []string{"server", "service", "before", "stopped", "restored"}, services)
}

func (e Evidence) usersSection(d *document, f FarmEvidence) {
	u := f.UsersOff
	if u.Since.IsZero() {
		return
	}
	end := "still off"
	if !u.Until.IsZero() {
		end = e.when(u.Until)
	}
	lines := []string{
		fmt.Sprintf("Users were off from %s until %s: %d minutes, on %s.", e.when(u.Since), end, u.Elapsed/60, strings.Join(u.Servers, ", ")),
		fmt.Sprintf("Proven %d times, last %s.", u.Proofs, e.when(u.LastProof)),
	}
	if f.Queue != nil {
		lines = append(lines, queueLines(e, *f.Queue)...)
	}
	for _, v := range u.Violations {
		lines = append(lines, "Broken and repaired: "+v)
	}
	d.section(3, "Users off", lines...)
	if len(f.Corrections) > 0 {
		d.section(3, "Put right meanwhile", f.Corrections...)
	}
}

func versionText(v farm.Version) string {
	if v.IsZero() {
		return ""
	}
	return v.String()
}

func failureText(f *farm.Failure) string {
	if f == nil {
		return ""
	}
	parts := []string{f.Message}
	if f.Ran != "" {
		parts = append(parts, "ran "+f.Ran)
	}
	return strings.Join(append(parts, f.Log...), "\n")
}
