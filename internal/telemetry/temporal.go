package telemetry

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel/trace"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/opentelemetry"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
)

// instrumentation names the Temporal SDK's own spans and metrics.
const instrumentation = "temporal-sdk-go"

// TracingInterceptor goes into the client's options; workers made from that client inherit it. A trace survives restarts
// and replays only when the client that starts a workflow has it too.
func (t *Telemetry) TracingInterceptor() (interceptor.Interceptor, error) {
	return opentelemetry.NewTracingInterceptor(opentelemetry.TracerOptions{
		Tracer:      t.Tracer(instrumentation),
		SpanStarter: startSpan,
		// A header that another version wrote must not fail a workflow that runs for days.
		AllowInvalidParentSpans: true,
	})
}

// startSpan starts every span but RunWorkflow. That one would stay open as long as the run, be exported once per replay and
// be lost in a crash, with its children orphaned; so the run's activities hang under the short span that started the
// workflow, which is exported at once.
func startSpan(ctx context.Context, t trace.Tracer, name string, options ...trace.SpanStartOption) trace.Span {
	if strings.HasPrefix(name, "RunWorkflow:") && trace.SpanContextFromContext(ctx).IsValid() {
		return trace.SpanFromContext(ctx)
	}
	_, span := t.Start(ctx, name, options...) //nolint:spancheck // the interceptor that asked for it ends it
	return span                               //nolint:spancheck // see above
}

// MetricsHandler goes into the client's options. Latencies are in seconds.
func (t *Telemetry) MetricsHandler() client.MetricsHandler {
	return opentelemetry.NewMetricsHandler(opentelemetry.MetricsHandlerOptions{
		Meter:                t.Meter(instrumentation),
		UseMonotonicCounters: true,
		OnError:              t.report, // the default panics
	})
}

// Logger is the logger for the client's options: the SDK adds workflow, run and trace to every line.
func (t *Telemetry) Logger() log.Logger { return log.NewStructuredLogger(t.logger) }
