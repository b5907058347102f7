package main

import (
	"context"
	"encoding/json"
	"fmt"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"farmhand/activities"
	"farmhand/config"
	"farmhand/internal/evidence"
	"farmhand/internal/secrets"
	"farmhand/workflows"
)

// evidenceKey is the key that this worker signs evidence with, nil where its settings name none.
func evidenceKey(s config.Settings) (*evidence.Key, error) {
	switch {
	case s.Evidence.Key != "":
		text, err := secrets.NewResolver(s.Secrets).Resolve(s.Evidence.Key)
		if err != nil {
			return nil, fmt.Errorf("setting evidence.key: %w", err)
		}
		return evidence.ParseKey("of the setting evidence.key", text.Reveal()+"\n")
	case s.Evidence.Directory != "":
		return evidence.LoadOrMake(s.Evidence.Directory)
	}
	return nil, nil
}

// askRun asks Temporal what the activity that signs evidence compares.
func askRun(c client.Client) activities.AskRun {
	return func(ctx context.Context, workflowID, runID string) (json.RawMessage, bool, error) {
		described, err := c.DescribeWorkflowExecution(ctx, workflowID, runID)
		if err != nil {
			return nil, false, err
		}
		if described.GetWorkflowExecutionInfo().GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
			return nil, false, nil
		}
		value, err := c.QueryWorkflow(ctx, workflowID, runID, workflows.QueryStatus)
		if err != nil {
			return nil, false, err
		}
		var status json.RawMessage
		return status, true, value.Get(&status)
	}
}
