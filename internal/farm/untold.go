package farm

import (
	"slices"
	"time"
)

// maxUntold bounds Untold entries: a receiver that is gone for weeks must not fill the status.
const maxUntold = 40

// UntoldOthers is the event of the one entry that counts what came when the list was full.
const UntoldOthers = "others"

// Untold is a notification that did not reach everybody, though it was tried several times. It stops nothing, and whoever asks later why
// nobody came finds it in the evidence. The same one, such as a reminder, is listed once.
type Untold struct {
	Event   string    `json:"event"`
	Subject string    `json:"subject,omitempty"` // the gate, task or intervention, empty for the run itself
	Times   int       `json:"times"`
	First   time.Time `json:"first"`
	Last    time.Time `json:"last"`
	Why     string    `json:"why"` // of the last time
}

// NoteUntold adds a notification that failed at a moment to a list.
func NoteUntold(list []Untold, event, subject, why string, at time.Time) []Untold {
	find := func() int {
		return slices.IndexFunc(list, func(u Untold) bool { return u.Event == event && u.Subject == subject })
	}
	i := find()
	if i < 0 && len(list) >= maxUntold {
		event, subject = UntoldOthers, ""
		i = find()
	}
	if i < 0 {
		return append(list, Untold{Event: event, Subject: subject, Times: 1, First: at, Last: at, Why: why})
	}
	list[i].Times++
	list[i].Last, list[i].Why = at, why
	return list
}
