package telemetry

import (
	"context"
	"log/slog"

	"go.opentelemetry.io/otel/trace"
)

// Keys under which the Temporal SDK's tracing interceptor puts the trace on the loggers of workflows and activities.
const (
	traceKey = "TraceID"
	spanKey  = "SpanID"
)

// correlated gives exported records the trace they belong to. The SDK's loggers have no context to take it from: they
// carry it as two fields, which become the record's own.
type correlated struct {
	slog.Handler
	trace trace.TraceID
	span  trace.SpanID
}

// WithAttrs takes the two fields out.
func (c correlated) WithAttrs(attrs []slog.Attr) slog.Handler {
	var rest []slog.Attr
	for _, a := range attrs {
		switch id := a.Value.Any().(type) {
		case trace.TraceID:
			if a.Key == traceKey {
				c.trace = id
				continue
			}
		case trace.SpanID:
			if a.Key == spanKey {
				c.span = id
				continue
			}
		}
		rest = append(rest, a)
	}
	c.Handler = c.Handler.WithAttrs(rest)
	return c
}

// WithGroup keeps the trace.
func (c correlated) WithGroup(name string) slog.Handler {
	c.Handler = c.Handler.WithGroup(name)
	return c
}

// Handle passes the record on with the trace of its context or, where that has none, of its logger.
func (c correlated) Handle(ctx context.Context, r slog.Record) error {
	if !trace.SpanContextFromContext(ctx).IsValid() && c.trace.IsValid() {
		ctx = trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{TraceID: c.trace, SpanID: c.span, TraceFlags: trace.FlagsSampled}))
	}
	return c.Handler.Handle(ctx, r)
}
