// Command fleet rehearses a change of a whole company in minutes: farms of three sites in waves with canaries, windows that open
// late, a freeze, a farm that fails, gates that want two voices, and a worker that is killed in mid-install. Everything is real but
// the farms: `starter rehearse` runs the processes, people are commands of `starter` typed by a script, and the worker dies of
// SIGKILL. At the end the printed result, the signed bundle of evidence and the journal of what really happened in the simulated
// farms are held against what the file says:
//
//	make rehearse-fleet
//	go run ./test/fleet -size small
//
// Read fleet.go (what is rehearsed), file.go (the rollout file), play.go (how), people.go (who decides), strike.go (the kill),
// then check.go, checkjournal.go and bundle.go (what must come of it).
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run rehearses the fleet that the arguments name. The code is 0 when all of it went as it must, 1 when not, 2 for arguments that make no sense.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if err != nil {
		return 2
	}
	p := &play{options: o, fleet: sizes[o.size](time.Now()), out: stdout}
	if err := p.perform(ctx); err != nil {
		fmt.Fprintf(stderr, "fleet: %v\neverything is in %s\n", err, p.dir)
		return 1
	}
	return 0
}

// options are the command's flags.
type options struct {
	// size names the fleet, bin is where farmhand's programs lie, dir keeps everything.
	size, bin, dir string
	pace           float64
	patience       time.Duration
}

func parse(args []string, usage io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("fleet", flag.ContinueOnError)
	f.SetOutput(usage)
	f.StringVar(&o.size, "size", "large", "large: 40 farms in 4 waves over 3 sites; small: 6 in 2 over 2")
	f.StringVar(&o.bin, "bin", "bin", "`directory` of devserver, worker and starter")
	f.StringVar(&o.dir, "dir", "", "new `directory` that keeps everything (default: one in the temporary directory)")
	f.Float64Var(&o.pace, "pace", 2000, "divide every duration of the simulated farms by this")
	f.DurationVar(&o.patience, "patience", 15*time.Minute, "how long the rollout may take before it is called stuck")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	err := o.check()
	if err == nil {
		o.bin, err = filepath.Abs(o.bin)
	}
	switch {
	case err != nil:
	case o.dir == "":
		o.dir, err = os.MkdirTemp("", "farmhand-fleet-")
	default:
		o.dir, err = filepath.Abs(o.dir)
	}
	if err != nil {
		fmt.Fprintln(usage, err)
	}
	return o, err
}

func (o options) check() error {
	if _, known := sizes[o.size]; !known {
		return fmt.Errorf("-size %q is neither large nor small", o.size)
	}
	if _, err := os.Stat(filepath.Join(o.bin, "starter")); err != nil {
		return fmt.Errorf("%w: run make build", err)
	}
	return nil
}
