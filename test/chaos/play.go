package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"farmhand/test/chaos/judge"
	"farmhand/test/chaos/runner"
	"farmhand/test/chaos/scenario"
)

// result is a run with the judge's verdict.
type result struct {
	runner.Run
	Outcome string
	Broken  []judge.Broken
	// Struck counts the faults of the scenario that the simulated farm met, by kind.
	Struck map[string]int
}

// failed reports whether the run broke a rule or did not end.
func (r result) failed() bool { return len(r.Broken) > 0 || r.Stuck != "" }

// play runs every seed, a few at once, and prints a line for each.
func (o options) play(ctx context.Context, seeds []seed, out io.Writer) ([]result, error) {
	programs, err := o.programs()
	if err != nil {
		return nil, err
	}
	var (
		mu      sync.Mutex
		results []result
	)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(o.parallel)
	for _, one := range seeds {
		g.Go(func() error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			r, err := o.one(ctx, one.scenario(), programs)
			if err != nil {
				return fmt.Errorf("seed %d: %w", one.number, err)
			}
			mu.Lock()
			defer mu.Unlock()
			results = append(results, r)
			fmt.Fprintf(out, "%4d/%d  %s\n", len(results), len(seeds), r.line())
			return nil
		})
	}
	return results, g.Wait()
}

// one runs and judges one scenario. The directory of a run that passed is removed.
func (o options) one(ctx context.Context, s scenario.Scenario, p runner.Programs) (result, error) {
	dir := filepath.Join(o.dir, fmt.Sprintf("seed-%d", s.Seed))
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o700)); err != nil {
		return result{}, err
	}
	run, err := runner.Play(ctx, s, p, dir, o.patience)
	if err != nil {
		return result{}, err
	}
	r := result{Run: run}
	evidence, err := judge.ReadFleet(run.Journal(), run.Histories(), run.Report(), s.Marks()...)
	switch {
	case err == nil:
		r.Broken, r.Outcome = judge.JudgeFleet(evidence), evidence.Outcome(s.Farm.Name)
		for i, f := range s.Farms() {
			hindrance := s.Hindrance
			if i > 0 {
				hindrance = "" // it is the first farm's
			}
			if out := evidence.Outcome(f.Name); out != "" && (out == "refused") != (hindrance != "") {
				r.Broken = append(r.Broken, judge.Broken{Rule: judge.Outcome, Says: fmt.Sprintf("%s was %s; hindered by: %q", f.Name, out, hindrance)})
			}
		}
	case run.Stuck == "":
		return r, err
	}
	if r.Struck, err = run.Struck(); err != nil {
		return r, err
	}
	if !r.failed() && !o.keep {
		err = os.RemoveAll(dir)
	}
	return r, err
}

// line says what came of one run.
func (r result) line() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-9s %5.1fs  %s", r.word(), r.Took.Seconds(), r.Scenario)
	if r.Stuck != "" {
		fmt.Fprintf(&b, "\n           stuck: %s", r.Stuck)
	}
	for _, x := range r.Broken {
		fmt.Fprintf(&b, "\n           %s", x)
	}
	if r.failed() {
		fmt.Fprintf(&b, "\n           everything is in %s\n           again: make chaos SEED=%d RUNS=1%s", r.Dir, r.Scenario.Seed, again(r.Scenario))
	}
	return b.String()
}

func (r result) word() string {
	switch {
	case r.Stuck != "":
		return "STUCK"
	case len(r.Broken) > 0:
		return "BROKEN"
	case r.Outcome == "completed-with-exceptions":
		return "exception"
	case r.Outcome == "":
		return "not-started"
	}
	return r.Outcome
}

// again is what the command needs besides a seed to make a world again.
func again(s scenario.Scenario) string {
	if s.Wide {
		return ""
	}
	return " PLAIN=1"
}
