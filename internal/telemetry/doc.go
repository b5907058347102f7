// Package telemetry sets up traces, metrics and logs, once per process: worker, starter and simulator call Setup in main.
//
// The OTEL_* variables of the OpenTelemetry specification decide where everything goes, and nothing else does:
// OTEL_TRACES_EXPORTER, OTEL_METRICS_EXPORTER and OTEL_LOGS_EXPORTER (otlp, console, none, and prometheus for metrics),
// OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES and so on. With none of them set nothing is
// exported and nothing is printed but the log on the console. OTEL_SDK_DISABLED=true switches everything off.
//
// A rollout takes hours or days, so no span stays open for a workflow: temporal.go hangs every activity under the short
// span that started its workflow. How long a gate, a step or a server took is a metric (metrics.go).
package telemetry
