package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"farmhand/internal/farm"
)

// newExtend is `starter extend`: an operator lets a window stay open on an update that can only go forward.
func newExtend(a *app) *cobra.Command {
	var (
		o     deciding
		until string
	)
	cmd := &cobra.Command{
		Use: "extend FARM", Short: "Keep a farm's window open longer, after the first package was started", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			at, err := time.Parse(time.RFC3339, until)
			if err != nil {
				return fmt.Errorf("--until %q is no time with its offset; want one like 2026-11-29T08:00:00+01:00", until)
			}
			return a.decide(cmd.Context(), args[0], farm.Decision{Subject: farm.SubjectFarm, Choice: farm.ChoiceExtend, Reason: o.reason, Until: at.UTC()}, o)
		},
	}
	o.flags(cmd, false)
	cmd.Flags().StringVar(&until, "until", "", "until `when` the window stays open, like 2026-11-29T08:00:00+01:00")
	return cmd
}

// newOverride is `starter override`: a person the file names for emergencies lifts windows and freezes for one update.
func newOverride(a *app) *cobra.Command {
	return newControl(a, farm.ChoiceOverride, "In an emergency: let a farm be changed outside its windows and inside a freeze")
}
