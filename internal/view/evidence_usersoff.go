package view

import (
	"fmt"
	"strings"

	"farmhand/internal/farm"
)

// UsersOffEvidence is how long users were off and what proves it: the twelfth section.
type UsersOffEvidence struct {
	UsersOff
	OutageMinutes int `json:"outage_minutes"`
	// Looks are the proofs one by one, the first ones of many.
	Looks []farm.UsersOffProof `json:"looks,omitempty"`
	// Queue is the draining of the Project queue, nil where there is none.
	Queue *farm.QueueStatus `json:"queue,omitempty"`
}

func usersOffEvidence(k audited) UsersOffEvidence {
	u := UsersOffEvidence{UsersOff: k.shown.UsersOff, OutageMinutes: int(k.shown.UsersOff.Elapsed / 60), Looks: k.status.UsersOff.Log}
	for _, out := range u.Earlier {
		u.OutageMinutes += int(between(out.Since, out.Until) / 60)
	}
	if !k.status.Queue.Since.IsZero() {
		u.Queue = &k.status.Queue
	}
	return u
}

func (e Evidence) layUsersOff(d *document) {
	lay(d, e.UsersOff, func(u UsersOffEvidence) {
		var before []string
		for _, out := range u.Earlier {
			before = append(before, "Users were off from "+e.when(out.Since)+" until "+e.when(out.Until)+", in a window that was given up.")
		}
		if u.Since.IsZero() {
			d.say(before...)
			return
		}
		end := "still off"
		if !u.Until.IsZero() {
			end = e.when(u.Until)
		}
		lines := append(before,
			fmt.Sprintf("Users were off from %s until %s: %d minutes, on %s.", e.when(u.Since), end, u.OutageMinutes, strings.Join(u.Servers, ", ")),
			fmt.Sprintf("Proven %d times, last %s.", u.Proofs, e.when(u.LastProof)),
		)
		if u.Queue != nil {
			lines = append(lines, queueLines(e, *u.Queue)...)
		}
		for _, v := range u.Violations {
			lines = append(lines, "Broken and repaired: "+v)
		}
		d.say(lines...)
		var looks [][]string
		for _, l := range u.Looks {
			of := strings.Join(l.Servers, ", ")
			if l.All {
				of = "all: " + of
			}
			held := "stopped and manual"
			if !l.Held {
				held = "not so: repaired"
			}
			looks = append(looks, []string{e.when(l.At), l.When, of, held})
		}
		d.tabulate("Looks at what keeps users off", []string{"when", "why", "servers", "found"}, looks)
	})
}
