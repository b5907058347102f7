package main

import (
	"io"

	"github.com/spf13/cobra"

	"farmhand/internal/view"
)

// newRunbook is `starter runbook`.
func newRunbook(a *app) *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use: "runbook FARM", Short: "Print what is left to do by hand, without farmhand and without Temporal", Args: cobra.ExactArgs(1),
		Long: `Print what is left to do by hand on one farm, in the article's order and with the commands to type.

Workers started with --runbooks keep the same text on their disk, for the night when nothing else answers.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			d, err := a.desk(ctx)
			if err != nil {
				return err
			}
			defer d.close()
			name, err := d.farmOf(ctx, args[0])
			if err != nil {
				return err
			}
			st, err := d.farmStatus(ctx, name, "")
			if err != nil {
				return err
			}
			text, err := view.Runbook(st)
			if err != nil {
				return err
			}
			return a.write(path, func(w io.Writer) error {
				_, err := w.Write(text)
				return err
			})
		},
	}
	outputFlag(cmd, &path)
	return cmd
}
