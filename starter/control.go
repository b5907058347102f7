package main

import (
	"github.com/spf13/cobra"

	"farmhand/internal/farm"
)

// newPause is `starter pause`.
func newPause(a *app) *cobra.Command {
	return newControl(a, farm.ChoicePause, "Pause a farm: running steps finish, none starts; or a rollout: no more farms are started; decisions still count")
}

// newResume is `starter resume`.
func newResume(a *app) *cobra.Command {
	return newControl(a, farm.ChoiceResume, "Let a paused farm or rollout go on")
}

// newAbort is `starter abort`.
func newAbort(a *app) *cobra.Command {
	return newControl(a, farm.ChoiceAbort, "End a farm's update between steps; what was stopped is asked about. Of a rollout: no more farms are started")
}

// newControl makes a command about a farm's update as a whole.
func newControl(a *app, choice farm.Choice, short string) *cobra.Command {
	var o deciding
	cmd := &cobra.Command{
		Use: string(choice) + " FARM|ROLLOUT", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.decide(cmd.Context(), args[0], farm.Decision{Subject: farm.SubjectFarm, Choice: choice, Reason: o.reason}, o)
		},
	}
	o.flags(cmd, false)
	return cmd
}
