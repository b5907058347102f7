package winhost

import (
	"context"
	"errors"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// tracerName names this package's spans.
const tracerName = "farmhand/internal/winhost"

// startSpan opens the span of one call. It carries the command's name and never its text.
func startSpan(ctx context.Context, h *Host, name string) (context.Context, trace.Span) {
	return otel.Tracer(tracerName).Start(ctx, //nolint:spancheck // endSpan ends it
		"winrm.run", trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
			attribute.String("server.address", h.endpoint.host),
			attribute.Int("server.port", h.endpoint.port),
			attribute.String("farmhand.server", h.server.Name),
			attribute.String("farmhand.command", name),
		))
}

func endSpan(span trace.Span, err error) {
	defer span.End()
	if err == nil {
		return
	}
	kind := string(KindBadOutput)
	if known, ok := errors.AsType[*Error](err); ok {
		kind = string(known.Kind)
	}
	span.SetAttributes(attribute.String("error.type", kind))
	span.SetStatus(codes.Error, kind)
}

// commandName is the program a command line runs, without folder and extension: "net" for net stop W3SVC /y.
func commandName(line string) string {
	line = strings.TrimSpace(line)
	var program string
	if quoted, found := strings.CutPrefix(line, `"`); found {
		program, _, _ = strings.Cut(quoted, `"`)
	} else if fields := strings.Fields(line); len(fields) > 0 {
		program = fields[0]
	}
	program = program[strings.LastIndexAny(program, `\/`)+1:]
	name, _, _ := strings.Cut(strings.ToLower(program), ".")
	return name
}
