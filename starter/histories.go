package main

import (
	"context"
	"fmt"
	"path"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/proxy"
	"go.temporal.io/api/temporalproto"

	"farmhand/internal/evidence"
)

// histories adds the history of a run to a bundle, with those of its children and of the runs it continues, each as
// `temporal workflow show -o json` prints it. What is encrypted in Temporal is not in the bundle.
func (d *desk) histories(ctx context.Context, files evidence.Files, id, runID string) error {
	name := path.Join("histories", id, runID+".json")
	if _, done := files[name]; done {
		return nil
	}
	var (
		h        historypb.History
		children []*commonpb.WorkflowExecution
	)
	events := d.client.GetWorkflowHistory(ctx, id, runID, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		if err != nil {
			return fmt.Errorf("history of %s: %w", id, err)
		}
		h.Events = append(h.Events, e)
		if child := e.GetChildWorkflowExecutionStartedEventAttributes(); child != nil {
			children = append(children, child.GetWorkflowExecution())
		}
		if before := e.GetWorkflowExecutionStartedEventAttributes().GetContinuedExecutionRunId(); before != "" {
			children = append(children, &commonpb.WorkflowExecution{WorkflowId: id, RunId: before})
		}
	}
	err := proxy.VisitPayloads(ctx, &h, proxy.VisitPayloadsOptions{Visitor: func(_ *proxy.VisitPayloadsContext, p []*commonpb.Payload) ([]*commonpb.Payload, error) {
		return d.codec.Decode(p)
	}})
	if err != nil {
		return fmt.Errorf("history of %s: %w", id, err)
	}
	if files[name], err = (temporalproto.CustomJSONMarshalOptions{Indent: " "}).Marshal(&h); err != nil {
		return fmt.Errorf("history of %s: %w", id, err)
	}
	for _, c := range children {
		if err := d.histories(ctx, files, c.GetWorkflowId(), c.GetRunId()); err != nil {
			return err
		}
	}
	return nil
}
