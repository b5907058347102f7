package main

import (
	"github.com/spf13/cobra"

	"farmhand/internal/farm"
)

// newApprove is `starter approve`.
func newApprove(a *app) *cobra.Command {
	return newGateAnswer(a, farm.ChoiceApprove, "Approve at a gate",
		`Approve at a gate.

An approval is bound to the evidence it was given on: name its digest with --evidence. Without it, the evidence is shown;
at a terminal you confirm by typing the farm's name.`)
}

// newReject is `starter reject`.
func newReject(a *app) *cobra.Command {
	return newGateAnswer(a, farm.ChoiceReject, "Reject at a gate, with a reason; an operator then decides how to go on",
		"Reject at a gate. One rejection ends the gate; --reason is required.")
}

func newGateAnswer(a *app, choice farm.Choice, short, long string) *cobra.Command {
	var o deciding
	cmd := &cobra.Command{
		Use: string(choice) + " FARM GATE", Short: short, Long: long, Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.decide(cmd.Context(), args[0], farm.Decision{
				Subject: args[1], Choice: choice, Evidence: o.evidence, Reason: o.reason,
			}, o)
		},
	}
	o.flags(cmd, true)
	return cmd
}
