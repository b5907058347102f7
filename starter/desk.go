package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// queryTimeout is how long a worker may take to answer a query. Without a worker nobody answers.
const queryTimeout = 10 * time.Second

// desk is where commands ask Temporal about rollouts and tell it decisions.
type desk struct {
	client    client.Client
	namespace string
	codec     converter.PayloadCodec
	payloads  converter.DataConverter // what the client decodes by itself needs none
	ui        string                  // of Temporal's web page, empty when unknown
}

func (d *desk) close() { d.client.Close() }

// errUnknown says that nothing of that name was ever started, or that it is past the namespace's retention.
var errUnknown = errors.New("nothing of that name is known to Temporal")

// errNoWorker says that a query got no answer.
var errNoWorker = errors.New("no worker answers: is one running (bin/worker)?")

// errOtherContent says that the id of a rollout is taken by another content.
var errOtherContent = errors.New("another content was started under this name")

// workflowRun is one run of a workflow.
type workflowRun struct {
	ID, RunID string
	// Open is false when the run has ended; Failed when it ended by a failure, not by an outcome.
	Open, Failed bool
	// Digest is what a rollout was started with.
	Digest string
}

// start starts a rollout, or finds the one that was started under its name with the same content.
func (d *desk) start(ctx context.Context, in workflows.RolloutInput) (run workflowRun, attached bool, err error) {
	id := workflows.RolloutID(in.Rollout.ID)
	started, err := d.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: id, TaskQueue: workflows.TaskQueue,
		WorkflowIDReusePolicy:                    enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
		Memo:                                     map[string]any{workflows.MemoDigest: in.Digest},
		StaticSummary:                            in.Rollout.ID + ": " + in.Release.Title,
		TypedSearchAttributes:                    temporal.NewSearchAttributes(workflows.AttributeRolloutID.ValueSet(in.Rollout.ID)),
	}, workflows.RolloutWorkflow, in)
	var taken *serviceerror.WorkflowExecutionAlreadyStarted
	switch {
	case errors.As(err, &taken):
	case err != nil:
		return run, false, fmt.Errorf("start %s: %w", id, err)
	default:
		return workflowRun{ID: id, RunID: started.GetRunID(), Open: true, Digest: in.Digest}, false, nil
	}
	if run, err = d.describe(ctx, id); err != nil {
		return run, false, err
	}
	if run.Digest != in.Digest {
		return run, false, fmt.Errorf("%w: %s has digest %.12s, and this file has %.12s; a change of the file is a new rollout: give it another name",
			errOtherContent, id, run.Digest, in.Digest)
	}
	return run, true, nil
}

// describe asks for the newest run of a workflow. The error is errUnknown when there is none.
func (d *desk) describe(ctx context.Context, id string) (workflowRun, error) {
	answer, err := d.client.DescribeWorkflowExecution(ctx, id, "")
	if _, missing := errors.AsType[*serviceerror.NotFound](err); missing {
		return workflowRun{}, fmt.Errorf("%s: %w", id, errUnknown)
	}
	if err != nil {
		return workflowRun{}, fmt.Errorf("%s: %w", id, err)
	}
	info := answer.GetWorkflowExecutionInfo()
	run := workflowRun{ID: id, RunID: info.GetExecution().GetRunId()}
	switch info.GetStatus() {
	case enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING:
		run.Open = true
	case enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED:
	default:
		run.Failed = true
	}
	if p, ok := info.GetMemo().GetFields()[workflows.MemoDigest]; ok {
		if err := d.payloads.FromPayload(p, &run.Digest); err != nil {
			return run, fmt.Errorf("%s: memo: %w", id, err)
		}
	}
	return run, nil
}

// query asks a run for its status.
func (d *desk) query(ctx context.Context, id, runID string, status any) error {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	value, err := d.client.QueryWorkflow(ctx, id, runID, workflows.QueryStatus)
	var (
		missing *serviceerror.NotFound
		late    *serviceerror.DeadlineExceeded
	)
	switch {
	case errors.As(err, &missing):
		return fmt.Errorf("%s: %w", id, errUnknown)
	case errors.As(err, &late), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s: %w", id, errNoWorker)
	case err != nil:
		return fmt.Errorf("%s: %w", id, err)
	}
	return value.Get(status)
}

// farmStatus asks for a farm's update; rollout narrows it to that rollout's, empty takes the newest.
func (d *desk) farmStatus(ctx context.Context, name, rollout string) (farm.Status, error) {
	var s farm.Status
	id := workflows.FarmUpdateID(name)
	if err := d.query(ctx, id, "", &s); err != nil {
		return s, err
	}
	if rollout == "" || s.Rollout == rollout {
		return s, nil
	}
	// The farm has been updated by another rollout since.
	runID, err := d.olderRun(ctx, id, rollout)
	if err != nil {
		return farm.Status{}, err
	}
	s = farm.Status{}
	return s, d.query(ctx, id, runID, &s)
}

// link is the page of a workflow in Temporal's web page, empty when that is unknown.
func (d *desk) link(run workflowRun) string {
	if d.ui == "" {
		return ""
	}
	return fmt.Sprintf("%s/namespaces/%s/workflows/%s/%s/user-metadata",
		strings.TrimSuffix(d.ui, "/"), url.PathEscape(d.namespace), url.PathEscape(run.ID), run.RunID)
}
