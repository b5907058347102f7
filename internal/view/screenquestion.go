package view

import (
	"fmt"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// question prints an open gate, intervention or manual task: what is asked, of whom, the evidence, and the choices.
func (f Farm) question(p *printer, q Question) {
	p.blank()
	f.questionHead(p, q)
	labels := 8
	for _, fact := range q.Facts {
		labels = max(labels, min(width(clean(fact.Label)), p.style.Width/3))
	}
	for _, fact := range q.Facts {
		text := fact.Text
		if !fact.Seen.IsZero() {
			text += ", seen " + p.hour(fact.Seen, f.Now)
		}
		p.entry(fact.Mark, fact.Label, labels, text)
	}
	for _, fd := range f.Findings {
		if q.Failure != nil && q.Failure.Kind == farm.FailurePreflight && fd.Severity != farm.SeverityBlocking {
			fd.print(p) // the blocking ones are among the facts
		}
	}
	p.entry(MarkNone, "clock", labels, f.clockText(p, q))
	if text := f.Window.clock(p, f.Now); text != "" {
		p.entry(f.Window.mark(), "window", labels, text)
	}
	p.blank()
	choices(p, q.Actions, q)
}

func (f Farm) questionHead(p *printer, q Question) {
	word := "GATE"
	if q.Kind == farm.QuestionIntervention {
		word = "INTERVENTION"
	}
	if q.Kind == farm.QuestionTask {
		word = "TASK"
	}
	again := ""
	if q.Revision > 1 {
		again = fmt.Sprintf(" (asked the %d. time)", q.Revision)
	}
	p.text(q.Mark, fmt.Sprintf("%s %s: %s%s", word, q.ID, q.Title, again))
	needs := q.needs()
	if x := q.excludedText(); x != "" {
		needs += "   (" + x + ")"
	}
	p.text(MarkNone, needs)
	p.text(MarkNone, fmt.Sprintf("asked %s, %s ago   evidence %s", p.hour(q.Asked, f.Now), q.Waiting, q.Evidence))
	if wait := waitText(p, q, f.Now); wait != "" {
		p.text(MarkNone, wait)
	}
	if len(q.Signs) > 0 {
		p.text(MarkNone, "counts only signed (--sign KEYFILE, or --sign agent): "+strings.Join(q.Signs, ", "))
	}
	if q.Stuck != "" {
		p.text(MarkFailed, "nobody can answer: "+q.Stuck)
	}
}

// waitText says what a question does by itself, and when.
func waitText(p *printer, q Question, now time.Time) string {
	var parts []string
	if to := strings.Join(q.Wait.To, ", "); !q.Wait.Escalated.IsZero() {
		parts = append(parts, fmt.Sprintf("escalated %s to %s", p.hour(q.Wait.Escalated, now), to))
	} else if !q.Wait.Escalate.IsZero() {
		parts = append(parts, fmt.Sprintf("escalates %s to %s", p.hour(q.Wait.Escalate, now), to))
	}
	if !q.Wait.Remind.IsZero() {
		parts = append(parts, "reminds "+p.hour(q.Wait.Remind, now))
	}
	if !q.Wait.Expire.IsZero() {
		parts = append(parts, fmt.Sprintf("expires %s: %s", p.hour(q.Wait.Expire, now), q.Wait.Then))
	}
	return strings.Join(parts, "   ")
}

// clockText says what an answer now would mean for the users.
func (f Farm) clockText(p *printer, q Question) string {
	verb := "answer now"
	switch q.Kind {
	case farm.QuestionGate:
		verb = "approve now"
	case farm.QuestionTask:
		verb = "done now"
	case farm.QuestionIntervention:
	}
	switch {
	case !f.UsersBack.IsZero():
		return fmt.Sprintf("%s -> %s of work, users back about %s", verb, f.Left.about(), p.hour(f.UsersBack, f.Now))
	case f.Left > 0:
		return fmt.Sprintf("%s -> %s of work is left", verb, f.Left.about())
	}
	return "nothing but this is waited for"
}

// choices prints numbered choices, the recommended one first, and the command lines to copy. Choices of
// one intervention differ in one word, so the recommended one's command stands for all.
func choices(p *printer, actions []Action, q Question) {
	labels := 12
	for _, a := range actions {
		labels = max(labels, len(a.Choice)+2)
	}
	for i, a := range actions {
		effect := a.Effect
		if a.Advised {
			effect = "recommended: " + effect
		}
		p.entry(MarkNone, fmt.Sprintf("%d %s", i+1, a.Choice), labels, effect)
		if q.Kind != farm.QuestionIntervention {
			p.command(a.Command)
		}
	}
	if q.Kind != farm.QuestionIntervention || len(actions) == 0 {
		return
	}
	if !q.SkipAllowed && q.Failure != nil && q.Failure.Step != "" {
		p.entry(MarkNone, "- skip", labels, "not allowed here")
	}
	p.command(actions[0].Command)
}

// print writes one finding and what to do about it.
func (fd Finding) print(p *printer) {
	text := strings.Join(fd.Servers, " ") + ": " + fd.What
	if fd.Do != "" {
		text += " -> " + fd.Do
	}
	p.entry(fd.Mark, fd.Mark.Word, 11, text)
}

// screen prints everything that waits for a person.
func (in Inbox) screen(p *printer) {
	who := "everybody"
	if in.For != "" {
		who = in.For
	}
	if len(in.Waiting) == 0 {
		p.title(MarkDone, "gates", "nothing waits for "+who)
		return
	}
	p.title(MarkWaiting, "gates", fmt.Sprintf("%d waiting for %s", len(in.Waiting), who), p.clock(in.Now)+" "+p.zone(in.Now))
	screenSites(p, in.Sites, in.Now)
	for _, w := range in.Waiting {
		p.blank()
		right := "asked " + w.Question.Waiting.String() + " ago"
		if w.UsersOff.Off {
			right = "users OFF " + w.UsersOff.Elapsed.String() + "   " + right
		}
		p.row(w.Question.Mark, w.Farm+"   "+w.Question.ID+": "+w.Question.Title, right)
		p.text(MarkNone, strings.TrimRight(w.Question.needs()+"   evidence "+w.Question.Evidence+"   "+w.Window.head(), " "))
		for _, a := range w.Actions {
			p.command(a.Command)
		}
	}
}
