package judge

import (
	"slices"
	"strings"
)

// outcomes: the update ended, its workflows did not fail, the report says what the workflow said, and both say what
// happened on the servers.
func (e *Evidence) outcomes(v *verdict) {
	for _, f := range e.history.failed {
		v.broken(Outcome, "the workflow %s failed", f)
	}
	switch out := e.outcome(); out {
	case "completed", "completed-with-exceptions":
		e.everythingDone(v)
	case "refused":
		for _, t := range e.tries {
			v.broken(Outcome, "%d: refused, and %s began on %s", t.start.Seq, t.program, t.host)
		}
		for _, ev := range e.events {
			if ev.Event == "service-start-mode" {
				v.broken(Outcome, "%d: refused, and a service was changed on %s: %s", ev.Seq, ev.Host, ev.Text)
			}
		}
	case "aborted":
		if !slices.ContainsFunc(e.history.decisions, func(d decision) bool { return !d.refused && d.Choice == "abort" }) {
			v.broken(Outcome, "aborted, and nobody had decided it")
		}
	default:
		v.broken(Outcome, "it ended with %q", out)
	}
	for _, f := range e.report.Verdict.Farms {
		if (f.Farm == "" || f.Farm == e.name()) && f.Outcome != e.outcome() {
			v.broken(Outcome, "the report says %q and the workflow %q", f.Outcome, e.outcome())
		}
	}
}

// everythingDone: each package and the wizard are done on each server.
func (e *Evidence) everythingDone(v *verdict) {
	if len(e.events) == 0 {
		return
	}
	end := e.events[len(e.events)-1]
	end.Seq++
	for _, host := range e.servers {
		for _, kb := range e.packages {
			if !e.has(host, kb, end) {
				v.broken(Outcome, "%s, and %s is not on %s", e.outcome(), kb, host)
			}
		}
		if !e.finalized(host, end.Seq) {
			v.broken(Outcome, "%s, and the wizard was not done on %s", e.outcome(), host)
		}
	}
}

// touched are the events from the first change on: what the farm suffered before, it brought along. A service that starts
// is no change as long as none was stopped: a boot starts services, too.
func (e *Evidence) touched() []Event {
	at := slices.IndexFunc(e.events, func(ev Event) bool {
		return ev.program() != "" || ev.Event == "service-stopped" || ev.Event == "service-start-mode"
	})
	if at < 0 {
		return nil
	}
	return e.events[at:]
}

// begun reports whether a package or a wizard had been started anywhere before an event. Until then the farm is of the levels it
// was of before, and users who are let back are no worse off.
func (e *Evidence) begun(before Event) bool {
	return slices.ContainsFunc(e.events, func(ev Event) bool {
		return ev.Seq < before.Seq && ev.program() != "" && ev.Event == "started"
	})
}

// damage: nothing broke in the farm but what a power cut in the wizard breaks by itself, and what it was like before.
func (e *Evidence) damage(v *verdict) {
	cut := map[string]bool{}
	for _, ev := range e.touched() {
		switch {
		case ev.Event == "shutdown" && ev.Text == "power loss":
			cut[ev.Host] = true
		case ev.Event == "damage" && strings.HasPrefix(ev.Text, "users connected") && !e.begun(ev):
		case ev.Event == "damage" && (!cut[ev.Host] || !strings.HasPrefix(ev.Text, "power was lost")):
			v.broken(Damage, "%d: %s: %s", ev.Seq, ev.Host, ev.Text)
		}
	}
}
