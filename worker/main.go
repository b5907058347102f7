// Command worker hosts farmhand's workflows and activities.
//
// One worker runs inside each network that holds farms (a site): it alone reaches the servers and knows their passwords.
// It takes activities from the queue of its site and, unless told not to, workflows from the common queue. Detached jobs
// on the servers do not depend on it: a worker may be killed at any moment, and another goes on.
//
// Settings come from farmhand.yaml and FARMHAND_* (package config), the way to Temporal from TEMPORAL_* (package
// engine), telemetry from OTEL_* (package telemetry). Read on in options.go (the flags), host.go (what runs),
// health.go and check.go (who may ask whether it does) and testnotifications.go (trying who is told).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"farmhand/internal/engine"
	"farmhand/internal/telemetry"
	"farmhand/internal/version"
)

// Exit codes of the command.
const (
	exitStopped = 0 // stopped on request: a signal, or the end of standard input
	exitFailed  = 1 // could not start, or broke while running
	exitUsage   = 2 // flags or settings make no sense
)

// chatLimit ends a call of a library that names no client and no limit. Whoever waits for a chat service gives up long before.
const chatLimit = 30 * time.Second

func main() {
	// Libraries that send to chat services use this client, and some set no limit of their own: what hangs there would stay.
	http.DefaultClient.Timeout = chatLimit
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main with its world passed in. Everything it says goes to standard error, and what --version asks for to standard
// output.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	opts, err := parseOptions(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitStopped
	case err != nil:
		fmt.Fprintln(stderr, "worker:", err)
		return exitUsage
	}
	if opts.version {
		fmt.Fprintln(stdout, "worker version", version.Current())
		return exitStopped
	}
	if opts.check {
		if err := check(ctx, opts.settings.Health.Address); err != nil {
			fmt.Fprintln(stderr, "worker:", err)
			return exitFailed
		}
		return exitStopped
	}
	if opts.testNotifications {
		return testNotifications(ctx, opts, stderr)
	}
	if opts.exitWithStdin {
		ctx = engine.UntilEOF(ctx, stdin)
	}
	shutdown, t, err := telemetry.Setup(ctx, "farmhand-worker", opts.logging(stderr)...)
	if err != nil {
		fmt.Fprintln(stderr, "worker:", err)
		return exitUsage
	}
	defer func() { _ = shutdown(ctx) }() // a collector that is gone is reported by telemetry itself
	if err := host(ctx, opts, t); err != nil && ctx.Err() == nil {
		fmt.Fprintln(stderr, "worker:", err)
		return exitFailed
	}
	return exitStopped
}
