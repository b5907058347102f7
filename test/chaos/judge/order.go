package judge

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// packageOrder: in each server a package begins only after the one before it is on the server.
func (e *Evidence) packageOrder(v *verdict) {
	for _, host := range e.servers {
		for i, kb := range e.packages {
			for _, t := range e.of(host, kb) {
				for _, before := range e.packages[:i] {
					if !e.has(host, before, t.start) {
						v.broken(PackageOrder, "%d: %s began on %s before %s was on it", t.start.Seq, kb, host, before)
					}
				}
			}
		}
	}
}

// barrier: the first wizard begins only when every package is on every server.
func (e *Evidence) barrier(v *verdict) {
	first := e.firstWizard()
	if first == nil {
		return
	}
	for _, host := range e.servers {
		for _, kb := range e.packages {
			if !e.has(host, kb, first.start) {
				v.broken(Barrier, "%d: the first wizard began on %s, and %s was not on %s", first.start.Seq, first.host, kb, host)
			}
		}
	}
	for _, t := range e.tries {
		if t.program != wizard && t.start.Seq < first.start.Seq && t.over() > first.start.Seq {
			v.broken(Barrier, "%d: the first wizard began while %s ran on %s", first.start.Seq, t.program, t.host)
		}
	}
}

// has reports whether a package was on a server at an event: an installer had ended with success, or somebody looked and
// found it, after the last installer had ended that left no exit code.
func (e *Evidence) has(host, kb string, at Event) bool {
	var last time.Time
	for _, t := range e.of(host, kb) {
		if t.over() >= at.Seq {
			continue
		}
		if t.good() {
			return true
		}
		if t.cut() {
			last = t.endTime()
		} else {
			last = at.Time // it failed, and nobody may claim otherwise
		}
	}
	return e.found(host, kb, last, at.Time)
}

// found reports whether detection saw a package on a server between two times.
func (e *Evidence) found(host, kb string, after, before time.Time) bool {
	for _, a := range slices.Concat(e.history.of("DetectPackages"), e.history.of("InspectServer")) {
		var seen struct {
			Packages []struct {
				KB        string `json:"kb"`
				Installed bool   `json:"installed"`
			} `json:"packages"`
		}
		if !a.at.After(after) || !a.at.Before(before) || !strings.EqualFold(a.server, host) || json.Unmarshal(a.result, &seen) != nil {
			continue
		}
		for _, p := range seen.Packages {
			if p.Installed && strings.EqualFold(p.KB, kb) {
				return true
			}
		}
	}
	return false
}

// oneWizard: no wizard begins while another lives.
func (e *Evidence) oneWizard(v *verdict) {
	all := e.of("", wizard)
	for i, t := range all {
		for _, other := range all[:i] {
			if other.over() > t.start.Seq {
				v.broken(OneWizard, "%d: the wizard began on %s while it ran on %s", t.start.Seq, t.host, other.host)
			}
		}
	}
}

// wizardOrder: Central Administration first; then the other application and index servers; then the front-end Web
// servers, after those that are both. A wizard begins only when those before it have ended with success, or were found to be done.
func (e *Evidence) wizardOrder(v *verdict) {
	rank := func(host string) int {
		switch {
		case slices.Contains(e.central, host):
			return 0
		case !slices.Contains(e.middle, host):
			return 3
		case slices.Contains(e.fronts, host):
			return 2
		}
		return 1
	}
	reached := 0
	for _, t := range e.of("", wizard) {
		r := rank(t.host)
		if r < reached {
			v.broken(WizardOrder, "%d: the wizard on %s came too late", t.start.Seq, t.host)
		}
		reached = max(reached, r)
		for _, host := range e.servers {
			if rank(host) < r && !e.finalized(host, t.start.Seq) {
				v.broken(WizardOrder, "%d: the wizard began on %s before it was done on %s", t.start.Seq, t.host, host)
			}
		}
	}
}

// finalized reports whether the wizard was done on a server before an event: its last run succeeded, or was cut off.
// Whether a wizard that was cut off had done its work can be asked of the servers alone; the farm's damage tells.
func (e *Evidence) finalized(host string, before int64) bool {
	var last *try
	for _, t := range e.of(host, wizard) {
		if t.start.Seq < before {
			last = t
		}
	}
	return last != nil && last.over() < before && (last.good() || last.cut() || e.verified(host, last))
}

// verified reports whether people had the result of a run looked at again.
func (e *Evidence) verified(host string, last *try) bool {
	return slices.ContainsFunc(e.history.wizards, func(w wizardInput) bool {
		return w.Verify && strings.EqualFold(w.Target.Server.Name, host)
	}) && last.end != nil
}
