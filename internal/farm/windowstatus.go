package farm

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// WindowStatus is what a farm's update knows of its windows. It is empty for a farm that may be changed at any time.
type WindowStatus struct {
	// Calendar is what the rollout file says for the farm.
	Calendar Calendar `json:"calendar,omitzero"`
	// Emergency names who may override it.
	Emergency []string `json:"emergency,omitempty"`
	// Span is the window that the farm is changed in, zero before and between; Says is it in words, Ends says which freeze
	// cuts it, and Deadlines are counted back from its close.
	Span      Span      `json:"span,omitzero"`
	Says      string    `json:"says,omitempty"`
	Ends      string    `json:"ends,omitempty"`
	Deadlines Deadlines `json:"deadlines,omitzero"`
	// Waiting is since when a window is waited for, with users on; Why says why, For is when it opens, ForSays is it in words.
	Waiting time.Time `json:"waiting,omitzero"`
	Why     string    `json:"why,omitempty"`
	For     time.Time `json:"for,omitzero"`
	ForSays string    `json:"for_says,omitempty"`
	// AtRisk is since when the update is not expected to fit the window any more, and Risk says in which way.
	AtRisk time.Time `json:"at_risk,omitzero"`
	Risk   string    `json:"risk,omitempty"`
	// Closed is when the window closed on an update that was past the point of no return.
	Closed time.Time `json:"closed,omitzero"`
	// Missed are the windows that were given up: users were connected again before the first installer.
	Missed []MissedWindow `json:"missed,omitempty"`
	// Extensions are what operators let a window stay open for.
	Extensions []Extension `json:"extensions,omitempty"`
	// Override is set when somebody let the farm be changed whatever its calendar says.
	Override *Override `json:"override,omitempty"`
	// ZoneData says which time zone data the window was computed with.
	ZoneData string `json:"zone_data,omitempty"`
}

// MissedWindow is a window whose last moment for the first installer passed.
type MissedWindow struct {
	Says string    `json:"says"`
	At   time.Time `json:"at"`
}

// Extension is an operator's word that a window stays open longer.
type Extension struct {
	At     time.Time `json:"at"`
	Who    string    `json:"who"`
	Reason string    `json:"reason"`
	From   time.Time `json:"from"`
	Until  time.Time `json:"until"`
}

// Override is an emergency: the calendar does not hold for this update.
type Override struct {
	At     time.Time `json:"at"`
	Who    string    `json:"who"`
	Reason string    `json:"reason"`
}

// Holds reports whether the calendar limits the update.
func (w WindowStatus) Holds() bool { return !w.Calendar.Always() && w.Override == nil }

// Within reports whether the farm is being changed inside a window that closes at a known time.
func (w WindowStatus) Within() bool { return w.Holds() && !w.Span.Close.IsZero() }

// Enter takes over the window that the farm is changed in from now on.
func (w *WindowStatus) Enter(o Opening, p Plan) {
	w.Span, w.Says, w.Ends, w.ZoneData = o.Window, o.Says, o.Ends, o.ZoneData
	w.Deadlines = p.Deadlines(o.Window.Close, w.Calendar.RestoreNeeds)
	w.stopWaiting()
}

func (w *WindowStatus) stopWaiting() {
	w.Waiting, w.Why, w.For, w.ForSays = time.Time{}, "", time.Time{}, ""
}

// Leave forgets the window that the farm was changed in.
func (w *WindowStatus) Leave() {
	w.Span, w.Says, w.Ends, w.Deadlines = Span{}, "", "", Deadlines{}
	w.AtRisk, w.Risk, w.Closed = time.Time{}, "", time.Time{}
}

// CheckExtend says why a decision cannot extend the window, or nil. noReturn is whether the update can only go forward.
func (w WindowStatus) CheckExtend(d Decision, noReturn bool) error {
	switch {
	case !w.Within():
		return refusef("no window closes on this farm: there is nothing to extend")
	case !noReturn:
		return refusef("nothing was installed yet: when the window closes users are connected again, and the next one is waited for")
	case strings.TrimSpace(d.Reason) == "":
		return refusef("say why: extend needs a reason")
	case !d.Until.After(w.Span.Close):
		return refusef("the window is open until %s already: say until when it stays open (--until)", w.Span.Close.UTC().Format(time.RFC3339))
	}
	return nil
}

// Extend lets the window stay open. CheckExtend has said that the decision counts.
func (w *WindowStatus) Extend(d Decision, at time.Time, p Plan) string {
	w.Extensions = append(w.Extensions, Extension{At: at, Who: d.Who, Reason: d.Reason, From: w.Span.Close, Until: d.Until})
	w.Span.Close = d.Until
	w.Deadlines = p.Deadlines(d.Until, w.Calendar.RestoreNeeds)
	w.AtRisk, w.Risk, w.Closed = time.Time{}, "", time.Time{}
	return "the window stays open until " + d.Until.UTC().Format(time.RFC3339)
}

// CheckOverride says why a decision cannot lift the calendar, or nil.
func (w WindowStatus) CheckOverride(d Decision) error {
	named := func(n string) bool { return strings.EqualFold(strings.TrimSpace(n), strings.TrimSpace(d.Who)) }
	switch {
	case w.Calendar.Always():
		return refusef("this farm has neither windows nor freezes: there is nothing to override")
	case len(w.Emergency) == 0:
		return refusef("the rollout file names nobody for an emergency (emergency:)")
	case !slices.ContainsFunc(w.Emergency, named):
		return refusef("%q may not override windows; it needs one of %s", d.Who, strings.Join(w.Emergency, ", "))
	case strings.TrimSpace(d.Reason) == "":
		return refusef("say why: override needs a reason")
	case w.Override != nil:
		return refusef("the windows are overridden already, by %s", w.Override.Who)
	}
	return nil
}

// Lift takes the calendar away from this update. CheckOverride has said that the decision counts.
func (w *WindowStatus) Lift(d Decision, at time.Time) string {
	w.Override = &Override{At: at, Who: d.Who, Reason: d.Reason}
	w.Leave()
	w.stopWaiting()
	return "windows and freezes do not hold for this update any more"
}

// Expected is when users are back if the update goes on at its estimates: the phase that runs now ends when the plan
// says, or at once where it takes longer. rest is the work behind that phase.
func (s Status) Expected(now time.Time) (back time.Time, rest time.Duration) {
	back = now
	for _, st := range s.Phases {
		planned, _ := s.Plan.Phase(st.Phase)
		switch st.State {
		case StepPending:
			rest += planned.Expected
		case StepRunning:
			if end := st.Started.Add(planned.Expected); end.After(back) {
				back = end
			}
		case StepDone, StepFailed, StepSkipped:
		}
	}
	return back.Add(rest), rest
}

// RiskOf says when the update stops fitting its window, and in which way: now, or when the phase under way takes longer
// than until then. A zero moment is never.
func (s Status) RiskOf(now time.Time) (at time.Time, why string) {
	closes := s.Window.Span.Close
	if !s.Window.Within() || s.Outcome != "" {
		return time.Time{}, ""
	}
	back, rest := s.Expected(now)
	at = closes.Add(-rest)
	why = "users are not expected back before the window closes"
	if back.After(closes) {
		at, why = now, fmt.Sprintf("users are expected back %s after the window closes", back.Sub(closes).Round(time.Minute))
	}
	wizards := s.PhaseStatus(PhaseFinalizeRemaining)
	if d := s.Window.Deadlines.BackOut; wizards != nil && wizards.State != StepDone && d.Before(at) {
		at, why = d, "a back-out that begins later does not fit the window, and the wizards are not done"
	}
	if at.Before(now) {
		at = now
	}
	return at, why
}
