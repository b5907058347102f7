package judge

import (
	"slices"
	"strings"
	"time"
)

// approvals: what a gate stands before begins only after enough people of its group have approved, after the last
// rejection, and none of them asked for the update or carried it out. The gate "continue" stands before the second
// server's wizard and must be there.
func (e *Evidence) approvals(v *verdict) {
	beyond := map[string]func() (time.Time, string){
		"install":   e.beginOfInstall,
		"continue":  e.beginOfRemaining,
		"reconnect": e.beginOfReconnect,
	}
	asked := false
	for _, g := range e.history.input.Rollout.Gates {
		asked = asked || g.Name == "continue"
		at, what := beyond[g.Name]()
		if what == "" {
			continue // nothing beyond the gate has begun
		}
		if n := e.approved(g.Name, g.Group, at); n < max(1, g.Quorum) {
			v.broken(Approval, "%s, and %d of %d had approved %s", what, n, max(1, g.Quorum), g.Name)
		}
	}
	if _, what := e.beginOfRemaining(); what != "" && !asked {
		v.broken(Approval, "%s, and nobody was asked whether to continue", what)
	}
}

// approved counts who had approved a gate at a time.
func (e *Evidence) approved(gate, group string, at time.Time) int {
	var members []string
	for _, g := range e.history.input.Rollout.Groups {
		if g.Name == group {
			for _, m := range g.Members {
				members = append(members, m.Name)
			}
		}
	}
	who := map[string]bool{}
	for _, d := range e.history.decisions {
		if d.refused || d.Subject != gate || !d.at.Before(at) || !slices.ContainsFunc(members, same(d.Who)) {
			continue
		}
		switch d.Choice {
		case "reject":
			clear(who)
		case "approve":
			if d.Evidence != "" && !e.involved(d.Who, d.at) {
				who[strings.ToLower(strings.TrimSpace(d.Who))] = true
			}
		}
	}
	return len(who)
}

// involved reports whether somebody asked for the update, started it, or had answered an intervention by then.
func (e *Evidence) involved(who string, at time.Time) bool {
	in := e.history.input
	if same(who)(in.Rollout.RequestedBy) || same(who)(in.StartedBy) {
		return true
	}
	return slices.ContainsFunc(e.history.decisions, func(d decision) bool {
		return !d.refused && same(who)(d.Who) && strings.HasPrefix(d.Subject, "i-") && d.at.Before(at)
	})
}

func (e *Evidence) beginOfInstall() (time.Time, string) {
	if t := e.firstPackage(); t != nil {
		return t.start.Time, t.program + " began on " + t.host
	}
	return time.Time{}, ""
}

func (e *Evidence) beginOfRemaining() (time.Time, string) {
	for _, t := range e.of("", wizard) {
		if !slices.Contains(e.central, t.host) {
			return t.start.Time, "the wizard began on " + t.host
		}
	}
	return time.Time{}, ""
}

// beginOfReconnect is when users came back for good after the last wizard: on the second Web server. The first one comes
// back before people are asked, to show what they are asked about.
func (e *Evidence) beginOfReconnect() (time.Time, string) {
	all := e.of("", wizard)
	if len(all) < len(e.servers) {
		return time.Time{}, ""
	}
	last, first := all[len(all)-1], ""
	for _, ev := range e.events {
		if name, _ := ev.service(); ev.Seq < last.over() || ev.Event != "service-started" || name != publishing || !slices.Contains(e.web, ev.Host) {
			continue
		}
		if first == "" {
			first = ev.Host
		}
		if ev.Host != first {
			return ev.Time, "W3SVC came back on " + ev.Host
		}
	}
	return time.Time{}, ""
}
