package telemetry

import sdkmetric "go.opentelemetry.io/otel/sdk/metric"

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
