package workflows

import (
	"fmt"
	"strings"

	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// maxNotes bounds the notes of a run: each of them counts, and stays in its status.
const maxNotes = 100

// aside reports whether a decision answers nothing: a claim, or a note.
func aside(d farm.Decision) bool { return d.Choice == farm.ChoiceClaim || d.Choice == farm.ChoiceNote }

// checkAside says why a claim or a note cannot count, or nil.
func (r *run) checkAside(d farm.Decision) error {
	q := r.status.Question(d.Subject)
	if q == nil && (d.Choice == farm.ChoiceClaim || d.Subject != r.itself()) {
		return &farm.RefusedError{Why: fmt.Sprintf("nothing called %q was asked; open now: %s", d.Subject, r.openNames())}
	}
	if d.Choice == farm.ChoiceClaim {
		return q.CheckClaim(d)
	}
	notes := 0
	for _, rec := range r.status.Decisions {
		if rec.Accepted && rec.Choice == farm.ChoiceNote {
			notes++
		}
	}
	switch {
	case !r.in.Rollout.Named(d.Who) && !strings.EqualFold(strings.TrimSpace(d.Who), r.in.StartedBy):
		return &farm.RefusedError{Why: fmt.Sprintf("the rollout does not name %q: notes are of its requester, its operators and the members of its groups", d.Who)}
	case strings.TrimSpace(d.Reason) == "":
		return &farm.RefusedError{Why: "the note is empty"}
	case notes >= maxNotes:
		return &farm.RefusedError{Why: fmt.Sprintf("this run has %d notes, and no room for more", notes)}
	}
	return nil
}

// applyAside carries out what checkAside let through.
func (r *run) applyAside(ctx workflow.Context, d farm.Decision) (string, error) {
	if d.Choice == farm.ChoiceClaim {
		return r.status.Question(d.Subject).Claim(d, workflow.Now(ctx))
	}
	return "noted", nil
}
