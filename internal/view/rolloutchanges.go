package view

import (
	"fmt"
	"slices"
	"time"

	"farmhand/internal/farm"
)

// RolloutChanges returns what happened between two views of a rollout itself as plain lines: waves, what people are asked between them, and what they
// said. What happens in a farm is Changes' to tell. The zero Rollout as the old one tells everything so far.
func RolloutChanges(old, current Rollout) []string {
	var c []change
	add := func(at time.Time, format string, args ...any) {
		c = append(c, change{endOr(at, current.Now), fmt.Sprintf(format, args...)})
	}
	for i, w := range current.Waves {
		var was Wave
		if i < len(old.Waves) {
			was = old.Waves[i]
		}
		if was.Finished.IsZero() && !w.Finished.IsZero() {
			add(w.Finished, "wave %s ended after %s: %d of %s completed", w.Name, w.Elapsed, w.Count.Done, farm.Count(w.Count.All))
		}
		if w.Count.NotStarted > was.Count.NotStarted {
			add(time.Time{}, "wave %s: %s not started", w.Name, farm.Count(w.Count.NotStarted))
		}
	}
	for _, q := range current.Questions {
		if !slices.ContainsFunc(old.Questions, func(o Question) bool { return o.ID == q.ID && o.Revision == q.Revision }) {
			add(q.Asked, "%s %s opened: %s; %s; evidence %s", q.Kind, q.ID, q.Title, q.needs(), q.Evidence)
		}
	}
	for _, d := range current.Decisions[min(len(old.Decisions), len(current.Decisions)):] {
		word := "counts"
		if !d.Accepted {
			word = "changes nothing"
		}
		add(d.At, "decision by %s: %s %s, %s (%s)", d.Who, d.Choice, d.Subject, word, d.Why)
	}
	for i, w := range current.Waves { // after what may have let it begin at the same moment
		if !w.Started.IsZero() && (i >= len(old.Waves) || old.Waves[i].Started.IsZero()) {
			add(w.Started, "wave %s began: %s", w.Name, farm.Count(w.Count.All))
		}
	}
	if current.Outcome != "" && old.Outcome == "" && len(current.Farms) > 1 {
		add(current.Finished, "outcome %s after %s", current.Outcome, current.Elapsed)
	}
	return linesOf(current.Name, c)
}
