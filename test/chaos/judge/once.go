package judge

import (
	"slices"
	"strings"
)

// again are the choices that let something run once more.
var again = []string{"retry", "retry-with-force", "start-timer-and-retry"}

// once: nothing runs twice at once on a server, no detached job runs twice, and no package runs after it succeeded. What
// ended without its server going down left an exit code.
func (e *Evidence) once(v *verdict) {
	jobs := map[string]*try{}
	for _, host := range e.servers {
		for _, program := range append(slices.Clone(e.packages), wizard) {
			all := e.of(host, program)
			for i, t := range all {
				if t.job != "" && jobs[t.job] != nil {
					v.broken(Once, "%d: the job %s started twice", t.start.Seq, t.job)
				}
				jobs[t.job] = t
				if slices.Contains(e.manual, host) {
					continue // what people run again there is their own matter
				}
				for _, before := range all[:i] {
					switch {
					case before.over() > t.start.Seq:
						v.broken(Once, "%d: %s began on %s while an earlier try of it lived", t.start.Seq, program, host)
					case program != wizard && before.good():
						v.broken(Once, "%d: %s began on %s again after it had succeeded", t.start.Seq, program, host)
					}
				}
				if t.end == nil && e.outcome() != "" {
					v.broken(Once, "%d: %s on %s never ended", t.start.Seq, program, host)
				}
			}
		}
	}
}

// decided: whatever runs again on a server runs because a person decided it after the try before had ended, or because
// Windows Installer refused that try before it began anything. A wizard's later tries name that decision.
func (e *Evidence) decided(v *verdict) {
	for _, host := range e.servers {
		if slices.Contains(e.manual, host) {
			continue
		}
		for _, program := range append(slices.Clone(e.packages), wizard) {
			all := e.of(host, program)
			for i, t := range all {
				if i == 0 {
					continue
				}
				if !all[i-1].refused() && !e.allowed(all[i-1], t) {
					v.broken(Decision, "%d: %s began on %s again and nobody had decided it", t.start.Seq, program, host)
				}
				if program == wizard && !e.names(t) {
					v.broken(Decision, "%d: the wizard began on %s again without naming the decision that allowed it", t.start.Seq, host)
				}
			}
		}
	}
}

// allowed reports whether an operator's decision lies between two tries.
func (e *Evidence) allowed(before, t *try) bool {
	return slices.ContainsFunc(e.history.decisions, func(d decision) bool {
		return !d.refused && slices.Contains(again, d.Choice) && slices.ContainsFunc(e.history.input.Rollout.Operators, same(d.Who)) &&
			d.at.After(before.start.Time) && d.at.Before(t.start.Time)
	})
}

// names reports whether the workflow that started a wizard names a decision that was made.
func (e *Evidence) names(t *try) bool {
	return slices.ContainsFunc(e.history.wizards, func(w wizardInput) bool {
		return w.Job == t.job && slices.ContainsFunc(e.history.decisions, func(d decision) bool {
			return !d.refused && d.Subject != "" && strings.Contains(w.AllowedBy, d.Subject) && strings.Contains(w.AllowedBy, d.Who)
		})
	})
}

// same compares names of people without regard to case and outer blanks.
func same(name string) func(string) bool {
	return func(other string) bool { return strings.EqualFold(strings.TrimSpace(other), strings.TrimSpace(name)) }
}
