package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

// newWatch is `starter watch`.
func newWatch(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "watch ROLLOUT|FARM", Short: "Show a rollout or farm live until it has ended; plain lines where the output is no terminal",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			d, err := a.desk(ctx)
			if err != nil {
				return err
			}
			defer d.close()
			s, err := d.find(ctx, args[0])
			if err != nil {
				return err
			}
			show := a.live(a.out)
			defer show.leave()
			var last snapshot
			f := follower{desk: d, subject: s, now: a.now, patient: true}
			f.trouble = func(err error) {
				if len(last.farms) > 0 { // what was seen last stays on the screen, and nobody takes it for news
					_ = show.show(last, []string{"", fmt.Sprintf("     !! as of %s: %v", last.at.Format(time.TimeOnly), err)})
				}
			}
			snap, err := f.follow(ctx, func(s snapshot) (bool, error) {
				last = s
				return s.over(), show.show(s, nil)
			})
			show.leave()
			if ctx.Err() != nil {
				return exit(exitRunning) // nobody watches any more; the rollout goes on
			}
			if err != nil {
				return err
			}
			return a.conclude(snap)
		},
	}
}
