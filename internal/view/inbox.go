package view

import (
	"slices"
	"time"

	"farmhand/internal/farm"
)

// Inbox is everything that waits for a person over all farms, oldest first.
type Inbox struct {
	Now time.Time `json:"now"`
	// For is the person the list is of; empty when it is everybody's.
	For     string    `json:"for,omitempty"`
	Waiting []Waiting `json:"waiting"`
	// Sites are those of the farms that wait, and who serves them, where that is known.
	Sites []Site `json:"sites,omitempty"`
}

// Waiting is one open question of one farm.
type Waiting struct {
	Rollout   string    `json:"rollout"`
	Farm      string    `json:"farm"`
	UsersOff  UsersOff  `json:"users_off"`
	UsersBack time.Time `json:"users_back,omitzero"`
	Window    *Window   `json:"window,omitempty"`
	Question  Question  `json:"question"`
	// Actions are what the person the list is of may answer, or everything when it is everybody's.
	Actions []Action `json:"actions"`
}

// Gates lists the open gates and interventions of all farms that a person may answer, oldest first. An
// empty name lists them all.
func Gates(farms []farm.Status, as string, now time.Time) Inbox {
	in := Inbox{Now: now, For: as, Waiting: []Waiting{}}
	for _, s := range farms {
		f := FromStatus(s, now)
		if f.Outcome != "" {
			continue
		}
		for _, q := range f.Questions {
			w := Waiting{Rollout: f.Rollout, Farm: f.Name, UsersOff: f.UsersOff, UsersBack: f.UsersBack, Window: f.Window, Question: q, Actions: q.Actions}
			if as != "" {
				w.Actions = q.ActionsFor(as)
			}
			if len(w.Actions) > 0 {
				in.Waiting = append(in.Waiting, w)
			}
		}
	}
	slices.SortStableFunc(in.Waiting, func(a, b Waiting) int { return a.Question.Asked.Compare(b.Question.Asked) })
	return in
}
