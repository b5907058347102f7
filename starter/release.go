package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/internal/view"
)

// newRelease is `starter release`: the releases that come with farmhand, and files of one's own. It needs neither
// Temporal nor farms.
func newRelease(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "release", Short: "List, show and validate releases: what is installed, as data", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newReleaseList(a), newReleaseShow(a), newReleaseValidate(a))
	return cmd
}

// newReleaseList is `starter release list`.
func newReleaseList(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the releases that come with farmhand", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			var all []farm.Release
			for _, name := range config.ReleaseNames() {
				rel, err := config.LoadRelease(name)
				if err != nil {
					return err
				}
				all = append(all, rel)
			}
			return a.print(view.FromReleases(all))
		},
	}
}

// newReleaseShow is `starter release show`.
func newReleaseShow(a *app) *cobra.Command {
	var source bool
	cmd := &cobra.Command{
		Use: "show NAME", Short: "Show one release: packages in order, what it needs and what it leaves, and what it still asks", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if source {
				text, ok := config.ReleaseSource(args[0])
				if !ok {
					_, err := config.LoadRelease(args[0]) // says which there are
					return errors.Join(err, errNoSource)
				}
				_, err := a.out.Write(text)
				return err
			}
			rel, err := config.LoadRelease(args[0])
			if err != nil {
				return err
			}
			return a.print(view.FromRelease(rel))
		},
	}
	cmd.Flags().BoolVar(&source, "source", false, "print its file, comments and all: what a file of your own begins with")
	return cmd
}

// errNoSource explains --source for what is no release of farmhand's own.
var errNoSource = errors.New("--source prints a release that comes with farmhand")

// newReleaseValidate is `starter release validate`.
func newReleaseValidate(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "validate FILE", Short: "Check a release file of your own, and show it", Args: cobra.ExactArgs(1),
		Long: `Check a release file of your own: every mistake with its line, every question that is left. Then show it.

Exit codes: 0 a rollout can use it, 1 it cannot.`,
		RunE: func(_ *cobra.Command, args []string) error {
			rel, err := config.LoadReleaseFile(args[0])
			if mistakes, ok := errors.AsType[*config.Mistakes](err); ok {
				return fmt.Errorf("%s:\n%w", count(len(mistakes.List), "mistake"), err)
			}
			if err != nil {
				return err
			}
			if err := a.print(view.FromRelease(rel)); err != nil {
				return err
			}
			if n := len(rel.Questions); n > 0 {
				return fmt.Errorf("%s left: a rollout cannot use this release before they are answered and taken out", count(n, "question"))
			}
			return nil
		},
	}
}
