// Package telemetry holds what farmhand's programs export against what docs/observability.md, the alert rules and the
// dashboards say of it.
//
// It runs the programs with the real collector (bin/otelcol, with the configuration of a deployment) and reads what the
// collector wrote: recording.go reads its files, collector.go starts it, scrape.go reads a Prometheus page and the names
// that rules and dashboards ask for. Other tests with processes of their own use these, too.
//
// names_test.go needs no process and is part of `make test`; rollout_test.go, with the build tag e2e, runs a whole rollout
// with a killed worker, a failed package and a server that reboots.
package telemetry
