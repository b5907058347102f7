// Command otelcol is an OpenTelemetry collector with the components that farmhand's deployment uses, and no others.
//
// It exists so that traces, metrics and logs can be received, kept and asserted on a machine where nothing but Go is
// installed: everything comes from the Go module proxy. The stock images otel/opentelemetry-collector-contrib understand
// the same configuration files (deploy/otel-collector.yaml), for each component here is theirs, under its own name.
//
//	bin/otelcol --config deploy/otel-collector.yaml                                             # as a deployment has it
//	bin/otelcol --config deploy/otel-collector.yaml --config deploy/otel-collector-files.yaml   # keeps files, sends nothing on
//	bin/otelcol components                                                                      # what is built in
//
// components.go lists the components. The module is one of its own because a collector has many dependencies, and because
// its OpenTelemetry libraries are not at the version that farmhand's are.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/otelcol"
)

// Version is the version of the components, which are released together.
const Version = "0.155.0"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := otelcol.NewCommand(settings()).ExecuteContext(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "otelcol:", err)
		os.Exit(1)
	}
}

// settings are the collector's: its components, and where its configuration may come from (files and ${env:NAME}).
func settings() otelcol.CollectorSettings {
	return otelcol.CollectorSettings{
		BuildInfo: component.BuildInfo{Command: "otelcol", Description: "OpenTelemetry collector for farmhand", Version: Version},
		Factories: components,
		ConfigProviderSettings: otelcol.ConfigProviderSettings{
			ResolverSettings: confmap.ResolverSettings{
				ProviderFactories: []confmap.ProviderFactory{fileprovider.NewFactory(), envprovider.NewFactory()},
				DefaultScheme:     "env",
			},
		},
	}
}
