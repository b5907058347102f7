package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"farmhand/test/chaos/scenario"
)

// errFailed is what a run that broke a rule makes of the whole.
type errFailed int

// Error implements error.
func (e errFailed) Error() string { return fmt.Sprintf("%d runs failed", int(e)) }

// conclude prints the table, and returns errFailed when a run failed.
func (o options) conclude(results []result, out io.Writer) error {
	text := table(results)
	fmt.Fprintf(out, "\n%s", text)
	if o.table != "" {
		if err := os.WriteFile(o.table, []byte(text), 0o644); err != nil { //nolint:gosec // a table that everybody may read
			return err
		}
	}
	failed := 0
	for _, r := range results {
		if r.failed() {
			failed++
			fmt.Fprintf(out, "seed %d failed; again: make chaos SEED=%d RUNS=1%s\n", r.Scenario.Seed, r.Scenario.Seed, again(r.Scenario))
		}
	}
	if failed > 0 {
		return errFailed(failed)
	}
	return nil
}

// table is what a whole campaign came to.
func table(results []result) string {
	outcomes, layouts, faults, broken, moments := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	kinds, progress := map[string]int{}, map[string][]time.Duration{}
	var servers, stuck, planned, fell int
	var took time.Duration
	for _, r := range results {
		switch {
		case r.Outcome != "":
			outcomes[r.Outcome]++
		case r.Stuck != "":
			outcomes["no end"]++
		default: // a wave before its own spent the budget
			outcomes["not-started"]++
		}
		layouts[r.Scenario.Farm.Layout]++
		for _, f := range r.Scenario.Farms() {
			servers += len(f.Servers)
		}
		for _, k := range r.Scenario.Kinds() {
			kinds[k]++
		}
		took += r.Took
		for k, n := range r.Struck {
			faults[k] += n
		}
		for _, b := range r.Broken {
			broken[string(b.Rule)]++
		}
		if r.Stuck != "" {
			stuck++
		}
		for _, k := range r.Scenario.Kills {
			planned++
			if k.Again > 0 {
				planned++
			}
		}
		fell += len(r.Kills)
		for _, k := range r.Kills {
			moment, _, _ := strings.Cut(k.When, " on ")
			moments[moment]++
			progress[string(k.Target)] = append(progress[string(k.Target)], k.Progress)
		}
	}
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("runs          %d, %d servers, %s of updates", len(results), servers, took.Round(time.Second))
	line("seeds         %s", seedRange(results))
	line("farms         %s", orNone(counts(layouts)))
	line("worlds        %s", orNone(counts(kinds)))
	line("outcomes      %s", orNone(counts(outcomes)))
	line("rules broken  %s", orNone(counts(broken)))
	line("stuck         %d", stuck)
	line("faults met    %s", orNone(counts(faults)))
	line("kills         %d of %d: the moments of the others never came", fell, planned)
	line("their moments %s", orNone(counts(moments)))
	line("")
	line("%-12s %6s   time until the run went on", "killed", "times")
	line("%-12s %6s   %8s %8s", "", "", "median", "95 %")
	var all []time.Duration
	for _, t := range []scenario.Target{scenario.Worker, scenario.Temporal, scenario.Simulator, scenario.Command, scenario.Everything} {
		if times := progress[string(t)]; len(times) > 0 {
			line("%-12s %6d   %8s %8s", t, len(times), quantile(times, 50), quantile(times, 95))
			all = append(all, times...)
		}
	}
	if len(all) > 0 {
		line("%-12s %6d   %8s %8s", "all", len(all), quantile(all, 50), quantile(all, 95))
	}
	return b.String()
}

func seedRange(results []result) string {
	var seeds []uint64
	for _, r := range results {
		seeds = append(seeds, r.Scenario.Seed)
	}
	if len(seeds) == 0 {
		return "none"
	}
	return fmt.Sprintf("%d to %d", slices.Min(seeds), slices.Max(seeds))
}

// counts lists what was counted, the most frequent first.
func counts(m map[string]int) string {
	keys := slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		if m[a] != m[b] {
			return m[b] - m[a]
		}
		return strings.Compare(a, b)
	})
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = fmt.Sprintf("%s %d", k, m[k])
	}
	return strings.Join(parts, ", ")
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// quantile is the time that so many of a hundred do not exceed.
func quantile(times []time.Duration, percent int) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[(len(sorted)*percent+99)/100-1].Round(10 * time.Millisecond)
}
