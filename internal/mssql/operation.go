package mssql

import (
	"context"
	"database/sql/driver"

	"github.com/XSAM/otelsql"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"
)

// operation is one thing this package asks of a SQL Server: the name of its spans, the words of its errors, and whether
// its statement may be shown in a trace.
type operation struct {
	// span is the span's name, such as sql.backup.
	span string
	// doing completes "SQL Server SQL01: …" in an error, such as "back up PWA_Published".
	doing string
	// database the operation is about, empty for the whole server.
	database string
	// harmless statements hold no name, path or value and are shown in traces as they are.
	harmless bool
	// failure is the kind of an error that has no kind of its own; empty means KindFailed.
	failure Kind
}

func (op operation) otherwise() Kind {
	if op.failure == "" {
		return KindFailed
	}
	return op.failure
}

type operationKey struct{}

// with puts the operation where the span hooks of otelsql can find it.
func (op operation) with(ctx context.Context) context.Context {
	return context.WithValue(ctx, operationKey{}, op)
}

func operationOf(ctx context.Context) operation {
	op, _ := ctx.Value(operationKey{}).(operation)
	return op
}

// attributes describe the operation in a span.
func (op operation) attributes() []attribute.KeyValue {
	if op.database == "" {
		return nil
	}
	return []attribute.KeyValue{semconv.DBNamespace(op.database)}
}

// tracing makes one span per statement, named by what it does, and one per login. Connections that are reset or rows that
// are read are not worth a span. A statement's text is shown only where it is harmless.
func tracing(server []attribute.KeyValue) []otelsql.Option {
	return []otelsql.Option{
		otelsql.WithAttributes(server...),
		otelsql.WithSpanOptions(otelsql.SpanOptions{
			DisableQuery: true, DisableErrSkip: true,
			OmitConnResetSession: true, OmitConnPrepare: true, OmitRows: true,
			SpanFilter: func(ctx context.Context, m otelsql.Method, _ string, _ []driver.NamedValue) bool {
				return !isStreamed(ctx) || m == otelsql.MethodConnectorConnect
			},
		}),
		otelsql.WithSpanNameFormatter(func(ctx context.Context, m otelsql.Method, _ string) string {
			if op := operationOf(ctx); op.span != "" && m != otelsql.MethodConnectorConnect {
				return op.span
			}
			if m == otelsql.MethodConnectorConnect {
				return "sql.login"
			}
			return string(m)
		}),
		otelsql.WithAttributesGetter(func(ctx context.Context, m otelsql.Method, query string, _ []driver.NamedValue) []attribute.KeyValue {
			op := operationOf(ctx)
			attributes := op.attributes()
			if op.harmless && query != "" {
				attributes = append(attributes, semconv.DBQueryText(query))
			}
			return attributes
		}),
	}
}

type streamedKey struct{}

// streamed marks a statement whose span stream.go keeps itself: the driver returns from such a statement at once, long
// before it is done.
func streamed(ctx context.Context) context.Context {
	return context.WithValue(ctx, streamedKey{}, true)
}

func isStreamed(ctx context.Context) bool { return ctx.Value(streamedKey{}) != nil }
