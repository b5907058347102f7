package workflows

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// takeChanges lets operators change the fleet while the rollout runs: add, take out, reorder and re-run farms, and set how many run at once.
func (r *fleet) takeChanges(ctx workflow.Context) error {
	return workflow.SetUpdateHandlerWithOptions(ctx, MessageChange,
		func(ctx workflow.Context, c farm.FleetChange) (Verdict, error) {
			// The fleet may have moved on between validator and handler; the answer is a value, not a failure.
			if err := r.checkChange(c); err != nil {
				r.keepChange(ctx, c, false, err.Error())
				return Verdict{Why: err.Error()}, nil
			}
			why := r.change(c, workflow.Now(ctx))
			r.keepChange(ctx, c, true, why)
			return Verdict{Accepted: true, Why: why}, nil
		},
		workflow.UpdateHandlerOptions{
			Description: "Add, drop, move or rerun a farm, or set how many run at once; operators only",
			Validator:   func(_ workflow.Context, c farm.FleetChange) error { return r.checkChange(c) },
		})
}

func (r *fleet) checkChange(c farm.FleetChange) error {
	s := r.shown()
	return s.CheckChange(c, r.in.Rollout.Credentials)
}

// change makes a change that was checked, and says what it did.
func (r *fleet) change(c farm.FleetChange, now time.Time) string {
	why := r.status.ApplyChange(c)
	switch h := r.status.Handle(c.Farm); c.Kind {
	case farm.FleetAdd:
		r.in.Rollout.Farms = append(slices.Clip(r.in.Rollout.Farms), *c.Definition)
		h.WorkflowID = FarmUpdateID(c.Farm)
	case farm.FleetDrop:
		h.Result.Started, h.Result.Finished = now, now
	case farm.FleetMove, farm.FleetRerun, farm.FleetParallel:
	}
	r.status.DigestNow = r.status.Carried(r.in.Rollout).Digest(r.in.Release)
	r.moved = true
	return fmt.Sprintf("%s; what is carried out has the digest %.12s now", why, r.status.DigestNow)
}

// keepChange keeps a change among the decisions of the rollout. Who changes the fleet carries the rollout out, and may not approve it.
func (r *fleet) keepChange(ctx workflow.Context, c farm.FleetChange, counts bool, why string) {
	subject := c.Farm
	if c.Kind == farm.FleetParallel {
		subject = cmp.Or(c.Wave, c.Site)
		if subject == "" {
			subject = farm.SubjectRollout
		}
	}
	rec := farm.DecisionRecord{
		Decision: farm.Decision{Subject: subject, Who: c.Who, Choice: farm.Choice(c.Kind), Reason: c.Reason}.Clipped(),
		At:       workflow.Now(ctx), Channel: "update", Accepted: counts, Why: why,
	}
	if !counts && len(r.people.status.Decisions) >= maxDecisions {
		r.people.status.Unlisted++
		return
	}
	r.people.status.Decisions = append(r.people.status.Decisions, rec)
	if counts {
		r.people.execute(c.Who)
	}
}

// digest is of what is carried out: the file's, or since a change of the fleet another.
func (r *fleet) digest() string {
	if r.status.DigestNow != "" {
		return r.status.DigestNow
	}
	return r.in.Digest
}
