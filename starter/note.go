package main

import (
	"github.com/spf13/cobra"

	"farmhand/internal/farm"
)

// newClaim is `starter claim`: an operator says that he looks after an intervention.
func newClaim(a *app) *cobra.Command {
	var o deciding
	cmd := &cobra.Command{
		Use: "claim FARM INTERVENTION", Short: "Say that you look after an intervention; others see it, and may still answer", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.decide(cmd.Context(), args[0], farm.Decision{Subject: args[1], Choice: farm.ChoiceClaim, Reason: o.reason}, o)
		},
	}
	o.flags(cmd, false)
	return cmd
}

// newNote is `starter note`: a text for the evidence.
func newNote(a *app) *cobra.Command {
	var (
		o  deciding
		on string
	)
	cmd := &cobra.Command{
		Use: "note FARM TEXT", Short: "Put a note into the evidence: what was seen, done by hand, or agreed on the telephone", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.decide(cmd.Context(), args[0], farm.Decision{Subject: on, Choice: farm.ChoiceNote, Reason: args[1]}, o)
		},
	}
	o.signing.flags(cmd)
	cmd.Flags().StringVar(&on, "on", farm.SubjectFarm, "the gate, intervention or task that it is about")
	return cmd
}
