package view

import "farmhand/internal/farm"

// ChangeEvidence is the change record the rollout belongs to: the second section.
type ChangeEvidence struct {
	farm.Change
	// Windows are the windows of each farm that has some, and what people said of them.
	Windows []Of[farm.WindowStatus] `json:"windows,omitempty"`
}

// RehearsedEvidence says on what the same release was tried before: the fourth section.
type RehearsedEvidence struct {
	TestedOn string `json:"tested_on,omitempty"`
}

func (e Evidence) layChange(d *document) {
	d.tabulate("", []string{"field", "value"}, filled([][]string{{"ticket", e.Change.Ticket}, {"risk", e.Change.Risk}, {"back out", e.Change.BackOut}}))
	for _, w := range e.Change.Windows {
		d.tabulate("Windows of "+w.Farm, []string{"what", "", "when"}, e.windowRows(w.Evidence))
	}
}

func (e Evidence) layRehearsed(d *document) {
	if e.Rehearsed.TestedOn != "" {
		d.say("Tested on " + e.Rehearsed.TestedOn + ", as the change record says.")
	}
}
