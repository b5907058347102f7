package view

import (
	"fmt"
	"slices"
	"strings"

	"farmhand/internal/farm"
)

// screen prints a rollout: one farm as that farm, several folded by wave, with those unfolded that need people.
func (r Rollout) screen(p *printer) {
	c := r.Count
	p.title(r.Mark, r.Name, r.Headline, p.clock(r.Now)+" "+p.zone(r.Now), r.Elapsed.String(), r.Change.Ticket)
	if len(r.Farms) == 1 && len(r.Waves) == 0 {
		screenSites(p, r.Sites, r.Now)
		p.blank()
		r.Farms[0].screen(p)
		return
	}
	p.text(MarkNone, strings.TrimSpace(fmt.Sprintf("%d/%d farms ended   %s", c.ended(), c.All, c.words())))
	if r.Paused {
		p.text(MarkPaused, "paused by "+r.PausedBy+": no more farms are started")
	}
	for _, l := range r.SiteLimits {
		p.text(MarkNone, fmt.Sprintf("site %s: at most %s at once", l.Site, farm.Count(l.MaxParallel)))
	}
	screenSites(p, r.Sites, r.Now)
	p.blank()
	for _, q := range r.Questions {
		p.row(q.Mark, pad(q.ID, farmColumns)+q.Title, "")
		for _, f := range q.Facts {
			p.entry(f.Mark, f.Label, farmColumns, f.Text)
		}
		q.ask(p)
	}
	if len(r.Waves) == 0 {
		r.list(p, r.Farms)
		return
	}
	for _, w := range r.Waves {
		w.row(p)
		if w.folded() {
			continue
		}
		var farms []Farm
		for _, f := range r.Farms {
			if f.Wave == w.Name {
				farms = append(farms, f)
			}
		}
		r.list(p, farms)
	}
}

// folded reports whether a wave's line says all of it: it has ended well, or its turn has not come.
func (w Wave) folded() bool {
	c := w.Count
	return c.Done == c.All || c.Pending == c.All && w.Mark != MarkWaiting || c.NotStarted == c.All
}

// row prints a wave as one line.
func (w Wave) row(p *printer) {
	c := w.Count
	text := pad("wave "+w.Name, farmColumns) + fmt.Sprintf("%d/%d farms", c.ended(), c.All)
	if words := c.words(); words != "" {
		text += "   " + words
	}
	if w.Waits != "" {
		text += "   " + w.Waits
	}
	var right []string
	if w.Gate && w.Mark == MarkPending {
		right = append(right, "GATE "+string(farm.GateNextWave))
	}
	if w.Elapsed > 0 {
		right = append(right, w.Elapsed.String())
	}
	p.row(w.Mark, text, strings.Join(right, "  "))
}

// fold prints farms of one kind as one line.
func fold(p *printer, farms []Farm, m Mark, word string, of func(Farm) bool) {
	var names []string
	why := ""
	for _, f := range farms {
		if of(f) {
			names = append(names, f.Name)
			if f.Outcome == farm.OutcomeNotStarted {
				why = f.Why
			}
		}
	}
	if len(names) == 0 {
		return
	}
	p.row(m, word+": "+strings.Join(names, " "), farm.Count(len(names)))
	if why != "" {
		p.branch("     |- ", MarkNone, why, "")
	}
}

// farmColumns is the width of a farm's name in a rollout's list.
const farmColumns = 28

// summary prints a farm as one branch of a rollout: its line, and under it what works or who is asked.
func (f Farm) summary(p *printer) {
	text := pad(clip(f.Name, farmColumns-2), farmColumns) + f.Headline
	if f.Why != "" {
		text += ": " + f.Why
	}
	p.row(f.Mark, text, f.clocks())
	for _, q := range f.Questions {
		q.ask(p)
	}
	if len(f.Questions) > 0 {
		return
	}
	for _, ph := range f.Phases {
		if ph.Mark == MarkRunning {
			p.branch("     |- ", ph.Mark, pad(string(ph.Name), phaseColumns-8)+ph.Detail, ph.Left.about()+" left")
		}
	}
	f.workingServers(p)
}

// line prints a farm that needs nobody as one line: what it does, and how far that is.
func (f Farm) line(p *printer) {
	text := pad(clip(f.Name, farmColumns-2), farmColumns) + strings.TrimPrefix(f.Headline, "RUNNING ") // its icon says that
	if f.Why != "" {
		text += ": " + f.Why
	}
	if i := slices.IndexFunc(f.Phases, func(ph Phase) bool { return ph.Mark == MarkRunning }); i >= 0 && f.Outcome == "" {
		text = strings.TrimRight(text+"   "+f.Phases[i].Detail, " ")
	}
	p.row(f.Mark, text, f.clocks())
}

// clocks is how long a farm takes so far, and its users are off.
func (f Farm) clocks() string {
	switch {
	case f.State == farm.RunPending:
		return ""
	case f.UsersOff.Off:
		return "users OFF " + f.UsersOff.Elapsed.String() + "   " + f.Elapsed.String()
	}
	return f.Elapsed.String()
}

// ask prints who is asked, since when, and how to answer.
func (q Question) ask(p *printer) {
	p.branch("     |- ", q.Mark, q.needs(), "asked "+q.Waiting.String()+" ago   evidence "+q.Evidence)
	if len(q.Actions) > 0 {
		p.command(q.Actions[0].Command)
	}
}
