// Package metrics names farmhand's own metrics and makes their instruments. Workflows and activities record
// through the handler the engine gives them, so nothing here reads a clock or knows an exporter; package
// telemetry wires the exporters.
package metrics

import (
	"strconv"

	"go.temporal.io/sdk/client"
)

// Names of farmhand's own metrics. Durations are in seconds.
const (
	// GatesPendingName is 1 while a gate waits for people, else 0. Alert on it: users are off meanwhile.
	GatesPendingName = "farmhand.gates.pending"
	// GateWaitName is how long a gate waited for its decision.
	GateWaitName = "farmhand.gate.wait"
	// StepDurationName is how long a step took, retries included.
	StepDurationName = "farmhand.step.duration"
	// InterventionsName counts steps that failed for good and asked an operator.
	InterventionsName = "farmhand.interventions"
	// ServerDurationName is how long a server's part took: the package phase, or its wizard and proof.
	ServerDurationName = "farmhand.server.duration"
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
	return h.WithTags(map[string]string{TagFarm: farm, TagGate: gate}).Gauge(GatesPendingName)
}

// GateWait is the timer for one gate of one farm.
func GateWait(h client.MetricsHandler, farm, gate string) client.MetricsTimer {
	return h.WithTags(map[string]string{TagFarm: farm, TagGate: gate}).Timer(GateWaitName)
}

// StepDuration is the timer for one kind of step; ok says whether it succeeded. Farm and server are left to the trace, or
// the number of series would grow with every rollout.
func StepDuration(h client.MetricsHandler, step string, ok bool) client.MetricsTimer {
	return h.WithTags(map[string]string{TagStep: step, TagOK: strconv.FormatBool(ok)}).Timer(StepDurationName)
}

// Interventions counts the interventions of one farm by the kind of step that failed.
func Interventions(h client.MetricsHandler, farm, step string) client.MetricsCounter {
	return h.WithTags(map[string]string{TagFarm: farm, TagStep: step}).Counter(InterventionsName)
}

// ServerDuration is the timer for one server in one phase.
func ServerDuration(h client.MetricsHandler, farm, server, phase string) client.MetricsTimer {
	return h.WithTags(map[string]string{TagFarm: farm, TagServer: server, TagPhase: phase}).Timer(ServerDurationName)
}
