package telemetry

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

func proveServer(ctx context.Context) error {
	activity.GetLogger(ctx).Info("proven")
	return nil
}

func update(ctx workflow.Context) error {
	workflow.GetLogger(ctx).Info("begun")
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
	return workflow.ExecuteActivity(ctx, proveServer).Get(ctx, nil)
}

func farmUpdate(ctx workflow.Context) error {
	ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{WorkflowRunTimeout: time.Hour})
	return workflow.ExecuteChildWorkflow(ctx, update).Get(ctx, nil)
}

// What workflows and activities log is exported as part of the span they run under.
func TestLogsBelongToTheTrace(t *testing.T) {
	spans, logs := tracetest.NewInMemoryExporter(), &logMemory{}
	tel, shutdown := assemble(exporters{spans: spans, logs: logs}, resource.Empty(), "farmhand-worker", WithOutput(io.Discard))
	tracing, err := tel.TracingInterceptor()
	require.NoError(t, err)

	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(tel.Logger())
	env := suite.NewTestWorkflowEnvironment()
	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{tracing}})
	env.RegisterWorkflow(update)
	env.RegisterActivity(proveServer)
	env.ExecuteWorkflow(farmUpdate)
	require.NoError(t, env.GetWorkflowError())

	require.NoError(t, tel.tracers.(interface{ ForceFlush(context.Context) error }).ForceFlush(t.Context()))
	traces := map[string]trace.SpanContext{}
	for _, s := range spans.GetSpans() {
		traces[s.Name] = s.SpanContext
	}
	require.NoError(t, shutdown(t.Context()))
	under := map[string]string{"begun": "StartChildWorkflow:update", "proven": "RunActivity:proveServer"}
	for _, r := range logs.records {
		span, ok := under[r.Body().AsString()]
		if !ok {
			continue
		}
		delete(under, r.Body().AsString())
		require.Equal(t, traces[span].TraceID(), r.TraceID(), span)
		require.Equal(t, traces[span].SpanID(), r.SpanID(), span)
		r.WalkAttributes(func(kv attribute.KeyValue) bool {
			require.NotContains(t, []string{traceKey, spanKey}, string(kv.Key), "said once, as the record's own")
			return true
		})
	}
	require.Empty(t, under, "logged and not exported")
}

// No span lives as long as a workflow, and what a child workflow does hangs under the span that started it.
func TestNoSpanStaysOpenForAWorkflow(t *testing.T) {
	spans := tracetest.NewInMemoryExporter()
	tel, shutdown := assemble(exporters{spans: spans}, resource.Empty(), "farmhand-worker")
	tracing, err := tel.TracingInterceptor()
	require.NoError(t, err)

	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{tracing}})
	env.RegisterWorkflow(update)
	env.RegisterActivity(proveServer)
	env.ExecuteWorkflow(farmUpdate)
	require.NoError(t, env.GetWorkflowError())

	// The in-memory exporter forgets at shutdown, so the provider is flushed first.
	require.NoError(t, tel.tracers.(interface{ ForceFlush(context.Context) error }).ForceFlush(t.Context()))
	byName := map[string]tracetest.SpanStub{}
	for _, s := range spans.GetSpans() {
		byName[s.Name] = s
	}
	require.NoError(t, shutdown(t.Context()))
	require.NotContains(t, byName, "RunWorkflow:update")
	start, run := byName["StartChildWorkflow:update"], byName["StartActivity:proveServer"]
	require.True(t, start.SpanContext.IsValid())
	require.Equal(t, start.SpanContext.SpanID(), run.Parent.SpanID())
	require.Equal(t, run.SpanContext.SpanID(), byName["RunActivity:proveServer"].Parent.SpanID())
}

func TestStartSpan(t *testing.T) {
	spans := tracetest.NewInMemoryExporter()
	tel, shutdown := assemble(exporters{spans: spans}, resource.Empty(), "farmhand-worker")
	tracer := tel.Tracer(instrumentation)
	remote := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled, Remote: true})
	parented := trace.ContextWithRemoteSpanContext(t.Context(), remote)

	require.False(t, startSpan(parented, tracer, "RunWorkflow:farmUpdate").IsRecording())
	require.Equal(t, remote, startSpan(parented, tracer, "RunWorkflow:farmUpdate").SpanContext())
	require.True(t, startSpan(parented, tracer, "RunActivity:proveServer").IsRecording())
	require.True(t, startSpan(t.Context(), tracer, "RunWorkflow:farmUpdate").IsRecording(), "a run without a traced starter keeps a root of its own")
	require.NoError(t, shutdown(t.Context()))
}
