package telemetry

import (
	"strconv"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.temporal.io/sdk/client"
)

// Names of farmhand's own metrics. Durations are in seconds.
const (
	// MetricGatesPending is 1 while a gate waits for people, else 0. Alert on it: users are off meanwhile.
	MetricGatesPending = "farmhand.gates.pending"
	// MetricGateWait is how long a gate waited for its decision.
	MetricGateWait = "farmhand.gate.wait"
	// MetricStepDuration is how long a step took, retries included.
	MetricStepDuration = "farmhand.step.duration"
	// MetricInterventions counts steps that failed for good and asked an operator.
	MetricInterventions = "farmhand.interventions"
	// MetricServerDuration is how long a server's part took: the package phase, or its wizard and proof.
	MetricServerDuration = "farmhand.server.duration"
)

// Names of the metrics' attributes. None of them has more values than a rollout has farms, servers, gates or steps.
const (
	TagFarm   = "farmhand.farm"
	TagServer = "farmhand.server"
	TagGate   = "farmhand.gate"
	TagStep   = "farmhand.step"
	TagPhase  = "farmhand.phase"
	TagOK     = "farmhand.ok"
)

// The constructors below take the handler of workflow.GetMetricsHandler, which is silent during replay, or that of
// activity.GetMetricsHandler.

// GatesPending is the gauge for one gate of one farm: 1 when the question is asked, 0 when it is answered.
func GatesPending(h client.MetricsHandler, farm, gate string) client.MetricsGauge {
	return h.WithTags(map[string]string{TagFarm: farm, TagGate: gate}).Gauge(MetricGatesPending)
}

// GateWait is the timer for one gate of one farm.
func GateWait(h client.MetricsHandler, farm, gate string) client.MetricsTimer {
	return h.WithTags(map[string]string{TagFarm: farm, TagGate: gate}).Timer(MetricGateWait)
}

// StepDuration is the timer for one kind of step; ok says whether it succeeded. Farm and server are left to the trace, or
// the number of series would grow with every rollout.
func StepDuration(h client.MetricsHandler, step string, ok bool) client.MetricsTimer {
	return h.WithTags(map[string]string{TagStep: step, TagOK: strconv.FormatBool(ok)}).Timer(MetricStepDuration)
}

// Interventions counts the interventions of one farm by the kind of step that failed.
func Interventions(h client.MetricsHandler, farm, step string) client.MetricsCounter {
	return h.WithTags(map[string]string{TagFarm: farm, TagStep: step}).Counter(MetricInterventions)
}

// ServerDuration is the timer for one server in one phase.
func ServerDuration(h client.MetricsHandler, farm, server, phase string) client.MetricsTimer {
	return h.WithTags(map[string]string{TagFarm: farm, TagServer: server, TagPhase: phase}).Timer(MetricServerDuration)
}

// views give the histograms bounds that fit: the defaults are made for milliseconds, ours are seconds to days, and the
// SDK's are milliseconds to minutes counted in seconds.
func views() []sdkmetric.View {
	hours := sdkmetric.AggregationExplicitBucketHistogram{Boundaries: []float64{
		1, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 2700, 3600, 7200, 14400, 28800, 57600, 86400, 259200}}
	moments := sdkmetric.AggregationExplicitBucketHistogram{Boundaries: []float64{
		0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200}}
	histogram := func(name string, a sdkmetric.Aggregation) sdkmetric.View {
		return sdkmetric.NewView(sdkmetric.Instrument{Name: name, Kind: sdkmetric.InstrumentKindHistogram}, sdkmetric.Stream{Aggregation: a})
	}
	return []sdkmetric.View{histogram("farmhand.*", hours), histogram("temporal_*", moments)}
}
