package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// contestant is one way of doing what a measure measures.
type contestant struct {
	name string
	run  func(ctx context.Context) ([]Figure, error)
}

// comparison is a ratio worth a line: the metric of one contestant over that of another.
type comparison struct {
	metric, over, under string
	// says what the ratio means, with %s for it.
	says string
}

// measure is one table of the report.
type measure struct {
	name, title string
	contestants []contestant
	comparisons []comparison
	// rounds, where it is not zero, replaces the number asked for: each run is long, or brings many samples.
	rounds int
}

// play runs every contestant once in each round; no round begins after limit. An error of one ends the measure: half a
// comparison is none.
func (m measure) play(ctx context.Context, rounds int, limit time.Duration) (Samples, error) {
	start := time.Now()
	var out Samples
	if m.rounds > 0 {
		rounds = m.rounds
	}
	for round := 1; round <= rounds && (round == 1 || time.Since(start) < limit); round++ {
		for _, c := range m.contestants {
			began := time.Now()
			figures, err := c.run(ctx)
			if err != nil {
				return out, fmt.Errorf("%s, %s, round %d: %w", m.name, c.name, round, err)
			}
			for _, f := range figures {
				out = append(out, Sample{Measure: m.name, Contestant: c.name, Round: round, Figure: f})
			}
			slog.Info("a run has ended", "measure", m.name, "contestant", c.name, "round", round, "took", time.Since(began).Round(time.Millisecond))
		}
	}
	return out, nil
}
