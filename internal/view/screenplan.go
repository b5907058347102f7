package view

import (
	"fmt"
	"slices"
	"strings"

	"farmhand/internal/farm"
)

// screen prints a plan: what happens in which order, where people decide, and what preflight found.
func (v Plan) screen(p *printer) {
	p.title(MarkNone, "PLAN "+v.Farm, v.Change.Ticket, "plan "+short(v.Digest),
		fmt.Sprintf("%s -> %s (%s)", v.Baseline, v.Expected, strings.Join(v.Packages, ", ")))
	p.text(MarkNone, fmt.Sprintf("takes %s and users are off %s, without the waits for people", v.Duration.about(), v.UsersOff.about()))
	v.Turn.screen(p)
	v.Window.screen(p, v.Turn != nil && v.Turn.After > 0)
	for i, ph := range v.Phases {
		right := []string{ph.Expected.about()}
		if ph.GateAfter != "" {
			right = append([]string{"then GATE " + string(ph.GateAfter)}, right...)
		}
		if ph.GateWithin != "" {
			right = append([]string{"GATE " + string(ph.GateWithin) + " within"}, right...)
		}
		if ph.NoReturn {
			right = append([]string{"NO RETURN"}, right...)
		}
		if ph.GateBefore != "" {
			right = append([]string{"GATE " + string(ph.GateBefore)}, right...)
		}
		right = slices.Concat(tasksRight(ph.TasksBefore, ""), right, tasksRight(ph.TasksAfter, "then "))
		p.row(Mark{Icon: fmt.Sprintf("%2d", i+1)}, pad(string(ph.Name), phaseColumns)+ph.Detail, strings.Join(right, "  "))
	}
	p.blank()
	p.entry(MarkNone, "wizard", 8, v.wizardOrder())
	for _, t := range v.Tasks {
		p.entry(MarkNone, "task", 8, t.Name+", "+t.At()+", by "+t.Owner+": "+t.Text)
	}
	p.entry(MarkNone, "back out", 8, "packages cannot be uninstalled: from phase install on, back means restoring all databases and all servers")
	if v.Client != "" {
		p.entry(MarkNone, "clients", 8, v.Client)
	}
	if !v.Checked {
		p.text(MarkNone, "preflight has not run: nothing was asked of the servers. Nothing was changed.")
		return
	}
	blocking, warnings := countFindings(v.Findings, farm.SeverityBlocking), countFindings(v.Findings, farm.SeverityWarning)
	m := MarkDone
	switch {
	case blocking > 0:
		m = MarkBlocking
	case warnings > 0:
		m = MarkWarning
	}
	p.text(m, fmt.Sprintf("preflight: %d blocking, %d warnings. Nothing was changed.", blocking, warnings))
	for _, fd := range v.Findings {
		fd.print(p)
	}
}

// wizardOrder lists the servers in the order the wizard takes them.
func (v Plan) wizardOrder() string {
	order := make([]string, len(v.Servers))
	for _, s := range v.Servers {
		if s.Wizard > 0 {
			order[s.Wizard-1] = s.Name
		}
	}
	return strings.Join(strings.Fields(strings.Join(order, " ")), ", then ")
}
