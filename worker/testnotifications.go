package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"farmhand/internal/farm"
	"farmhand/internal/notify"
)

// testNotifications tells every receiver that somebody tries it, whatever events it wants, and says who was told. It needs
// no Temporal server. What it returns is the command's exit code.
func testNotifications(ctx context.Context, opts options, out io.Writer) int {
	names := opts.receivers.Names()
	if len(names) == 0 {
		fmt.Fprintln(out, "worker: the settings name no receivers (notify.receivers)")
		return exitUsage
	}
	n := notify.Sample(farm.EventTest)
	n.Rollout, n.At = "none", time.Now()
	n.Facts = []farm.Fact{{Label: "worker of site", Text: opts.settings.Site}}
	untold := opts.receivers.Tell(ctx, n, nil, func(string) {})
	for _, name := range names {
		i := slices.IndexFunc(untold, func(f *notify.Failure) bool { return f.Receiver == name })
		if i < 0 {
			fmt.Fprintf(out, "%s: told\n", name)
			continue
		}
		fmt.Fprintf(out, "%s: NOT told: %s\n", name, untold[i].Why)
	}
	if len(untold) > 0 {
		return exitFailed
	}
	return exitStopped
}
