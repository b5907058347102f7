package farm

import (
	"fmt"
	"time"
)

// QuestionWait is what an open question does by itself while nobody answers it, and when. Zero times never come.
type QuestionWait struct {
	// Since is when people were asked first; a question that is asked anew waits on.
	Since time.Time `json:"since,omitzero"`
	// Remind is when people are reminded next.
	Remind time.Time `json:"remind,omitzero"`
	// Escalate is when To may decide, too; Escalated when they were asked.
	Escalate  time.Time `json:"escalate,omitzero"`
	To        []string  `json:"to,omitempty"`
	Escalated time.Time `json:"escalated,omitzero"`
	// Expire is when the waiting ends, and Then what happens.
	Expire time.Time    `json:"expire,omitzero"`
	Then   ExpiryPolicy `json:"then,omitempty"`
}

// WaitEvent is something that a question does by itself.
type WaitEvent string

// What a question does by itself. Where two come at once, the one that stands further down comes first.
const (
	WaitRemind   WaitEvent = "reminder"
	WaitEscalate WaitEvent = "escalated"
	WaitExpire   WaitEvent = "expired"
)

// WaitFor is what a gate of a policy does, asked at a time; to are the members of the group it escalates to.
func (p GatePolicy) WaitFor(asked time.Time, to []string) QuestionWait {
	w := QuestionWait{Since: asked}
	if p.Remind > 0 {
		w.Remind = asked.Add(p.Remind)
	}
	if p.Escalate.After > 0 && len(to) > 0 {
		w.Escalate, w.To = asked.Add(p.Escalate.After), to
	}
	if p.Expire.After > 0 {
		w.Expire, w.Then = asked.Add(p.Expire.After), p.Expire.Then
	}
	return w
}

// Next is the next event and when it comes; an empty event when none does.
func (w QuestionWait) Next() (WaitEvent, time.Time) {
	var (
		next WaitEvent
		at   time.Time
	)
	for _, e := range []struct {
		event WaitEvent
		at    time.Time
	}{{WaitExpire, w.Expire}, {WaitEscalate, w.Escalate}, {WaitRemind, w.Remind}} {
		if !e.at.IsZero() && (at.IsZero() || e.at.Before(at)) {
			next, at = e.event, e.at
		}
	}
	return next, at
}

// Waited is for how long a question has waited for an answer.
func (q Question) Waited(now time.Time) time.Duration {
	since := q.Wait.Since
	if since.IsZero() {
		since = q.Asked
	}
	return now.Sub(since).Round(time.Second)
}

// Escalate lets the second group decide, too. It is a gate's, and happens once.
func (q *Question) Escalate(at time.Time) {
	if !q.Open() || q.Wait.Escalate.IsZero() {
		return
	}
	for _, m := range q.Wait.To {
		if !containsName(q.Members, m) {
			q.Members = append(q.Members, m)
		}
	}
	q.Wait.Escalate, q.Wait.Escalated = time.Time{}, at
}

// ByExpiry stands where a name does when a gate was rejected because its time was over.
const ByExpiry = "expiry"

// Expire ends the waiting: by ExpiryReject the gate is rejected, by anything else it stays open.
func (q *Question) Expire(at time.Time) {
	if !q.Open() || q.Wait.Expire.IsZero() {
		return
	}
	q.Wait.Expire = time.Time{}
	if q.Wait.Then == ExpiryReject {
		q.Answer, q.Answered, q.By = ChoiceReject, at, ByExpiry
		q.Reason = fmt.Sprintf("nobody decided within %s", q.Waited(at))
	}
}
