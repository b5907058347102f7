package telemetry

import (
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"

	"farmhand/internal/metrics"
)

// Bounds of histograms, in seconds: the defaults are made for milliseconds. Ours last seconds to days; what the SDK and the
// SQL driver measure, milliseconds to minutes.
var (
	hours   = sdkmetric.AggregationExplicitBucketHistogram{Boundaries: []float64{1, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 2700, 3600, 7200, 14400, 28800, 57600, 86400, 259200}}
	moments = sdkmetric.AggregationExplicitBucketHistogram{Boundaries: []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200}}
)

// sqlDuration is the driver's wrapper's metric, as OpenTelemetry's conventions name it.
const sqlDuration = "db.client.operation.duration"

// views say how metrics are exported. farmhand's get their unit and description, which the engine's handler has no place
// for, and lose the attributes that it adds to everything. Of a SQL Server's metrics the address is dropped: a fleet has
// a thousand.
func views() []sdkmetric.View {
	all := []sdkmetric.View{
		sdkmetric.NewView(
			sdkmetric.Instrument{Name: "temporal_*", Kind: sdkmetric.InstrumentKindHistogram},
			sdkmetric.Stream{Aggregation: moments}),
		sdkmetric.NewView(
			sdkmetric.Instrument{Name: sqlDuration},
			sdkmetric.Stream{Aggregation: moments, AttributeFilter: attribute.NewAllowKeysFilter(semconv.DBOperationNameKey, semconv.ErrorTypeKey)}),
	}
	for _, m := range metrics.All() {
		all = append(all, view(m))
	}
	return all
}

func view(m metrics.Metric) sdkmetric.View {
	keys := make([]attribute.Key, len(m.Attributes))
	for i, a := range m.Attributes {
		keys[i] = attribute.Key(a)
	}
	stream := sdkmetric.Stream{Name: m.Name, Description: m.Description, Unit: m.Unit, AttributeFilter: attribute.NewAllowKeysFilter(keys...)}
	return func(i sdkmetric.Instrument) (sdkmetric.Stream, bool) {
		if i.Name != m.Name {
			return sdkmetric.Stream{}, false
		}
		s := stream
		if i.Kind == sdkmetric.InstrumentKindHistogram {
			s.Aggregation = hours
		}
		return s, true
	}
}
