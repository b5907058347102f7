package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"farmhand/internal/farm"
	"farmhand/internal/metrics"
)

// logMemory is a log exporter that keeps what it gets.
type logMemory struct {
	mu      sync.Mutex
	records []sdklog.Record
}

func (m *logMemory) Export(_ context.Context, records []sdklog.Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range records {
		m.records = append(m.records, r.Clone())
	}
	return nil
}
func (*logMemory) Shutdown(context.Context) error   { return nil }
func (*logMemory) ForceFlush(context.Context) error { return nil }

// dropGlobals takes the global providers back, so that tests do not see each other.
func dropGlobals(t *testing.T) {
	t.Cleanup(func() {
		otel.SetTracerProvider(tracenoop.NewTracerProvider())
		otel.SetMeterProvider(metricnoop.NewMeterProvider())
	})
}

// noOTEL takes away what the surroundings of the test may have set.
func noOTEL(t *testing.T) {
	for _, name := range []string{
		"OTEL_SDK_DISABLED", "OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER", "OTEL_LOGS_EXPORTER", "OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES",
		"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
	} {
		t.Setenv(name, "")
	}
}

func TestQuietWhenNothingIsSet(t *testing.T) {
	dropGlobals(t)
	noOTEL(t)
	var out bytes.Buffer
	shutdown, tel, err := Setup(t.Context(), "farmhand-worker", WithOutput(&out))
	require.NoError(t, err)
	_, span := tel.Tracer("x").Start(t.Context(), "x")
	require.False(t, span.IsRecording())
	require.False(t, tel.Measures())
	_, err = tel.TracingInterceptor()
	require.NoError(t, err)
	metrics.GateWaited(tel.MetricsHandler(), "continue").Record(1)
	require.NoError(t, shutdown(t.Context()))
	require.Empty(t, out.String())

	tel.Slog().Info("ready")
	require.Contains(t, out.String(), "msg=ready")
}

func TestEnvironmentDecides(t *testing.T) {
	for name, tt := range map[string]struct {
		env                  map[string]string
		spans, metrics, logs bool
	}{
		"one by one":       {map[string]string{"OTEL_TRACES_EXPORTER": "console"}, true, false, false},
		"none is none":     {map[string]string{"OTEL_TRACES_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "console"}, false, false, true},
		"an OTLP endpoint": {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, true, true, true},
		"but not that one": {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_METRICS_EXPORTER": "none"}, true, false, true},
		"one's endpoint":   {map[string]string{"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://127.0.0.1:4318"}, false, true, false},
		"switched off":     {map[string]string{"OTEL_SDK_DISABLED": "true", "OTEL_TRACES_EXPORTER": "console"}, false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			noOTEL(t)
			for k, v := range tt.env {
				t.Setenv(k, v)
			}
			e, err := exportersFromEnvironment(t.Context())
			require.NoError(t, err)
			require.Equal(t, tt.spans, e.spans != nil, "spans")
			require.Equal(t, tt.metrics, e.metrics != nil, "metrics")
			require.Equal(t, tt.logs, e.logs != nil, "logs")
		})
	}
}

func TestWrongVariablesAreNamed(t *testing.T) {
	dropGlobals(t)
	noOTEL(t)
	t.Setenv("OTEL_TRACES_EXPORTER", "papyrus")
	t.Setenv("OTEL_LOGS_EXPORTER", "stone")
	shutdown, _, err := Setup(t.Context(), "farmhand-worker")
	require.ErrorContains(t, err, "papyrus")
	require.ErrorContains(t, err, "stone")
	require.ErrorContains(t, err, "OTEL_")
	require.NoError(t, shutdown(t.Context()))
}

func TestResource(t *testing.T) {
	noOTEL(t)
	about := describe(t.Context(), "farmhand-worker").String()
	require.Contains(t, about, "service.name=farmhand-worker")
	require.Contains(t, about, "service.instance.id="+strconv.Itoa(os.Getpid())+"@", "two workers of a machine are told apart")
	require.NotContains(t, about, "process.command")
	require.NotContains(t, about, "process.owner")
	t.Setenv("OTEL_SERVICE_NAME", "night-shift")
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=production")
	about = describe(t.Context(), "farmhand-worker").String()
	require.Contains(t, about, "service.name=night-shift")
	require.Contains(t, about, "deployment.environment.name=production")
}

func TestLogGoesToConsoleAndExporter(t *testing.T) {
	var out bytes.Buffer
	memory := &logMemory{}
	spans := tracetest.NewInMemoryExporter()
	tel, shutdown := assemble(exporters{logs: memory, spans: spans}, resource.Empty(), "farmhand-worker", WithOutput(&out), WithFormat(FormatJSON), WithLevel(slog.LevelWarn))

	ctx, span := tel.Tracer("x").Start(t.Context(), "step")
	tel.Slog().InfoContext(ctx, "step is running", "server", "APP01")
	tel.Slog().WarnContext(ctx, "step failed", "server", "APP01")
	tel.report(errors.New("collector is gone"))
	span.End()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, shutdown(cancelled), "what is left is sent even when the process was told to end")

	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 2, out.String())
	var line map[string]any
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &line))
	require.Equal(t, "step failed", line["msg"])
	require.Contains(t, lines[1], "collector is gone")

	require.Len(t, memory.records, 2, "the level of the console is the console's; failed exports are not exported")
	for _, r := range memory.records {
		require.Equal(t, span.SpanContext().TraceID(), r.TraceID())
	}
}

// What is recorded through the engine's handler leaves with the unit and the attributes of package metrics, and no others.
func TestMetrics(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	tel, shutdown := assemble(exporters{metrics: reader}, resource.Empty(), "farmhand-worker")
	require.True(t, tel.Measures())
	h := tel.MetricsHandler().WithTags(map[string]string{"namespace": "default", "workflow_type": "FarmUpdate"})
	metrics.GateWaited(h, "continue").Record(14 * 3600e9)
	metrics.StepTook(h, farm.StepRunWizard, true).Record(600e9)
	metrics.Intervened(h, farm.Failure{Step: farm.StepRunWizard, Kind: farm.FailureNotProven}).Inc(1)
	metrics.ServerTook(h, farm.PhaseInstall).Record(1200e9)
	for _, observed := range []metrics.Metric{metrics.GatesPending, metrics.InterventionsOpen, metrics.FarmsRunning} {
		gauge, err := tel.Meter("x").Int64Gauge(observed.Name)
		require.NoError(t, err)
		var about []attribute.KeyValue
		for _, a := range append(observed.Attributes, "namespace") {
			about = append(about, attribute.String(a, "x"))
		}
		gauge.Record(t.Context(), 1, metric.WithAttributes(about...))
	}

	var all metricdata.ResourceMetrics
	require.NoError(t, reader.Collect(t.Context(), &all))
	got := map[string]metricdata.Metrics{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			got[m.Name] = m
		}
	}
	require.Len(t, got, len(metrics.All()))
	for _, want := range metrics.All() {
		m := got[want.Name]
		require.Equal(t, want.Unit, m.Unit, want.Name)
		require.Equal(t, want.Description, m.Description, want.Name)
		require.ElementsMatch(t, want.Attributes, keysOf(t, m.Data), want.Name)
	}
	require.True(t, got[metrics.Interventions.Name].Data.(metricdata.Sum[int64]).IsMonotonic)
	wait := got[metrics.GateWait.Name].Data.(metricdata.Histogram[float64]).DataPoints[0]
	require.EqualValues(t, 14*3600, wait.Sum)
	require.EqualValues(t, 259200, wait.Bounds[len(wait.Bounds)-1], "a wait over night fits the bounds")
	require.NoError(t, shutdown(t.Context()))
}

// keysOf are the attributes of a metric's only data point.
func keysOf(t *testing.T, data metricdata.Aggregation) []string {
	t.Helper()
	var set attribute.Set
	switch d := data.(type) {
	case metricdata.Gauge[int64]:
		set = d.DataPoints[0].Attributes
	case metricdata.Sum[int64]:
		set = d.DataPoints[0].Attributes
	case metricdata.Histogram[float64]:
		set = d.DataPoints[0].Attributes
	default:
		require.Fail(t, "unexpected kind of metric", "%T", data)
	}
	var keys []string
	for _, kv := range set.ToSlice() {
		keys = append(keys, string(kv.Key))
	}
	return keys
}
