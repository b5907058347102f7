// Command starter is the operator's command line of farmhand: plan a rollout, start it, watch it, decide at its gates and
// interventions, report on it, and rehearse it against simulated farms.
//
// Every command is a file of its own, named after it; root.go lists them. They share a few things: app (flags, settings,
// terminal), desk (what is asked of Temporal and told to it), snapshot (one look at a rollout) and follow (looking again
// until something happens). What is shown is worked out in internal/view, and what people may do as well; the commands
// add nothing to it.
//
// Exit codes are in exit.go. Standard output carries what was asked for, standard error everything else.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main with its world passed in.
func run(ctx context.Context, args []string, in io.Reader, out, err io.Writer) int {
	a := newApp(in, out, err)
	defer a.close(ctx)
	root := newRoot(a) //nolint:contextcheck // commands have their context from cobra
	root.SetArgs(args)
	return a.exitCode(root.ExecuteContext(ctx))
}
