package main

import (
	"context"
	"fmt"
	"strings"

	"farmhand/internal/farm"
	"farmhand/internal/view"
	"farmhand/workflows"
)

// A target is what a decision goes to: a farm by its name, or a rollout by its name after farm.RolloutPrefix.

// workflowOf is the workflow id of a target.
func workflowOf(target string) string {
	if name, ok := strings.CutPrefix(target, farm.RolloutPrefix); ok {
		return workflows.RolloutID(name)
	}
	return workflows.FarmUpdateID(target)
}

// itself is the subject of decisions about a target as a whole.
func itself(target string) string {
	if strings.HasPrefix(target, farm.RolloutPrefix) {
		return farm.SubjectRollout
	}
	return farm.SubjectFarm
}

// asks returns what a target asks, and the screen that shows it.
func (d *desk) asks(ctx context.Context, target string, a *app) (farm.Status, view.Screenable, error) {
	name, ok := strings.CutPrefix(target, farm.RolloutPrefix)
	if !ok {
		st, err := d.farmStatus(ctx, target, "")
		return st, view.FromStatus(st, a.now()), err
	}
	var r farm.RolloutStatus
	err := d.query(ctx, workflows.RolloutID(name), "", &r)
	return r.Asks(), view.FromRollout(r, nil, a.now()), err
}

// waitingRollouts returns what the rollouts ask that wait for a person themselves.
func (d *desk) waitingRollouts(ctx context.Context) ([]farm.Status, error) {
	runs, err := d.list(ctx, fmt.Sprintf(`WorkflowType = %s AND ExecutionStatus = "Running" AND %s IS NOT NULL`,
		quote(workflows.RolloutWorkflow), workflows.AttributePendingGate.GetName()))
	if err != nil {
		return nil, err
	}
	out := make([]farm.Status, len(runs))
	err = sideBySide(ctx, len(runs), func(ctx context.Context, i int) error {
		var r farm.RolloutStatus
		e := runs[i].GetExecution()
		err := d.query(ctx, e.GetWorkflowId(), e.GetRunId(), &r)
		out[i] = r.Asks()
		return err
	})
	return out, err
}

// asked are the farms, and the rollout itself where it asks something.
func (s snapshot) asked() []farm.Status {
	if !s.subject.rollout || s.rollout.Outcome != "" {
		return s.farms
	}
	own := s.rollout.Asks()
	if len(own.OpenQuestions()) == 0 {
		return s.farms
	}
	return append([]farm.Status{own}, s.farms...)
}
