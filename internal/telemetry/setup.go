package telemetry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.opentelemetry.io/contrib/bridges/otelslog"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/log"
	lognoop "go.opentelemetry.io/otel/log/noop"
	"go.opentelemetry.io/otel/metric"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"
)

// shutdownTimeout bounds the last export: a collector that is gone must not hold the process.
const shutdownTimeout = 5 * time.Second

// Telemetry is what one process traces, measures and logs with. All of it works when nothing is exported.
type Telemetry struct {
	tracers trace.TracerProvider
	meters  metric.MeterProvider
	logs    log.LoggerProvider
	logger  *slog.Logger
	// console is the logger for troubles of the exporters themselves: they must not be exported.
	console *slog.Logger
}

// Setup reads the OTEL_* variables and makes the process's telemetry, also as the global one that libraries use. service is
// the service's name unless OTEL_SERVICE_NAME says otherwise. shutdown sends what is left; it has a time limit of its own
// and is never nil. An error names the variable that is wrong.
func Setup(ctx context.Context, service string, options ...Option) (shutdown func(context.Context) error, t *Telemetry, err error) {
	e, err := exportersFromEnvironment(ctx)
	if err != nil {
		return func(context.Context) error { return nil }, nil, fmt.Errorf("telemetry: %w; check the OTEL_* variables", err)
	}
	t, shutdown = assemble(e, describe(ctx, service), service, options...)
	t.makeGlobal()
	return shutdown, t, nil
}

// assemble builds the providers on top of exporters; a signal without an exporter costs nothing.
func assemble(e exporters, about *resource.Resource, service string, options ...Option) (*Telemetry, func(context.Context) error) {
	console := consoleHandler(options)
	t := &Telemetry{
		tracers: tracenoop.NewTracerProvider(), meters: metricnoop.NewMeterProvider(), logs: lognoop.NewLoggerProvider(),
		logger: slog.New(console), console: slog.New(console),
	}
	var closers []func(context.Context) error
	if e.spans != nil {
		p := sdktrace.NewTracerProvider(sdktrace.WithBatcher(e.spans), sdktrace.WithResource(about))
		t.tracers, closers = p, append(closers, p.Shutdown)
	}
	if e.metrics != nil {
		p := sdkmetric.NewMeterProvider(sdkmetric.WithReader(e.metrics), sdkmetric.WithResource(about), sdkmetric.WithView(views()...))
		t.meters, closers = p, append(closers, p.Shutdown)
	}
	if e.logs != nil {
		p := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewBatchProcessor(e.logs)), sdklog.WithResource(about))
		t.logger = slog.New(slog.NewMultiHandler(console, correlated{Handler: otelslog.NewHandler(service, otelslog.WithLoggerProvider(p))}))
		t.logs, closers = p, append(closers, p.Shutdown)
	}
	return t, func(ctx context.Context) error {
		// The context is often cancelled already: that is why the process ends.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		var errs []error
		for _, c := range closers {
			errs = append(errs, c(ctx))
		}
		return errors.Join(errs...)
	}
}

// makeGlobal hands the providers to libraries that ask for the global ones, such as the SQL driver's wrapper.
func (t *Telemetry) makeGlobal() {
	otel.SetTracerProvider(t.tracers)
	otel.SetMeterProvider(t.meters)
	otel.SetLoggerProvider(t.logs)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	otel.SetErrorHandler(otel.ErrorHandlerFunc(t.report))
}

// report tells of a failed export on the console only.
func (t *Telemetry) report(err error) {
	t.console.Warn("telemetry could not be exported; the rollout is not affected", "error", err)
}

// Tracer returns a tracer by the name of the package that uses it.
func (t *Telemetry) Tracer(name string) trace.Tracer { return t.tracers.Tracer(name) }

// Meter returns a meter by the name of the package that uses it.
func (t *Telemetry) Meter(name string) metric.Meter { return t.meters.Meter(name) }

// Measures reports whether anybody gets the metrics.
func (t *Telemetry) Measures() bool {
	_, quiet := t.meters.(metricnoop.MeterProvider)
	return !quiet
}

// Slog returns the process's logger: the console, and the log exporter when there is one.
func (t *Telemetry) Slog() *slog.Logger { return t.logger }
