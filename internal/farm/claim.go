package farm

import (
	"strings"
	"time"
)

// CheckClaim says why a claim cannot count for this question, or returns nil. A claim is about the question, and not about what it
// shows: it needs no evidence.
func (q Question) CheckClaim(d Decision) error {
	switch {
	case q.Kind != QuestionIntervention:
		return refusef("%s is a %s: interventions are claimed", q.ID, q.Kind)
	case !q.Open():
		return refusef("%s is already decided: %s by %s", q.ID, q.Answer, q.By)
	case !containsName(q.Members, d.Who):
		return refusef("%s may not decide here, and so not claim it; it needs one of %s", d.Who, strings.Join(q.Eligible(), ", "))
	case q.ClaimedBy != "" && containsName([]string{q.ClaimedBy}, d.Who):
		return refusef("%s has claimed %s already", d.Who, q.ID)
	}
	return nil
}

// Claim applies a claim: who claims last looks after it.
func (q *Question) Claim(d Decision, at time.Time) (string, error) {
	if err := q.CheckClaim(d); err != nil {
		return "", err
	}
	before := q.ClaimedBy
	q.ClaimedBy, q.ClaimedAt = d.Who, at
	if before != "" {
		return "claimed, taken over from " + before, nil
	}
	return "claimed", nil
}

// Named reports whether the rollout names a person: requester, operator or member of a group.
func (r Rollout) Named(who string) bool {
	if containsName([]string{r.RequestedBy}, who) || containsName(r.Operators, who) {
		return strings.TrimSpace(who) != ""
	}
	for _, g := range r.Groups {
		if containsName(r.People(g.Name), who) {
			return true
		}
	}
	return false
}
