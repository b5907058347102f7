package main

import (
	"context"
	"fmt"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// list reads the runs that a visibility query finds, newest first.
func (d *desk) list(ctx context.Context, query string) ([]*workflowpb.WorkflowExecutionInfo, error) {
	var (
		all  []*workflowpb.WorkflowExecutionInfo
		page []byte
	)
	for {
		answer, err := d.client.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
			Namespace: d.namespace, Query: query, NextPageToken: page,
		})
		if err != nil {
			return nil, fmt.Errorf("list workflows: %w", err)
		}
		all = append(all, answer.GetExecutions()...)
		if page = answer.GetNextPageToken(); len(page) == 0 {
			return all, nil
		}
	}
}

// olderRun finds the run of a farm's update that belongs to a rollout.
func (d *desk) olderRun(ctx context.Context, id, rollout string) (string, error) {
	runs, err := d.list(ctx, fmt.Sprintf("WorkflowId = %s AND %s = %s", quote(id), workflows.AttributeRolloutID.GetName(), quote(rollout)))
	if err != nil {
		return "", err
	}
	if len(runs) == 0 {
		return "", fmt.Errorf("%s of rollout %s: %w", id, rollout, errUnknown)
	}
	return runs[0].GetExecution().GetRunId(), nil
}

// waiting returns the status of every farm that waits for a person.
func (d *desk) waiting(ctx context.Context) ([]farm.Status, error) {
	runs, err := d.list(ctx, fmt.Sprintf(`WorkflowType = %s AND ExecutionStatus = "Running" AND %s IS NOT NULL`,
		quote(workflows.FarmUpdateWorkflow), workflows.AttributePendingGate.GetName()))
	if err != nil {
		return nil, err
	}
	farms := make([]farm.Status, len(runs))
	err = sideBySide(ctx, len(runs), func(ctx context.Context, i int) error {
		e := runs[i].GetExecution()
		return d.query(ctx, e.GetWorkflowId(), e.GetRunId(), &farms[i])
	})
	return farms, err
}

// quote makes a string of Temporal's list filter.
func quote(s string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"` }

// input is what a rollout was started with: the first event of its history keeps it.
func (d *desk) input(ctx context.Context, id string) (workflows.RolloutInput, error) {
	var in workflows.RolloutInput
	history := d.client.GetWorkflowHistory(ctx, id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	if !history.HasNext() {
		return in, fmt.Errorf("%s: %w", id, errUnknown)
	}
	first, err := history.Next()
	if err != nil {
		return in, fmt.Errorf("history of %s: %w", id, err)
	}
	if err := d.payloads.FromPayloads(first.GetWorkflowExecutionStartedEventAttributes().GetInput(), &in); err != nil {
		return in, fmt.Errorf("input of %s: %w", id, err)
	}
	return in, nil
}
