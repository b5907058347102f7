// Command fleet measures what a large rollout costs the engine: the real workflows, one worker, and farms whose work takes no
// time, beside a floor program that does nothing but as many activities with as large payloads. Both take turns on the same server in
// the same run, so that what else the machine does strikes them alike; ratios hold on a busy machine, rates do not.
//
//	make bench-fleet FARMS=1000
//	make bench-fleet FARMS=1000 ENGINE=postgres
//
// The farms are a light twin. One small farm is updated first, by farmhand's own programs against the simulator over the wire; what its
// activities were asked and answered is in its history. In the measured rollouts the activities, under their production names, give
// the answers of that recording at once. So payloads are of real size, and workflows decide on real facts.
//
// Read recording.go and record.go (the farm that is recorded), light.go (who answers from it), floor.go (the floor program), work.go (the
// worker processes), then bench.go (who goes when), meter.go (what is measured) and table.go (what is printed).
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
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// The values of -role: the command starts itself as its two workers.
const (
	roleBench   = "bench"
	roleProduct = "product"
	roleFloor   = "floor"
)

// options are the command's flags.
type options struct {
	role           string
	farms, block   int
	parallel       int
	engine         string
	bin, dir, save string
	address        string
	recording      string
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if err != nil {
		return 2
	}
	if o.role == roleBench {
		err = bench(ctx, o, stdout)
	} else {
		err = work(ctx, o, stdin, stdout)
	}
	if err != nil && ctx.Err() == nil {
		fmt.Fprintln(stderr, "fleet:", err)
		return 1
	}
	return 0
}

func parse(args []string, usage io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("fleet", flag.ContinueOnError)
	f.SetOutput(usage)
	f.IntVar(&o.farms, "farms", 100, "farms of the largest rollout; each power of ten below it is measured first")
	f.IntVar(&o.block, "block", 50, "farms of a turn: a wave of the rollout, then as many of the floor program")
	f.IntVar(&o.parallel, "parallel", 50, "farms under way at once")
	f.StringVar(&o.engine, "engine", engineSQLite, "sqlite or postgres")
	f.StringVar(&o.bin, "bin", "bin", "`directory` of devserver, worker and starter")
	f.StringVar(&o.dir, "dir", "", "`directory` for everything (default: a temporary one)")
	f.StringVar(&o.save, "save", "", "`file` that gets every turn, as JSON lines")
	f.StringVar(&o.role, "role", roleBench, "bench; product and floor are the workers that it starts")
	f.StringVar(&o.address, "address", "", "of the Temporal server, for a worker")
	f.StringVar(&o.recording, "recording", "", "`file` of the recorded farm, for a worker; for the bench: use that one")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	err := o.check()
	if err != nil {
		fmt.Fprintln(usage, err)
		return o, err
	}
	if o.dir == "" && o.role == roleBench {
		o.dir, err = os.MkdirTemp("", "farmhand-bench-fleet-")
	}
	if err == nil {
		o.bin, err = filepath.Abs(o.bin)
	}
	return o, err
}

func (o options) check() error {
	switch {
	case o.farms < 1 || o.block < 1 || o.parallel < 1:
		return errors.New("-farms, -block and -parallel must be at least 1")
	case o.engine != engineSQLite && o.engine != enginePostgres:
		return fmt.Errorf("-engine %q is neither %s nor %s", o.engine, engineSQLite, enginePostgres)
	case o.role != roleBench && (o.address == "" || o.recording == ""):
		return errors.New("a worker needs -address and -recording")
	}
	return nil
}
