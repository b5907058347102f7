package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// Figure is one number of one run of a contestant.
type Figure struct {
	Metric string
	Value  float64
	Unit   string
}

// Sample is a figure with where it comes from.
type Sample struct {
	Measure, Contestant string
	Round               int
	Figure
}

// Samples are all that was measured, in order.
type Samples []Sample

// values are a contestant's figures of one metric, in the order of the rounds.
func (s Samples) values(measure, contestant, metric string) (out []float64, unit string) {
	for _, x := range s {
		if x.Measure == measure && x.Contestant == contestant && x.Metric == metric {
			out, unit = append(out, x.Value), x.Unit
		}
	}
	return out, unit
}

// ratios are one contestant's figures over another's, round by round.
func (s Samples) ratios(measure, metric, over, under string) (out []float64) {
	below := map[int]float64{}
	for _, x := range s {
		if x.Measure == measure && x.Contestant == under && x.Metric == metric {
			below[x.Round] = x.Value
		}
	}
	for _, x := range s {
		if x.Measure == measure && x.Contestant == over && x.Metric == metric && below[x.Round] != 0 {
			out = append(out, x.Value/below[x.Round])
		}
	}
	return out
}

// rounds is how many rounds a measure had.
func (s Samples) rounds(measure string) (n int) {
	for _, x := range s {
		if x.Measure == measure {
			n = max(n, x.Round)
		}
	}
	return n
}

// spread is what a list of values comes to.
type spread struct{ least, median, most float64 }

// spreadOf returns zeros for an empty list. The median of an even number of values is the mean of the two in the middle.
func spreadOf(values []float64) spread {
	if len(values) == 0 {
		return spread{}
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	median := sorted[middle]
	if len(sorted)%2 == 0 {
		median = (sorted[middle-1] + sorted[middle]) / 2
	}
	return spread{sorted[0], median, sorted[len(sorted)-1]}
}

// writeCSV writes one line a sample.
func (s Samples) writeCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	rows := [][]string{{"measure", "contestant", "round", "metric", "value", "unit"}}
	for _, x := range s {
		rows = append(rows, []string{x.Measure, x.Contestant, strconv.Itoa(x.Round), x.Metric, strconv.FormatFloat(x.Value, 'g', 8, 64), x.Unit})
	}
	if err := c.WriteAll(rows); err != nil {
		return fmt.Errorf("samples: %w", err)
	}
	return nil
}
