package main

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	commonpb "go.temporal.io/api/common/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/mocks"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// listed is a run as a list of the server has it.
func listed(t *testing.T, workflowType, id string, about map[string]string) *workflowpb.WorkflowExecutionInfo {
	t.Helper()
	e := &workflowpb.WorkflowExecutionInfo{
		Type: &commonpb.WorkflowType{Name: workflowType}, Execution: &commonpb.WorkflowExecution{WorkflowId: id},
		SearchAttributes: &commonpb.SearchAttributes{IndexedFields: map[string]*commonpb.Payload{}},
	}
	for k, v := range about {
		p, err := converter.GetDefaultDataConverter().ToPayload(v)
		require.NoError(t, err)
		e.SearchAttributes.IndexedFields[k] = p
	}
	return e
}

func farmAt(t *testing.T, name string, phase farm.Phase, pending string) *workflowpb.WorkflowExecutionInfo {
	about := map[string]string{"FarmName": name, "RolloutPhase": string(phase)}
	if pending != "" {
		about["PendingGate"] = pending
	}
	return listed(t, workflows.FarmUpdateWorkflow, workflows.FarmUpdateID(name), about)
}

// reports is a worker's observation, with the server's answers said beforehand: nil is an error.
func reports(t *testing.T, answers ...[][]*workflowpb.WorkflowExecutionInfo) (next func() map[string]int64) {
	t.Helper()
	c := mocks.NewClient(t)
	for _, pages := range answers {
		if pages == nil {
			c.On("ListWorkflow", mock.Anything, mock.Anything).Return(nil, errors.New("no database")).Once()
		}
		for i, page := range pages {
			answer := &workflowservice.ListWorkflowExecutionsResponse{Executions: page}
			if i < len(pages)-1 {
				answer.NextPageToken = []byte{byte(i + 1)}
			}
			c.On("ListWorkflow", mock.Anything, mock.Anything).Return(answer, nil).Once()
		}
	}
	reader := sdkmetric.NewManualReader()
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	s := &standing{client: c, namespace: "default", log: slog.New(slog.DiscardHandler)}
	require.NoError(t, s.register(provider.Meter("x")))
	return func() map[string]int64 {
		s.refresh(t.Context())
		return collected(t.Context(), t, reader)
	}
}

// collected are the values of one report, by name and attributes.
func collected(ctx context.Context, t *testing.T, r sdkmetric.Reader) map[string]int64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	require.NoError(t, r.Collect(ctx, &all))
	got := map[string]int64{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			for _, p := range m.Data.(metricdata.Gauge[int64]).DataPoints {
				got[m.Name+" "+p.Attributes.Encoded(attribute.DefaultEncoder())] = p.Value
			}
		}
	}
	return got
}

const (
	atContinue = "farmhand.gates.pending farmhand.farm=contoso-pwa,farmhand.gate=continue"
	atNextWave = "farmhand.gates.pending farmhand.farm=rollout/november,farmhand.gate=next-wave"
	atTask     = "farmhand.gates.pending farmhand.farm=litware-pwa,farmhand.gate=task"
	atTrouble  = "farmhand.interventions.open farmhand.farm=fabrikam-pwa"
	installing = "farmhand.farms.running farmhand.phase=install"
)

// What the server lists is what is reported, whatever this worker has seen of it, page by page.
func TestWhatRunsIsReported(t *testing.T) {
	next := reports(t, [][]*workflowpb.WorkflowExecutionInfo{
		{farmAt(t, "contoso-pwa", farm.PhaseVerifyCentral, "continue"), farmAt(t, "fabrikam-pwa", farm.PhaseInstall, "i-3")},
		{
			farmAt(t, "litware-pwa", farm.PhaseInstall, "task-APP01-KB951695"), farmAt(t, "tailspin-pwa", farm.PhaseInstall, ""),
			listed(t, workflows.RolloutWorkflow, workflows.RolloutID("november"), map[string]string{"PendingGate": "next-wave"}),
		},
	})
	got := next()
	require.EqualValues(t, 3, got[installing])
	require.EqualValues(t, 0, got["farmhand.farms.running farmhand.phase=backup"], "a phase that nobody is in is told, too")
	for _, q := range []string{atContinue, atNextWave, atTask, atTrouble} {
		require.EqualValues(t, 1, got[q], q)
	}
	require.Len(t, got, len(farm.Phases())+4)
}

// An answered question is told at zero some times, and then no more.
func TestAnAnsweredQuestionGoesToZero(t *testing.T) {
	open := [][]*workflowpb.WorkflowExecutionInfo{{farmAt(t, "contoso-pwa", farm.PhaseInstall, "continue")}}
	none := [][]*workflowpb.WorkflowExecutionInfo{{}}
	next := reports(t, open, open, none, none, none, none, none, none)
	require.EqualValues(t, 1, next()[atContinue])
	require.EqualValues(t, 1, next()[atContinue])
	for range zeros {
		got := next()
		require.Contains(t, got, atContinue)
		require.Zero(t, got[atContinue])
	}
	require.NotContains(t, next(), atContinue)
}

// A server that does not answer leaves these metrics out of one report and disturbs no other.
func TestAServerThatDoesNotAnswerIsNoReport(t *testing.T) {
	open := [][]*workflowpb.WorkflowExecutionInfo{{farmAt(t, "contoso-pwa", farm.PhaseInstall, "continue")}}
	next := reports(t, open, nil, open)
	require.EqualValues(t, 1, next()[atContinue])
	require.Empty(t, next())
	require.EqualValues(t, 1, next()[atContinue])
}
