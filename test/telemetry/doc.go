// Package telemetry holds what farmhand's programs export against what docs/observability.md, the alert rules and the
// dashboards say of it.
//
// recording.go reads the files that a collector wrote, collector.go starts one (bin/otelcol, with the configuration of a
// deployment), scrape.go reads a Prometheus page and the names that rules and dashboards ask for. Tests with processes of
// their own use these, too.
package telemetry
