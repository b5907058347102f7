package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
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
	// lookEvery is the pause between two looks at what runs, and lookTimeout bounds one.
	lookEvery   = 5 * time.Second
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
	// told are the questions of the last reports, with how many zeros are still to be told.
	told map[question]int

	mu   sync.Mutex
	seen *sight // nil: the server did not answer last
}

// sight is what one look saw.
type sight struct {
	phases  map[string]int64
	waiting map[question]bool
}

// question is a point where a farm, or a rollout itself, waits for people.
type question struct{ farm, gate string }

// observe has the metrics reported with all others of the process, until stop is called. It looks beside the reports: a
// call of the server is measured itself, and a report that made one would wait for itself.
func (s *standing) observe(ctx context.Context, m metric.Meter) (stop func(), err error) {
	if err := s.register(m); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			s.refresh(ctx)
			select {
			case <-time.After(lookEvery):
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}, nil
}

// register makes the instruments, for as long as the process lives.
func (s *standing) register(m metric.Meter) (err error) {
	s.told = map[question]int{}
	for _, g := range []struct {
		to *metric.Int64ObservableGauge
		as metrics.Metric
	}{{&s.pending, metrics.GatesPending}, {&s.open, metrics.InterventionsOpen}, {&s.farms, metrics.FarmsRunning}} {
		if *g.to, err = m.Int64ObservableGauge(g.as.Name, metric.WithUnit(g.as.Unit), metric.WithDescription(g.as.Description)); err != nil {
			return fmt.Errorf("metric %s: %w", g.as.Name, err)
		}
	}
	if _, err = m.RegisterCallback(s.report, s.pending, s.open, s.farms); err != nil {
		return fmt.Errorf("metrics of what runs: %w", err)
	}
	return nil
}

// refresh looks and keeps what it saw.
func (s *standing) refresh(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	seen, err := s.look(ctx)
	if err != nil && !errors.Is(ctx.Err(), context.Canceled) {
		s.log.WarnContext(ctx, "the metrics of what runs are missing until the server answers", "error", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = seen
}

// report is called once per export, one at a time.
func (s *standing) report(_ context.Context, o metric.Observer) error {
	s.mu.Lock()
	seen := s.seen
	s.mu.Unlock()
	if seen == nil {
		return nil
	}
	for phase, n := range seen.phases {
		o.ObserveInt64(s.farms, n, metric.WithAttributes(attribute.String(metrics.TagPhase, phase)))
	}
	for q := range seen.waiting {
		s.told[q] = zeros + 1
	}
	for q, left := range s.told {
		if left == 0 {
			delete(s.told, q)
			continue
		}
		s.told[q]--
		var value int64
		if seen.waiting[q] {
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
func (s *standing) look(ctx context.Context) (*sight, error) {
	seen := &sight{phases: map[string]int64{}, waiting: map[question]bool{}}
	for _, p := range farm.Phases() {
		seen.phases[string(p)] = 0
	}
	var page []byte
	for {
		answer, err := s.client.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{Namespace: s.namespace, Query: running, NextPageToken: page})
		if err != nil {
			return nil, fmt.Errorf("list what runs: %w", err)
		}
		for _, e := range answer.GetExecutions() {
			about := e.GetSearchAttributes().GetIndexedFields()
			if phase := keyword(about, workflows.AttributePhase.GetName()); phase != "" && e.GetType().GetName() == workflows.FarmUpdateWorkflow {
				seen.phases[phase]++
			}
			if id := keyword(about, workflows.AttributePendingGate.GetName()); id != "" {
				seen.waiting[asks(e, about, id)] = true
			}
		}
		if page = answer.GetNextPageToken(); len(page) == 0 {
			return seen, nil
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
