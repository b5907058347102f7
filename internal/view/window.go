package view

import (
	"fmt"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// Window is what is shown of a farm's window: until when the farm may be changed, and what must have begun by when so that it
// fits. It is nil for a farm that may be changed at any time.
type Window struct {
	// Says is the window in words and in its own zone, Ends the freeze that cuts it.
	Says  string    `json:"says,omitempty"`
	Ends  string    `json:"ends,omitempty"`
	Close time.Time `json:"close,omitzero"`
	// Left is the time until it closes; Over is the time since it has closed on an update that goes on.
	Left Seconds `json:"left_seconds,omitempty"`
	Over Seconds `json:"over_seconds,omitempty"`
	// Start is when the first installer runs at the latest, until one has; StartLeft is the time until then.
	Start     time.Time `json:"first_installer_by,omitzero"`
	StartLeft Seconds   `json:"first_installer_left_seconds,omitempty"`
	// BackOut is when a back-out must start so that it is done when the window closes; BackOutLeft is the time until then,
	// and BackOutOver the time since.
	BackOut     time.Time `json:"back_out_by,omitzero"`
	BackOutLeft Seconds   `json:"back_out_left_seconds,omitempty"`
	BackOutOver Seconds   `json:"back_out_over_seconds,omitempty"`
	// Answer is the latest answer with which users are back before the window closes, while people are waited for.
	Answer time.Time `json:"answer_by,omitzero"`
	// For is when the window opens that is waited for, In the time until then, Why why the farm may not be changed now.
	For time.Time `json:"for,omitzero"`
	In  Seconds   `json:"in_seconds,omitempty"`
	Why string    `json:"why,omitempty"`
	// Risk says in which way the update is not expected to fit.
	Risk       string              `json:"risk,omitempty"`
	Missed     []farm.MissedWindow `json:"missed,omitempty"`
	Extensions []farm.Extension    `json:"extensions,omitempty"`
	Override   *farm.Override      `json:"override,omitempty"`
}

// windowOf works the window out. left is what is left of the plan.
func windowOf(s farm.Status, left Seconds, now time.Time) *Window {
	w := s.Window
	if w.Calendar.Always() {
		return nil
	}
	v := &Window{Says: w.Says, Ends: w.Ends, Risk: w.Risk, Missed: w.Missed, Extensions: w.Extensions, Override: w.Override}
	if !w.Waiting.IsZero() && s.Outcome == "" {
		v.Says, v.For, v.Why, v.In = w.ForSays, w.For, w.Why, between(now, w.For)
	}
	if !w.Within() {
		return v
	}
	v.Close = w.Deadlines.Close
	if s.Outcome != "" {
		return v
	}
	v.Left, v.Over = between(now, v.Close), between(v.Close, now)
	if s.NoReturn.IsZero() {
		v.Start = w.Deadlines.Start
		v.StartLeft = between(now, v.Start)
	}
	v.BackOut = w.Deadlines.BackOut
	v.BackOutLeft, v.BackOutOver = between(now, v.BackOut), between(v.BackOut, now)
	if len(s.OpenQuestions()) > 0 {
		if v.Answer = v.Close.Add(-time.Duration(left) * time.Second); !v.Start.IsZero() && v.Start.Before(v.Answer) {
			v.Answer = v.Start
		}
	}
	return v
}

// head is the window in the first line of a screen.
func (w *Window) head() string {
	switch {
	case w == nil:
	case w.Override != nil:
		return "window OVERRIDDEN"
	case w.In > 0:
		return "window opens in " + w.In.String()
	case w.Over > 0:
		return "window CLOSED " + w.Over.String() + " ago"
	case w.Left > 0:
		return "window ends in " + w.Left.String()
	}
	return ""
}

// lines say everything about the window that still matters.
func (w *Window) lines(p *printer, now time.Time) []string {
	if w == nil {
		return nil
	}
	var out []string
	switch {
	case w.Override != nil:
		out = append(out, "windows and freezes overridden by "+w.Override.Who+": "+w.Override.Reason)
	case !w.For.IsZero():
		out = append(out, fmt.Sprintf("waits for the window %s, in %s: %s; users work", w.Says, w.In, w.Why))
	case w.Says != "":
		text := "window " + w.Says
		if deadlines := w.deadlines(p, now); deadlines != "" {
			text += "; " + deadlines
		}
		out = append(out, text)
	}
	if w.Ends != "" && w.Over == 0 {
		out = append(out, "the window is cut by "+w.Ends)
	}
	if w.Risk != "" {
		out = append(out, "window at risk: "+w.Risk)
	}
	for _, e := range w.Extensions {
		out = append(out, fmt.Sprintf("extended by %s until %s: %s", e.Who, p.hour(e.Until, now), e.Reason))
	}
	return out
}

// deadlines are the moments by which something must have begun.
func (w *Window) deadlines(p *printer, now time.Time) string {
	var parts []string
	if w.Over > 0 {
		parts = append(parts, "it closed "+w.Over.String()+" ago, and there is no safe place to stop")
	} else if w.Left > 0 {
		parts = append(parts, "ends in "+w.Left.String())
	}
	if !w.Start.IsZero() {
		parts = append(parts, "first installer no later than "+p.hour(w.Start, now))
	}
	switch {
	case w.BackOutLeft > 0:
		parts = append(parts, fmt.Sprintf("back-out must start by %s, in %s", p.hour(w.BackOut, now), w.BackOutLeft))
	case w.BackOutOver > 0:
		parts = append(parts, "a back-out does not fit any more since "+p.hour(w.BackOut, now))
	}
	return strings.Join(parts, "; ")
}

// clock is the window at a question: the latest answer that fits.
func (w *Window) clock(p *printer, now time.Time) string {
	if w == nil || w.Close.IsZero() {
		return ""
	}
	var parts []string
	switch {
	case w.Answer.IsZero():
	case w.Answer.After(now):
		parts = append(parts, "latest answer "+p.hour(w.Answer, now))
	default:
		parts = append(parts, "too late for the window since "+p.hour(w.Answer, now))
	}
	if d := w.deadlines(p, now); d != "" {
		parts = append(parts, d)
	}
	return strings.Join(parts, "; ")
}

// mark is the mark of the window's lines.
func (w *Window) mark() Mark {
	if w != nil && (w.Risk != "" || w.Over > 0 || w.BackOutOver > 0 || w.Override != nil) {
		return MarkWarning
	}
	return MarkNone
}

// windowActions are the decisions about the window that count now.
func windowActions(s farm.Status) []Action {
	w := s.Window
	switch {
	case !w.Holds():
		return nil
	case s.NoReturn.IsZero() && len(w.Emergency) > 0:
		return []Action{{
			Choice: farm.ChoiceOverride, Command: fmt.Sprintf(`starter override %s --as %s --reason "..."`, shellWord(s.Farm), nameHere),
			Who: w.Emergency, Effect: "in an emergency: windows and freezes do not hold for this update",
		}}
	case s.NoReturn.IsZero() || !w.Within():
		return nil
	}
	return []Action{{
		Choice:  farm.ChoiceExtend,
		Command: fmt.Sprintf(`starter extend %s --as %s --until %s --reason "..."`, shellWord(s.Farm), nameHere, w.Span.Close.Add(time.Hour).UTC().Format(time.RFC3339)),
		Who:     operatorsOf(s), Effect: "keep the window open longer, on record",
	}}
}

// windowChanges tells what happened to the window between two views.
func windowChanges(old, current Farm, add adder) {
	was, is := old.Window, current.Window
	if is == nil {
		return
	}
	if was == nil {
		was = &Window{}
	}
	if !is.For.Equal(was.For) && !is.For.IsZero() {
		add(current.Now, "waits for the window %s: %s", is.Says, is.Why)
	}
	if !is.Close.Equal(was.Close) && !is.Close.IsZero() && len(is.Extensions) == len(was.Extensions) {
		add(current.Now, "window %s; first installer no later than %s, back-out must start by %s", is.Says, utc(is.Start), utc(is.BackOut))
	}
	if is.Risk != "" && is.Risk != was.Risk {
		add(current.Now, "window at risk: %s", is.Risk)
	}
	if is.Over > 0 && was.Over == 0 {
		add(is.Close, "the window has closed; the update finishes forward")
	}
	for _, m := range is.Missed[min(len(was.Missed), len(is.Missed)):] {
		add(m.At, "the window %s is given up: users are connected again", m.Says)
	}
}
