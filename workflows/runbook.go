package workflows

import (
	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// saveRunbook writes what is left to do by hand beside a worker of the farm's site: the one that runs this workflow, if it
// is one, and else whichever takes it from the queue. The status is by far the largest thing that a step is given, and
// the first way records nothing of it. Its failure stops nothing.
func (r *run) saveRunbook(ctx workflow.Context) {
	if r.itself() == farm.SubjectRollout {
		return // each farm has its own
	}
	s := r.status
	s.Facts, s.Timeline = r.runbookFacts(), nil // of a large farm they would be most of the payload
	var kept bool
	const summary = "Write the runbook"
	if err := workflow.ExecuteLocalActivity(ownCall(ctx, summary), act.KeepRunbook, s).Get(ctx, &kept); err == nil && kept {
		return
	}
	if err := workflow.ExecuteActivity(tellCall(ctx, r.queue, summary), act.SaveRunbook, s).Get(ctx, nil); err != nil {
		workflow.GetLogger(ctx).Warn("the runbook could not be written", "error", err)
	}
}

// runbookFacts are the facts that people working by hand need: paths and where the packages lie.
func (r *run) runbookFacts() farm.Facts {
	facts := farm.Facts{Farm: r.status.Facts.Farm}
	for _, s := range r.status.Facts.Servers {
		facts.Servers = append(facts.Servers, farm.ServerFacts{Server: s.Server, Architecture: s.Architecture, Hive: s.Hive, Copies: s.Copies})
	}
	for _, q := range r.status.Facts.SQL {
		facts.SQL = append(facts.SQL, farm.SQLFacts{Server: q.Server, Mirrors: q.Mirrors})
	}
	return facts
}
