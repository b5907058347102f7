package telemetry

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"go.opentelemetry.io/contrib/exporters/autoexport"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// exporters are where the three signals go; nil means nowhere.
type exporters struct {
	spans   sdktrace.SpanExporter
	metrics sdkmetric.Reader
	logs    sdklog.Exporter
}

// exportersFromEnvironment makes the exporters that the OTEL_* variables ask for.
func exportersFromEnvironment(ctx context.Context) (exporters, error) {
	spans, errSpans := exporter("TRACES", autoexport.IsNoneSpanExporter,
		func() (sdktrace.SpanExporter, error) { return autoexport.NewSpanExporter(ctx) })
	metrics, errMetrics := exporter("METRICS", autoexport.IsNoneMetricReader,
		func() (sdkmetric.Reader, error) { return autoexport.NewMetricReader(ctx) })
	logs, errLogs := exporter("LOGS", autoexport.IsNoneLogExporter,
		func() (sdklog.Exporter, error) { return autoexport.NewLogExporter(ctx) })
	return exporters{spans, metrics, logs}, errors.Join(errSpans, errMetrics, errLogs)
}

// exporter makes one signal's exporter; the zero E means that nobody wants the signal.
func exporter[E any](signal string, isNone func(E) bool, create func() (E, error)) (E, error) {
	var nowhere E
	if !asked(signal) {
		return nowhere, nil
	}
	e, err := create()
	if err != nil {
		name := "OTEL_" + signal + "_EXPORTER"
		return nowhere, fmt.Errorf("%s=%s: %w", name, os.Getenv(name), err)
	}
	if isNone(e) {
		return nowhere, nil
	}
	return e, nil
}

// asked reports whether anybody wants a signal. The specification's default is OTLP to localhost, which would make every
// plain run complain that nobody listens there; so a signal needs its exporter named, or an OTLP endpoint.
func asked(signal string) bool {
	if disabled, err := strconv.ParseBool(os.Getenv("OTEL_SDK_DISABLED")); err == nil && disabled {
		return false
	}
	for _, name := range []string{"OTEL_" + signal + "_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_" + signal + "_ENDPOINT"} {
		if os.Getenv(name) != "" {
			return true
		}
	}
	return false
}
