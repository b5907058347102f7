package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"
)

// newStatus is `starter status`.
func newStatus(a *app) *cobra.Command {
	var (
		wait    bool
		timeout time.Duration
	)
	cmd := &cobra.Command{
		Use: "status ROLLOUT|FARM", Short: "Show where a rollout or farm stands; the exit code says it, too", Args: cobra.ExactArgs(1),
		Long: `Show where a rollout or farm stands.

Exit codes: 0 completed, 2 a gate waits for approval, 3 an intervention waits for an operator, 4 failed, 5 aborted or
refused, 6 still running or paused. With --wait the command returns when one of the first five holds, or with 6 after
--timeout.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := a.desk(cmd.Context())
			if err != nil {
				return err
			}
			defer d.close()
			s, err := d.find(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if wait {
				return a.await(cmd.Context(), d, s, timeout)
			}
			return a.status(cmd.Context(), d, s)
		},
	}
	cmd.Flags().BoolVar(&wait, "wait", false, "wait until the rollout has ended or needs a person")
	cmd.Flags().DurationVar(&timeout, "timeout", 0, "give up waiting after this time (0: never)")
	return cmd
}

// status shows a subject once.
func (a *app) status(ctx context.Context, d *desk, s subject) error {
	snap, err := d.look(ctx, s, snapshot{}, a.now())
	if err != nil {
		return err
	}
	return a.conclude(snap)
}

// await shows a subject when it has ended or needs a person.
func (a *app) await(ctx context.Context, d *desk, s subject, timeout time.Duration) error {
	limited, cancel := ctx, context.CancelFunc(func() {})
	if timeout > 0 {
		limited, cancel = context.WithTimeout(ctx, timeout)
	}
	defer cancel()
	f := follower{desk: d, subject: s, now: a.now}
	snap, err := f.follow(limited, func(s snapshot) (bool, error) { return s.code() != exitRunning, nil })
	if err != nil && (ctx.Err() != nil || limited.Err() == nil || len(snap.farms) == 0) {
		return err
	}
	return a.conclude(snap)
}

// conclude prints a snapshot and ends with the code that tells where it stands.
func (a *app) conclude(snap snapshot) error {
	if err := a.print(snap.screen(a.now())); err != nil {
		return err
	}
	return exit(snap.code())
}
