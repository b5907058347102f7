// Command chaos proves by force that nothing is lost. Each seed makes a farm, a rollout, faults, kills and people (package
// scenario); farmhand's real programs update that farm while they are killed (package runner); a judge that knows the
// article and nothing of farmhand says which rules were broken (package judge). A seed that fails makes the same again:
//
//	make chaos RUNS=500 SEED=1
//	make chaos SEED=42 RUNS=1
//	make chaos SEED=42 RUNS=1 PLAIN=1   # as it was before worlds got fleets, windows, manual servers and modes of backups
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"farmhand/test/chaos/runner"
)

// options are the command's flags.
type options struct {
	runs, parallel      int
	seed                uint64
	bin, dir, offenders string
	table               string
	keep, plain         bool
	patience            time.Duration
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if err != nil {
		return 2
	}
	seeds, err := o.seeds()
	if err == nil {
		var results []result
		results, err = o.play(ctx, seeds, stdout)
		if len(results) > 0 { // a campaign that was ended early says what it saw
			err = errors.Join(err, o.conclude(results, stdout))
		}
	}
	if err != nil {
		fmt.Fprintln(stderr, "chaos:", err)
		return 1
	}
	return 0
}

func parse(args []string, usage io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("chaos", flag.ContinueOnError)
	f.SetOutput(usage)
	f.IntVar(&o.runs, "runs", 25, "how many fresh seeds")
	f.Uint64Var(&o.seed, "seed", 0, "the first seed; 0: one nobody has seen yet")
	f.BoolVar(&o.plain, "plain", false, "make the older worlds: one farm, updated by the programs alone at any time, with full backups")
	f.IntVar(&o.parallel, "parallel", 3*runtime.NumCPU(), "how many runs at once: most of a run is waiting; three for each processor")
	f.StringVar(&o.bin, "bin", "bin", "`directory` of devserver, worker and starter")
	f.StringVar(&o.dir, "dir", "", "`directory` that keeps the runs that failed (default: one in the temporary directory)")
	f.StringVar(&o.offenders, "offenders", "", "`file` of seeds that failed once, which are run first")
	f.StringVar(&o.table, "table", "", "`file` that gets the table, too")
	f.BoolVar(&o.keep, "keep", false, "keep the runs that passed, too")
	f.DurationVar(&o.patience, "patience", 10*time.Minute, "how long a rollout may take before it is called stuck")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if o.dir == "" {
		var err error
		if o.dir, err = os.MkdirTemp("", "farmhand-chaos-"); err != nil {
			return o, err
		}
	}
	var err error
	o.dir, err = filepath.Abs(o.dir)
	return o, errors.Join(err, o.check())
}

func (o options) check() error {
	if o.runs < 0 || o.parallel < 1 {
		return errors.New("-runs must not be negative, and -parallel at least 1")
	}
	return nil
}

// programs are farmhand's, as make build leaves them.
func (o options) programs() (runner.Programs, error) {
	var p runner.Programs
	for name, path := range map[string]*string{"devserver": &p.Devserver, "worker": &p.Worker, "starter": &p.Starter} {
		var err error
		if *path, err = filepath.Abs(filepath.Join(o.bin, name)); err != nil {
			return p, err
		}
		if _, err := os.Stat(*path); err != nil {
			return p, fmt.Errorf("%w: run make build", err)
		}
	}
	return p, nil
}
