package main

import (
	"fmt"
	"math"
	"strings"
)

// report prints the measures as Markdown: ratios first, then a table of medians with their spread.
func report(machine string, measures []measure, s Samples) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Benchmark run\n\n%s. Contestants in turn; medians, with the least and the most in brackets.\n", machine)
	for _, m := range measures {
		fmt.Fprintf(&b, "\n## %s\n\nRounds: %d.\n\n", m.title, s.rounds(m.name))
		for _, c := range m.comparisons {
			ratios := s.ratios(m.name, c.metric, c.over, c.under)
			if len(ratios) == 0 {
				continue
			}
			fmt.Fprintf(&b, "- "+c.says+" (%s to %s)\n", "**"+number(spreadOf(ratios).median)+"**", number(spreadOf(ratios).least), number(spreadOf(ratios).most))
		}
		m.table(&b, s)
	}
	return b.String()
}

// table is one row a metric and one column a contestant.
func (m measure) table(b *strings.Builder, s Samples) {
	fmt.Fprint(b, "\n| |")
	for _, c := range m.contestants {
		fmt.Fprintf(b, " %s |", c.name)
	}
	fmt.Fprintf(b, "\n|---|%s\n", strings.Repeat("---|", len(m.contestants)))
	for _, metric := range m.metrics(s) {
		var cells []string
		label := metric
		for _, c := range m.contestants {
			values, unit := s.values(m.name, c.name, metric)
			if unit != "" {
				label = metric + ", " + unit
			}
			cells = append(cells, cell(values))
		}
		fmt.Fprintf(b, "| %s | %s |\n", label, strings.Join(cells, " | "))
	}
}

// metrics are those of a measure, in the order in which they first came.
func (m measure) metrics(s Samples) (out []string) {
	seen := map[string]bool{}
	for _, x := range s {
		if x.Measure == m.name && !seen[x.Metric] {
			seen[x.Metric] = true
			out = append(out, x.Metric)
		}
	}
	return out
}

func cell(values []float64) string {
	if len(values) == 0 {
		return "–"
	}
	d := spreadOf(values)
	if d.least == d.most {
		return number(d.median)
	}
	return fmt.Sprintf("%s (%s–%s)", number(d.median), number(d.least), number(d.most))
}

// number prints three figures that count, and no fraction from a hundred on.
func number(v float64) string {
	switch size := math.Abs(v); {
	case size >= 100 || v == math.Trunc(v):
		return fmt.Sprintf("%.0f", v)
	case size >= 10:
		return fmt.Sprintf("%.1f", v)
	case size >= 0.1:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.4f", v)
}
