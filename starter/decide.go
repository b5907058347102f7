package main

import (
	"github.com/spf13/cobra"

	"farmhand/internal/farm"
)

// newDecide is `starter decide`: an operator's answer to an intervention.
func newDecide(a *app) *cobra.Command {
	var o deciding
	cmd := &cobra.Command{
		Use: "decide FARM QUESTION CHOICE --reason TEXT", Short: "Answer an intervention: retry, verify-again, abort… as the question lists",
		Args: cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.decide(cmd.Context(), args[0], farm.Decision{
				Subject: args[1], Choice: farm.Choice(args[2]), Evidence: o.evidence, Reason: o.reason,
			}, o.yes)
		},
	}
	o.flags(cmd, true)
	return cmd
}
