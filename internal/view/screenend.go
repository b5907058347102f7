package view

import (
	"fmt"
	"strings"

	"farmhand/internal/farm"
)

// ending prints how a farm's update ended: the verdict, every server, who decided, and what people must
// still do.
func (f Farm) ending(p *printer) {
	when := fmt.Sprintf("%s - %s, %s", p.clock(f.Started), p.hour(f.Finished, f.Started), f.Elapsed)
	if f.Finished.IsZero() {
		when = "since " + p.clock(f.Started)
	}
	p.entry(f.Mark, string(f.Outcome), 26, when)
	if f.Why != "" {
		p.entry(MarkNone, "why", 26, f.Why)
	}
	for _, c := range f.Corrections {
		p.entry(MarkWarning, "put right", 26, c)
	}
	for _, e := range f.Exceptions {
		p.entry(MarkWarning, "exception", 26, e)
	}
	f.phaseFold(p)
	for _, s := range f.Servers {
		text := s.Stands
		if s.Reboots > 0 {
			text += ", " + rebootsText(s.Reboots)
		}
		p.entry(s.Mark, s.Name, 26, text)
	}
	f.databaseLine(p)
	f.usersOffLine(p)
	for _, d := range f.Decisions {
		if d.Accepted {
			p.entry(MarkDone, "decided "+p.hour(d.At, f.Finished), 26, decisionText(d))
		}
	}
	if f.Outcome == farm.OutcomeRefused {
		p.blank()
		for _, fd := range f.Findings {
			fd.print(p)
		}
	}
	if f.Outcome != farm.OutcomeCompleted && f.Outcome != farm.OutcomeCompletedWithExceptions && !f.NoReturn.IsZero() {
		p.entry(MarkFailed, "no return", 26, "since "+p.clock(f.NoReturn)+": forward by hand, or back by restoring all databases and all servers; the runbook has the statements")
	}
	if len(f.Residual) > 0 {
		p.blank()
		p.text(MarkWaiting, "people must still do:")
		for _, r := range f.Residual {
			p.text(Mark{Icon: " -"}, r)
		}
	}
}

// phaseFold prints the phases that ran as one line, and the one the run ended in.
func (f Farm) phaseFold(p *printer) {
	var done []string
	for _, ph := range f.Phases {
		switch ph.Mark {
		case MarkDone:
			done = append(done, string(ph.Name))
		case MarkPending:
		case MarkSkipped:
			if !f.Already { // else every phase after preflight was left out
				p.entry(ph.Mark, "ended in", 26, string(ph.Name)+" after "+ph.Elapsed.String())
			}
		default:
			p.entry(ph.Mark, "ended in", 26, string(ph.Name)+" after "+ph.Elapsed.String())
		}
	}
	switch {
	case len(done) == len(f.Phases) && len(done) > 0:
		p.entry(MarkDone, "phases", 26, fmt.Sprintf("all %d", len(done)))
	case len(done) > 0:
		p.entry(MarkDone, "phases", 26, strings.Join(done, ", "))
	}
}

func (f Farm) databaseLine(p *printer) {
	g := f.Progress
	if g.Databases == 0 {
		return
	}
	m := MarkDone
	text := fmt.Sprintf("%d/%d backed up and verified", g.Verified, g.Databases)
	switch {
	case f.Already:
		text = fmt.Sprintf("%d/%d at the expected version or past it, %d/%d Project", g.AtVersion, g.Databases, g.ProjectOK, g.Project)
	case g.AtVersion > 0:
		text += fmt.Sprintf(", %d/%d at the expected version, %d/%d Project", g.AtVersion, g.Databases, g.ProjectOK, g.Project)
	}
	if g.AtVersion < g.Databases {
		m = MarkPending
	}
	p.entry(m, "databases", 26, text)
}

func (f Farm) usersOffLine(p *printer) {
	u := f.UsersOff
	if u.Since.IsZero() {
		p.entry(MarkDone, "users", 26, "were never disconnected")
		return
	}
	m, text := MarkDone, fmt.Sprintf("off %s - %s, %s", p.hour(u.Since, f.Started), p.hour(u.Until, f.Started), u.Elapsed)
	if u.Off {
		m, text = MarkFailed, "still OFF, since "+p.clock(u.Since)
	}
	p.entry(m, "users", 26, fmt.Sprintf("%s, proven %d times", text, u.Proofs))
	for _, v := range u.Violations {
		p.entry(MarkWarning, "users off was broken", 26, v)
	}
}

func decisionText(d farm.DecisionRecord) string {
	text := fmt.Sprintf("%s: %s %s", d.Who, d.Choice, d.Subject)
	if d.Reason != "" {
		text += `, "` + d.Reason + `"`
	}
	if d.Evidence != "" {
		text += ", evidence " + short(d.Evidence)
	}
	return text
}
