package view

import (
	"fmt"
	"strings"

	"farmhand/internal/farm"
)

// screen prints a farm: what people are asked first, else the tree of phases, or how it ended.
func (f Farm) screen(p *printer) {
	f.heading(p)
	screenSites(p, f.Sites, f.Now)
	switch {
	case f.Outcome != "":
		f.ending(p)
	case len(f.Questions) > 0:
		f.foldedPhases(p)
		f.workingServers(p)
		for _, q := range f.Questions {
			f.question(p, q)
		}
	default:
		f.tree(p)
		f.footer(p)
	}
}

func (f Farm) heading(p *printer) {
	parts := []string{p.clock(f.Now) + " " + p.zone(f.Now)}
	switch u := f.UsersOff; {
	case u.Off:
		parts = append(parts, "users OFF "+u.Elapsed.String())
	case !u.Until.IsZero():
		parts = append(parts, "users back, were off "+u.Elapsed.String())
	}
	if text := f.Window.head(); text != "" {
		parts = append(parts, text)
	}
	if f.Outcome == "" {
		parts = append(parts, "running "+f.Elapsed.String())
		if !f.NoReturn.IsZero() {
			parts = append(parts, "NO RETURN since "+p.hour(f.NoReturn, f.Now))
		}
	}
	p.title(f.Mark, f.Name, f.Headline, parts...)
}

// tree prints every phase; under the running one the servers that work or still have to.
func (f Farm) tree(p *printer) {
	for _, ph := range f.Phases {
		f.phaseRow(p, ph)
		if ph.Mark == MarkRunning {
			f.workingDatabases(p)
			f.phaseServers(p, ph)
		}
	}
}

// phaseColumns is the width of a phase's name in the tree.
const phaseColumns = 32

func (f Farm) phaseRow(p *printer, ph Phase) {
	detail := ph.Detail
	if ph.Mark == MarkPending {
		detail = strings.Join(ph.Targets, " ")
	}
	text := pad(string(ph.Name), phaseColumns) + detail
	var right []string
	if ph.GateBefore != "" && ph.Mark == MarkPending {
		right = append(right, "GATE "+string(ph.GateBefore))
	}
	if ph.Mark == MarkPending {
		right = append(tasksRight(ph.TasksBefore, ""), right...)
	}
	if ph.GateWithin != "" && ph.Mark != MarkDone {
		right = append(right, "GATE "+string(ph.GateWithin)+" within")
	}
	if ph.NoReturn && ph.Mark == MarkPending {
		right = append(right, "NO RETURN")
	}
	if ph.GateAfter != "" && ph.Mark != MarkDone {
		right = append(right, "then GATE "+string(ph.GateAfter))
	}
	if ph.Mark != MarkDone {
		right = append(right, tasksRight(ph.TasksAfter, "then ")...)
	}
	switch ph.Mark {
	case MarkPending:
		right = append(right, ph.Expected.about())
	case MarkRunning:
		right = append(right, ph.Elapsed.String()+", "+ph.Left.about()+" left")
	default:
		if !ph.Started.IsZero() {
			right = append(right, ph.Elapsed.String())
		}
	}
	p.row(ph.Mark, text, strings.Join(right, "  "))
}

// phaseServers prints the servers under a running phase: those that work one by one, finished and
// waiting ones folded into a line each.
func (f Farm) phaseServers(p *printer, ph Phase) {
	var done, waiting []string
	var lines []Server
	for _, s := range f.Servers {
		switch mark := s.inPhase(ph); {
		case s.Doing != "" || mark == MarkFailed:
			lines = append(lines, s)
		case mark == MarkDone:
			done = append(done, s.Name)
		case mark == MarkPending:
			waiting = append(waiting, s.Name)
		}
	}
	if len(done) > 0 {
		p.branch("     |- ", MarkDone, strings.Join(done, " "), fmt.Sprintf("%d done", len(done)))
	}
	for _, s := range lines {
		f.serverRow(p, s)
	}
	if len(waiting) > 0 {
		p.branch("     |- ", MarkPending, strings.Join(waiting, " "), fmt.Sprintf("%d to come", len(waiting)))
	}
}

// workingServers prints the servers that work while people are asked something.
func (f Farm) workingServers(p *printer) {
	for _, s := range f.Servers {
		if s.Doing != "" {
			f.serverRow(p, s)
		}
	}
}

func (f Farm) serverRow(p *printer, s Server) {
	columns := phaseColumns - 9
	for _, o := range f.Servers {
		columns = max(columns, min(width(clean(o.Name)), p.style.Width/2))
	}
	name := pad(clip(clean(s.Name), columns), columns+1)
	what, right := s.Doing, s.Elapsed.String()
	if what == "" {
		what, right = s.Stands, ""
	} else if n := len(s.Packages); n > 0 && !s.Finalized {
		what += fmt.Sprintf("   (%s)", s.Stands)
	}
	p.branch("     |- ", s.Mark, name+what, right)
}

// workingDatabases prints the backups that run.
func (f Farm) workingDatabases(p *printer) {
	for _, d := range f.Databases {
		if d.Backup == MarkRunning {
			p.branch("     |- ", MarkRunning, pad(clip(d.Server, phaseColumns-9), phaseColumns-8)+"backing up "+d.Name, sizeText(d.SizeMB))
		}
	}
}

// inPhase says how far a server is within a phase, MarkNone where the phase does not tell.
func (s Server) inPhase(ph Phase) Mark {
	target := false
	for _, t := range ph.Targets {
		target = target || t == s.Name
	}
	if !target {
		return MarkNone
	}
	switch ph.Name {
	case farm.PhaseInstall:
		done := 0
		for _, k := range s.Packages {
			if k.Mark == MarkFailed {
				return MarkFailed
			}
			if k.Mark == MarkDone {
				done++
			}
		}
		if done == len(s.Packages) {
			return MarkDone
		}
		return MarkPending
	case farm.PhaseFinalizeCentral, farm.PhaseFinalizeRemaining:
		if s.Finalized {
			return MarkDone
		}
		return MarkPending
	default:
		return MarkNone
	}
}

// foldedPhases prints the finished phases as one line and the one that waits as another.
func (f Farm) foldedPhases(p *printer) {
	var done []string
	var took Seconds
	var current *Phase
	for _, ph := range f.Phases {
		if ph.Mark == MarkDone {
			done = append(done, string(ph.Name))
			took += ph.Elapsed
		} else if ph.Mark != MarkPending && current == nil {
			current = &ph
		}
	}
	switch len(done) {
	case 0:
	case 1:
		p.row(MarkDone, done[0], took.String())
	default:
		p.row(MarkDone, fmt.Sprintf("%s to %s, %d phases", done[0], done[len(done)-1], len(done)), took.String())
	}
	if current != nil {
		current.GateAfter, current.GateWithin = "", "" // it is what is asked
		f.phaseRow(p, *current)
	}
}

// footer says what comes next, how long it may take, and what an operator may do.
func (f Farm) footer(p *printer) {
	p.blank()
	for _, n := range f.Next {
		p.text(MarkNone, n)
	}
	for _, n := range f.Window.lines(p, f.Now) {
		p.text(f.Window.mark(), n)
	}
	for _, v := range f.UsersOff.Violations {
		p.text(MarkWarning, "users off was broken and repaired: "+v)
	}
	for _, c := range f.Corrections {
		p.text(MarkWarning, "put right: "+c)
	}
	f.estimate(p)
	for _, a := range f.Actions {
		p.entry(MarkNone, string(a.Choice), 8, a.Effect)
		p.command(a.Command)
	}
}

// estimate prints how long the rest may take.
func (f Farm) estimate(p *printer) {
	if f.Left == 0 {
		return
	}
	text := f.Left.about() + " of work left, without waits for people"
	if !f.UsersBack.IsZero() {
		text += "; users back about " + p.hour(f.UsersBack, f.Now)
	}
	p.text(MarkNone, text)
}
