package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"farmhand/config"
	"farmhand/internal/farm"
)

// newClients is `starter clients`: what a worker will say of an inventory, before it is put there.
func newClients(a *app) *cobra.Command {
	release := "infrastructure-update"
	cmd := &cobra.Command{
		Use: "clients INVENTORY.csv", Short: "Hold an inventory of Project Professional clients against a release; exit 5 when some are behind", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			rel, err := config.LoadRelease(release)
			if err != nil {
				return err
			}
			data, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			records, err := farm.ParseInventory(data)
			if err != nil {
				return err
			}
			facts := farm.JudgeClients(rel.Client, records)
			facts.Inventory = args[0]
			if err := a.printClients(facts); err != nil {
				return err
			}
			if facts.Behind > 0 {
				return exit(exitEnded)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&release, "release", release, "a release that comes with farmhand, or the path of a release file")
	return cmd
}

func (a *app) printClients(f farm.ClientFacts) error {
	if a.json() {
		return a.printJSON(f)
	}
	fmt.Fprintln(a.out, f)
	for _, c := range f.Named {
		fmt.Fprintf(a.out, "  %-20s %s\n", c.Computer, c.Found)
	}
	if more := f.Behind - len(f.Named); more > 0 {
		fmt.Fprintf(a.out, "  and %d more\n", more)
	}
	return nil
}
