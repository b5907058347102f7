package workflows

import (
	"slices"
	"strings"

	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// checkWindowDecision judges decisions about the window: an operator extends it, a person named for emergencies lifts it.
func (r *run) checkWindowDecision(d farm.Decision) error {
	switch {
	case r.status.Outcome != "":
		return &farm.RefusedError{Why: "the run has ended"}
	case d.Choice == farm.ChoiceOverride:
		return r.status.Window.CheckOverride(d)
	case !slices.ContainsFunc(r.operators(), func(o string) bool { return strings.EqualFold(o, strings.TrimSpace(d.Who)) }):
		return &farm.RefusedError{Why: d.Who + " is no operator of this rollout; operators are " + strings.Join(r.operators(), ", ")}
	}
	return r.status.Window.CheckExtend(d, r.committed)
}

// applyWindowDecision carries out what checkWindowDecision let through.
func (r *run) applyWindowDecision(ctx workflow.Context, d farm.Decision) string {
	r.changes++
	if d.Choice == farm.ChoiceOverride {
		return r.status.Window.Lift(d, workflow.Now(ctx))
	}
	return r.status.Window.Extend(d, workflow.Now(ctx), r.status.Plan)
}

// aboutWindow reports whether a decision about the run is about its window.
func aboutWindow(c farm.Choice) bool { return c == farm.ChoiceExtend || c == farm.ChoiceOverride }
