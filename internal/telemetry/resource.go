package telemetry

import (
	"context"
	"fmt"
	"os"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"

	"farmhand/internal/version"
)

// describe says which process the telemetry is from. The command line and the account are left out on purpose. The
// environment comes last, so that OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
func describe(ctx context.Context, service string) *resource.Resource {
	about := []attribute.KeyValue{semconv.ServiceName(service), semconv.ServiceInstanceID(instance())}
	if v := version.Current().Name(); v != "" {
		about = append(about, semconv.ServiceVersion(v))
	}
	// Whatever cannot be found out is missing from the result, which is used all the same.
	r, _ := resource.New(ctx,
		resource.WithTelemetrySDK(), resource.WithHost(), resource.WithProcessPID(), resource.WithProcessExecutableName(),
		resource.WithProcessRuntimeName(), resource.WithProcessRuntimeVersion(),
		resource.WithAttributes(about...), resource.WithFromEnv())
	return r
}

// instance tells processes of one service apart, as Temporal does in histories: pid@host. Without it two workers' metrics
// would be taken for one's.
func instance() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%d@%s", os.Getpid(), host)
}
