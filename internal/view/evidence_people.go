package view

import (
	"fmt"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// PeopleEvidence is where people stepped in, and what they did by hand: the thirteenth section.
type PeopleEvidence struct {
	Interventions []InterventionEvidence `json:"interventions,omitempty"`
	// Tasks were done by hand, outside farmhand or on a server that people run.
	Tasks []TaskEvidence `json:"tasks,omitempty"`
	// Notes are what people left for the evidence; each is among the decisions, too.
	Notes []NoteEvidence `json:"notes,omitempty"`
	// Corrections are what something else had changed, or a known failure had left, and farmhand put right.
	Corrections []string `json:"corrections,omitempty"`
	// Untold are the notifications that did not reach everybody.
	Untold []farm.Untold `json:"untold,omitempty"`
}

// NoteEvidence is a note that counts.
type NoteEvidence struct {
	At  time.Time `json:"at"`
	Who string    `json:"who"`
	// On is the question it is about, or the farm.
	On   string `json:"on"`
	Text string `json:"text"`
}

// InterventionEvidence is a step that failed for good and what a person made of it.
type InterventionEvidence struct {
	ID       string        `json:"id"`
	Title    string        `json:"title"`
	Failure  *farm.Failure `json:"failure,omitempty"`
	Asked    time.Time     `json:"asked"`
	Answered time.Time     `json:"answered,omitzero"`
	Answer   farm.Choice   `json:"answer,omitempty"`
	By       string        `json:"by,omitempty"`
	Reason   string        `json:"reason,omitempty"`
}

func peopleEvidence(k audited) PeopleEvidence {
	p := PeopleEvidence{Tasks: tasksEvidence(k.status), Corrections: k.status.Corrections, Untold: k.status.Untold}
	for _, q := range k.status.Questions {
		if q.Kind == farm.QuestionIntervention {
			p.Interventions = append(p.Interventions, InterventionEvidence{q.ID, q.Title, q.Failure, q.Asked, q.Answered, q.Answer, q.By, q.Reason})
		}
	}
	for _, d := range k.status.Decisions {
		if d.Choice == farm.ChoiceNote && d.Accepted {
			p.Notes = append(p.Notes, NoteEvidence{d.At, d.Who, d.Subject, d.Reason})
		}
	}
	return p
}

func (e Evidence) layPeople(d *document) {
	lay(d, e.People, func(p PeopleEvidence) {
		var failures, tasks [][]string
		for _, x := range p.Interventions {
			failures = append(failures, []string{x.ID, x.Title, failureText(x.Failure), e.when(x.Asked), e.when(x.Answered), strings.TrimSpace(string(x.Answer) + " " + x.By), x.Reason})
		}
		for _, t := range p.Tasks {
			tasks = append(tasks, []string{t.ID, factsText(t.Facts), e.when(t.Asked), e.when(t.Answered), strings.TrimSpace(string(t.Answer) + " " + t.By), t.Reason})
		}
		d.tabulate("Interventions", []string{"id", "what failed", "details", "asked", "answered", "answer", "reason"}, failures)
		d.tabulate("Work done by hand", []string{"id", "what", "asked", "answered", "answer", "remark"}, tasks)
		var notes [][]string
		for _, n := range p.Notes {
			notes = append(notes, []string{e.when(n.At), n.Who, n.On, n.Text})
		}
		d.tabulate("Notes", []string{"when", "who", "on", "note"}, notes)
		if len(p.Corrections) > 0 {
			d.section(3, "Put right by farmhand", p.Corrections...)
		}
		var untold [][]string
		for _, u := range p.Untold {
			untold = append(untold, []string{strings.TrimSpace(u.Event + " " + u.Subject), u.Why, fmt.Sprint(u.Times), e.when(u.First), e.when(u.Last)})
		}
		d.tabulate("Notifications that did not reach everybody", []string{"event", "why", "times", "first", "last"}, untold)
	})
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
