package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	commonpb "go.temporal.io/api/common/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"farmhand/internal/farm"
	"farmhand/internal/metrics"
	"farmhand/workflows"
)

const (
	// lookTimeout bounds one look at what runs; a report that takes longer is made without these metrics.
	lookTimeout = 5 * time.Second
	// zeros is how many reports say of a question that nobody waits there any more. One may be lost on the way, and a
	// collector goes on with the last value it heard.
	zeros = 5
)

// running are the runs that people may be waited for in.
var running = fmt.Sprintf("WorkflowType IN (%q, %q) AND ExecutionStatus = \"Running\"", workflows.FarmUpdateWorkflow, workflows.RolloutWorkflow)

// standing observes where the runs of a namespace stand: what the server says of them, and not what this worker has seen.
// So the metrics are right after a restart and after a run has moved to another worker, and every worker that observes
// reports the same.
type standing struct {
	client    client.Client
	namespace string
	log       *slog.Logger

	pending, open, farms metric.Int64ObservableGauge
	// told are the questions that were waited at in the last reports, with how many zeros are still to be told.
	told map[question]int
}

// question is a point where a farm, or a rollout itself, waits for people.
type question struct{ farm, gate string }

// observe has the metrics reported with all others of the process, until stop is called.
func (s *standing) observe(m metric.Meter) (stop func(), err error) {
	s.told = map[question]int{}
	for _, g := range []struct {
		to *metric.Int64ObservableGauge
		as metrics.Metric
	}{{&s.pending, metrics.GatesPending}, {&s.open, metrics.InterventionsOpen}, {&s.farms, metrics.FarmsRunning}} {
		if *g.to, err = m.Int64ObservableGauge(g.as.Name, metric.WithUnit(g.as.Unit), metric.WithDescription(g.as.Description)); err != nil {
			return nil, fmt.Errorf("metric %s: %w", g.as.Name, err)
		}
	}
	registered, err := m.RegisterCallback(s.report, s.pending, s.open, s.farms)
	if err != nil {
		return nil, fmt.Errorf("metrics of what runs: %w", err)
	}
	return func() { _ = registered.Unregister() }, nil // the process ends
}

// report is called once per export. An error of it would hold the process's other metrics back, so there is none.
func (s *standing) report(ctx context.Context, o metric.Observer) error {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	phases, waiting, err := s.look(ctx)
	if err != nil {
		s.log.WarnContext(ctx, "the metrics of what runs are missing from this report", "error", err)
		return nil
	}
	for phase, n := range phases {
		o.ObserveInt64(s.farms, n, metric.WithAttributes(attribute.String(metrics.TagPhase, phase)))
	}
	for q := range waiting {
		s.told[q] = zeros + 1
	}
	for q, left := range s.told {
		if left == 0 {
			delete(s.told, q)
			continue
		}
		s.told[q]--
		var value int64
		if waiting[q] {
			value = 1
		}
		if q.gate == "" {
			o.ObserveInt64(s.open, value, metric.WithAttributes(attribute.String(metrics.TagFarm, q.farm)))
			continue
		}
		o.ObserveInt64(s.pending, value, metric.WithAttributes(attribute.String(metrics.TagFarm, q.farm), attribute.String(metrics.TagGate, q.gate)))
	}
	return nil
}

// look lists what runs. Every phase is counted, at zero, too: a phase that is over must not stay at its last count.
func (s *standing) look(ctx context.Context) (phases map[string]int64, waiting map[question]bool, err error) {
	phases, waiting = map[string]int64{}, map[question]bool{}
	for _, p := range farm.Phases() {
		phases[string(p)] = 0
	}
	var page []byte
	for {
		answer, err := s.client.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{Namespace: s.namespace, Query: running, NextPageToken: page})
		if err != nil {
			return nil, nil, fmt.Errorf("list what runs: %w", err)
		}
		for _, e := range answer.GetExecutions() {
			about := e.GetSearchAttributes().GetIndexedFields()
			if phase := keyword(about, workflows.AttributePhase.GetName()); phase != "" && e.GetType().GetName() == workflows.FarmUpdateWorkflow {
				phases[phase]++
			}
			if id := keyword(about, workflows.AttributePendingGate.GetName()); id != "" {
				waiting[asks(e, about, id)] = true
			}
		}
		if page = answer.GetNextPageToken(); len(page) == 0 {
			return phases, waiting, nil
		}
	}
}

// asks is the question as metrics know it: an intervention has no gate, and a rollout's own question its workflow id for
// a farm, as starter's commands have it.
func asks(e *workflowpb.WorkflowExecutionInfo, about map[string]*commonpb.Payload, id string) question {
	q := question{farm: keyword(about, workflows.AttributeFarmName.GetName())}
	if q.farm == "" {
		q.farm = e.GetExecution().GetWorkflowId()
	}
	if workflows.QuestionKindOf(id) != farm.QuestionIntervention {
		q.gate = workflows.GateOf(id)
	}
	return q
}

// keyword reads a search attribute; they are never encrypted. Empty when the run has none.
func keyword(of map[string]*commonpb.Payload, name string) string {
	var v string
	if p := of[name]; p == nil || converter.GetDefaultDataConverter().FromPayload(p, &v) != nil {
		return ""
	}
	return v
}
