package telemetry

import "io"

// Quiet is telemetry that goes nowhere, whatever the OTEL_* variables say: for what runs behind a person's back, such as the
// completion of a command line, and must neither print nor wait for a collector. It is not made global.
func Quiet() *Telemetry {
	t, _ := assemble(exporters{}, nil, "", WithOutput(io.Discard)) // nothing to shut down
	return t
}
