package view

import (
	"fmt"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// PlannedWindow is the window a plan would use if it were started at a moment.
type PlannedWindow struct {
	// Windows and Freezes are those that hold for the farm, as the file has them.
	Windows []string `json:"windows,omitempty"`
	Freezes []string `json:"freezes,omitempty"`
	// Says is the window in words; Opens is when it does, zero where it is open. Empty where none comes.
	Says  string    `json:"says,omitempty"`
	Opens time.Time `json:"opens,omitzero"`
	// Deadlines are counted back from its close.
	Deadlines farm.Deadlines `json:"deadlines,omitzero"`
	Why       string         `json:"why,omitempty"`
}

// InWindow returns the plan with the window that it would use. The opening is of the farm's calendar at the moment of
// the view, with the plan's room.
func (v Plan) InWindow(c farm.Calendar, p farm.Plan, o farm.Opening) Plan {
	if c.Always() {
		return v
	}
	w := &PlannedWindow{Says: o.Says}
	for _, one := range c.Windows {
		w.Windows = append(w.Windows, one.Says())
	}
	for _, one := range c.Freezes {
		w.Freezes = append(w.Freezes, one.Says())
	}
	w.Deadlines = p.Deadlines(o.Window.Close, c.RestoreNeeds)
	if begin := w.Deadlines.Begin; !o.Open || !begin.IsZero() && o.At.After(begin) {
		w.Says, w.Opens, w.Why = o.NextSays, o.Next.Open, o.Why
		w.Deadlines = p.Deadlines(o.Next.Close, c.RestoreNeeds)
		if o.Open {
			w.Why = "what is left of the window " + o.Says + " is too short"
		}
	}
	v.Window = w
	return v
}

// screen prints the window of a plan; later says that the farm's turn does not come when the rollout starts.
func (w *PlannedWindow) screen(p *printer, later bool) {
	if w == nil {
		return
	}
	at := func(t time.Time) string { return t.In(p.style.Zone).Format("Mon 2 Jan 15:04 MST") }
	switch {
	case w.Says == "":
		p.text(MarkWarning, "no window with room for the plan comes any more: "+w.Why)
	case w.Deadlines.Close.IsZero():
		p.text(MarkNone, "window "+w.Says)
	default:
		p.text(MarkNone, fmt.Sprintf("window %s; first installer no later than %s; back-out must start by %s", w.Says, at(w.Deadlines.Start), at(w.Deadlines.BackOut)))
	}
	if w.Says != "" && !w.Opens.IsZero() {
		started := "started now"
		if later {
			started = "when its turn comes"
		}
		p.text(MarkNone, started+", it waits for that window: "+w.Why)
	}
	if len(w.Freezes) > 0 {
		p.text(MarkNone, "frozen "+strings.Join(w.Freezes, "; "))
	}
}
