// Package metrics names farmhand's own metrics, their units and attributes, and makes the instruments that workflows
// record with. They record through the handler the engine gives them, so nothing here reads a clock or knows an exporter;
// package telemetry wires the exporters. What is true of the world and not of one event (how many gates wait) is observed
// by the worker itself (worker/standing.go): a gauge that workflow code sets is forgotten when the worker dies, for a
// replay records nothing, and goes on at its last value in a worker that the run has left.
package metrics

import (
	"strconv"

	"go.temporal.io/sdk/client"

	"farmhand/internal/farm"
)

// Metric is what is known of one of farmhand's metrics before the first value.
type Metric struct {
	// Name is the OpenTelemetry name. Prometheus writes dots as underscores and adds the unit, and _total to counters.
	Name string
	// Unit is a UCUM unit: s, or a thing that is counted in braces.
	Unit string
	// Description says what a value means.
	Description string
	// Attributes are the only ones exported. None has more values than a release has steps or a rollout has farms at work.
	Attributes []string
}

// farmhand's own metrics.
var (
	// GatesPending is 1 while a gate waits for people, else 0. Alert on it: users are off meanwhile.
	GatesPending = Metric{"farmhand.gates.pending", "{gate}", "1 while a farm waits for people at a gate or a manual task", []string{TagFarm, TagGate}}
	// InterventionsOpen is 1 while a step that failed for good waits for an operator, else 0.
	InterventionsOpen = Metric{"farmhand.interventions.open", "{intervention}", "1 while a farm waits for an operator's choice after a step failed for good", []string{TagFarm}}
	// FarmsRunning is how many farms are being updated.
	FarmsRunning = Metric{"farmhand.farms.running", "{farm}", "Farms whose update is under way, by phase", []string{TagPhase}}
	// GateWait is how long a gate waited for its decision.
	GateWait = Metric{"farmhand.gate.wait", "s", "How long a gate or a manual task waited for its decision", []string{TagGate}}
	// StepDuration is how long a step took, retries included.
	StepDuration = Metric{"farmhand.step.duration", "s", "How long one go at a step took, the engine's retries included", []string{TagStep, TagOK}}
	// Interventions counts steps that failed for good and asked an operator.
	Interventions = Metric{"farmhand.interventions", "{intervention}", "Steps that failed for good and asked an operator", []string{TagStep, TagFailure}}
	// ServerDuration is how long a server's part took: the package phase, or its wizard and proof.
	ServerDuration = Metric{"farmhand.server.duration", "s", "How long one server's part of a phase took", []string{TagPhase}}
)

// All are farmhand's own metrics.
func All() []Metric {
	return []Metric{GatesPending, InterventionsOpen, FarmsRunning, GateWait, StepDuration, Interventions, ServerDuration}
}

// Names of the metrics' attributes. A histogram has one series per bucket and set of attributes, so histograms have none
// that grow with the fleet: the trace and the report say which farm and server it was.
const (
	TagFarm    = "farmhand.farm"
	TagGate    = "farmhand.gate"
	TagStep    = "farmhand.step"
	TagPhase   = "farmhand.phase"
	TagOK      = "farmhand.ok"
	TagFailure = "error.type" // OpenTelemetry's own name; the values are the kinds of failure
)

// The functions below take the handler of workflow.GetMetricsHandler, which is silent during replay.

// GateWaited is the timer for one gate, or for GateTask.
func GateWaited(h client.MetricsHandler, gate string) client.MetricsTimer {
	return h.WithTags(map[string]string{TagGate: gate}).Timer(GateWait.Name)
}

// StepTook is the timer for one kind of step; ok says whether it succeeded.
func StepTook(h client.MetricsHandler, step farm.StepKind, ok bool) client.MetricsTimer {
	return h.WithTags(map[string]string{TagStep: string(step), TagOK: strconv.FormatBool(ok)}).Timer(StepDuration.Name)
}

// Intervened counts an intervention by the kind of step and of failure.
func Intervened(h client.MetricsHandler, f farm.Failure) client.MetricsCounter {
	return h.WithTags(map[string]string{TagStep: string(f.Step), TagFailure: string(f.Kind)}).Counter(Interventions.Name)
}

// ServerTook is the timer for one server's part of a phase.
func ServerTook(h client.MetricsHandler, p farm.Phase) client.MetricsTimer {
	return h.WithTags(map[string]string{TagPhase: string(p)}).Timer(ServerDuration.Name)
}
