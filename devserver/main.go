// Command devserver is farmhand's Temporal: the whole server in one process, with its history in one SQLite file and
// the stock web UI beside it.
//
// It exists so that a rehearsal, a test or a small site needs nothing installed. It is built from the same Go packages
// as a production Temporal cluster, and farmhand talks to both in the same way. What it adds to `temporal server
// start-dev`: histories are kept for 30 days, the file survives kill -9 at any moment (also while it is being created),
// farmhand's search attributes are there before the first worker asks, every port is fixed, and a file written by
// another server version is refused before harm is done.
//
// Read on in this order: options.go (the flags), ports.go (the block of ten ports), database.go and stamp.go (the
// file), namespace.go (the namespace and its search attributes), engine.go (start, ready, stop).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Exit codes of the command.
const (
	exitStopped = 0 // stopped on request: a signal, or the end of standard input
	exitFailed  = 1 // could not start, or broke while running
	exitUsage   = 2 // the flags make no sense, or the database is another server version's: starting again changes nothing
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main with its world passed in. Standard output carries one line, the ready line, or the version; everything else, the
// server's own log included, goes to standard error.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	opts, err := parseOptions(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitStopped
	case err != nil:
		fmt.Fprintln(stderr, "devserver:", err)
		return exitUsage
	case opts.version:
		fmt.Fprint(stdout, versionText())
		return exitStopped
	}
	if opts.exitWithStdin {
		ctx = untilEOF(ctx, stdin)
	}
	if err := serve(ctx, opts, stdout); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(stderr, "devserver:", err)
		if errors.Is(err, ErrForeignDatabase) {
			return exitUsage
		}
		return exitFailed
	}
	return exitStopped
}

// untilEOF returns a context that ends when r does. A parent that holds the other end of the pipe never has to clean
// up: whatever kills it closes the pipe, and the server stops.
func untilEOF(ctx context.Context, r io.Reader) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, r) // a broken pipe means the same as its end: the parent is gone
	}()
	return ctx
}
