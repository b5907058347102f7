package main

import (
	"github.com/spf13/cobra"

	"farmhand/internal/view"
)

// newGates is `starter gates`.
func newGates(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "gates", Short: "List everything that waits for a person, oldest first; with --as NAME what waits for that one", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := a.desk(cmd.Context())
			if err != nil {
				return err
			}
			defer d.close()
			farms, err := d.waiting(cmd.Context())
			if err != nil {
				return err
			}
			rollouts, err := d.waitingRollouts(cmd.Context())
			if err != nil {
				return err
			}
			farms = append(farms, rollouts...)
			in := view.Gates(farms, a.as, a.now())
			var wait []view.Farm
			for _, st := range farms {
				wait = append(wait, view.FromStatus(st, in.Now))
			}
			in.Sites = d.attend(cmd.Context(), attendance{}, wait, in.Now).sites
			return a.print(in)
		},
	}
}
