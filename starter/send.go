package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// updateTimeout is how long a worker may take to judge a decision before it is left behind as a signal.
const updateTimeout = 15 * time.Second

// The ways a decision travels.
const (
	channelUpdate = "update"
	channelSignal = "signal"
)

// answer is what became of a decision.
type answer struct {
	Farm     string        `json:"farm"`
	Decision farm.Decision `json:"decision"`
	// Channel is update, or signal when no worker answered: then what becomes of it is seen later.
	Channel  string `json:"channel"`
	Accepted bool   `json:"accepted"`
	Why      string `json:"why"`
}

// decide tells a farm, or a rollout, a decision. A decision that does not count is no error: the answer says why.
func (d *desk) decide(ctx context.Context, farmName string, decision farm.Decision) (answer, error) {
	a := answer{Farm: farmName, Decision: decision, Channel: channelUpdate}
	verdict, err := d.update(ctx, farmName, decision)
	var (
		refused *temporal.ApplicationError
		gone    *serviceerror.NotFound
	)
	switch {
	case err == nil:
		a.Accepted, a.Why = verdict.Accepted, verdict.Why
		return a, nil
	case errors.As(err, &refused):
		a.Why = refused.Message()
		return a, nil
	case errors.As(err, &gone):
		return a, fmt.Errorf("%s: %w, or has ended", workflowOf(farmName), errUnknown)
	case ctx.Err() != nil || !unanswered(err):
		return a, fmt.Errorf("%s: %w", workflowOf(farmName), err)
	}
	a.Channel, a.Why = channelSignal, "no worker answered in time: left as a signal, and judged when one does"
	if err := d.client.SignalWorkflow(ctx, workflowOf(farmName), "", workflows.MessageDecide, decision); err != nil {
		return a, fmt.Errorf("%s: %w", workflowOf(farmName), err)
	}
	return a, nil
}

func (d *desk) update(ctx context.Context, farmName string, decision farm.Decision) (workflows.Verdict, error) {
	ctx, cancel := context.WithTimeout(ctx, updateTimeout)
	defer cancel()
	var verdict workflows.Verdict
	handle, err := d.client.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: workflowOf(farmName), UpdateName: workflows.MessageDecide,
		WaitForStage: client.WorkflowUpdateStageCompleted, Args: []any{decision},
	})
	if err != nil {
		return verdict, err
	}
	err = handle.Get(ctx, &verdict) // a refusal of the validator comes from here
	return verdict, err
}

// unanswered reports whether nobody judged an update: no worker runs, or it is busy for too long.
func unanswered(err error) bool {
	var (
		timeout *client.WorkflowUpdateServiceTimeoutOrCanceledError
		late    *serviceerror.DeadlineExceeded
	)
	return errors.As(err, &timeout) || errors.As(err, &late) || errors.Is(err, context.DeadlineExceeded)
}
