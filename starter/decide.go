package main

import (
	"github.com/spf13/cobra"

	"farmhand/internal/farm"
)

// newDecide is `starter decide`: an operator's answer to an intervention, or the owner's to a manual task.
func newDecide(a *app) *cobra.Command {
	var o deciding
	cmd := &cobra.Command{
		Use: "decide FARM QUESTION CHOICE --reason TEXT", Short: "Answer an intervention or a manual task: retry, verify-again, done, abort… as the question lists",
		Args: cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.decide(cmd.Context(), args[0], farm.Decision{
				Subject: args[1], Choice: farm.Choice(args[2]), Evidence: o.evidence, Reason: o.reason,
			}, o)
		},
	}
	o.flags(cmd, true)
	return cmd
}
