package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		slog.Error("no result", "error", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	only   []string
	with   []string
	rounds int
	limit  time.Duration
	out    string
	bin    string
}

func run(ctx context.Context, args []string) error {
	if len(args) == 2 && args[0] == "client" {
		return serveClient(ctx, args[1], os.Stdin, os.Stdout)
	}
	if len(args) == 3 && args[0] == "plain" {
		return servePlain(ctx, args[1], args[2])
	}
	var o options
	var only, with string
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&only, "only", "", "measures to run, with commas (default: all)")
	flags.StringVar(&with, "with", "", "contestants to run, with commas (default: all)")
	flags.IntVar(&o.rounds, "n", 5, "rounds")
	flags.DurationVar(&o.limit, "for", time.Hour, "begin no round of a measure after it has taken so long")
	flags.StringVar(&o.out, "out", "", "directory that gets samples.csv and report.md")
	flags.StringVar(&o.bin, "bin", "bin", "directory of farmhand's programs")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if only != "" {
		o.only = strings.Split(only, ",")
	}
	if with != "" {
		o.with = strings.Split(with, ",")
	}
	return o.measure(ctx)
}

// section makes a measure; close ends what it needs.
type section struct {
	name string
	open func(ctx context.Context, o options) (m measure, closeIt func(), err error)
}

// sections are all there are, the shortest first.
var sections = []section{
	{"winrm", func(ctx context.Context, _ options) (measure, func(), error) {
		s, err := startWinRM(ctx)
		if err != nil {
			return measure{}, nil, err
		}
		return s.measure("farmhand", "masterzen", "pywinrm"), s.close, nil
	}},
	{"farm", openFarm},
	{"pace", openPace},
	{"recovery", openRecovery},
	{"build", openBuild},
}

// measure runs what was asked for and writes it down. Where a measure fails, what came before it is written all the same.
func (o options) measure(ctx context.Context) error {
	for _, name := range o.only {
		if !slices.ContainsFunc(sections, func(s section) bool { return s.name == name }) {
			return fmt.Errorf("no measure %q", name)
		}
	}
	where := machine(time.Now())
	var all Samples
	var done []measure
	var failed error
	for _, s := range sections {
		if len(o.only) > 0 && !slices.Contains(o.only, s.name) {
			continue
		}
		m, closeIt, err := s.open(ctx, o)
		if err == nil {
			m.contestants = slices.DeleteFunc(m.contestants, func(c contestant) bool { return len(o.with) > 0 && !slices.Contains(o.with, c.name) })
			var samples Samples
			samples, err = m.play(ctx, o.rounds, o.limit)
			closeIt()
			all, done = append(all, samples...), append(done, m)
		}
		failed = errors.Join(failed, err, o.write(report(where, done, all), all)) // what follows may take long, or fail
	}
	fmt.Print(report(where, done, all))
	return failed
}

// write keeps the report and every sample.
func (o options) write(text string, all Samples) error {
	if o.out == "" {
		return nil
	}
	if err := os.MkdirAll(o.out, 0o750); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(o.out, "samples.csv"))
	if err != nil {
		return err
	}
	return errors.Join(all.writeCSV(f), f.Close(), os.WriteFile(filepath.Join(o.out, "report.md"), []byte(text), 0o644)) //nolint:gosec // a page of the documentation
}
