package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"farmhand/internal/view"
	"farmhand/workflows"
)

// The values of --format.
const (
	formatJSON     = "json"
	formatMarkdown = "markdown"
	formatHTML     = "html"
)

// newReport is `starter report`.
func newReport(a *app) *cobra.Command {
	var format, path, directory string
	cmd := &cobra.Command{
		Use: "report ROLLOUT|FARM", Short: "Print the evidence of a rollout or of one farm: who decided what, what ran where, before and after", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if a.json() {
				format = formatJSON
			}
			if !slices.Contains([]string{formatJSON, formatMarkdown, formatHTML}, format) {
				return fmt.Errorf("--format %q is none of json, markdown, html", format)
			}
			d, err := a.desk(cmd.Context())
			if err != nil {
				return err
			}
			defer d.close()
			if directory != "" {
				return a.bundle(cmd.Context(), d, args[0], directory)
			}
			e, _, _, err := d.evidence(cmd.Context(), args[0], a.now())
			if err != nil {
				return err
			}
			return a.write(path, func(w io.Writer) error {
				switch format {
				case formatJSON:
					return e.JSON(w)
				case formatHTML:
					return e.HTML(w)
				default:
					return e.Markdown(w)
				}
			})
		},
	}
	cmd.Flags().StringVar(&format, "format", formatMarkdown, "json, markdown or html (one file that needs nothing else)")
	cmd.Flags().StringVar(&directory, "bundle", "", "new `directory` that gets everything about a run that has ended, with a manifest signed by a worker")
	outputFlag(cmd, &path)
	cmd.MarkFlagsMutuallyExclusive("bundle", "format")
	cmd.MarkFlagsMutuallyExclusive("bundle", "output")
	return cmd
}

// evidence gathers everything about a rollout, or about one farm of it: where farms stand, and what the rollout was
// started with.
func (d *desk) evidence(ctx context.Context, name string, now time.Time) (e view.Evidence, snap snapshot, in workflows.RolloutInput, err error) {
	s, err := d.find(ctx, name)
	if err != nil {
		return e, snap, in, err
	}
	only := ""
	if !s.rollout {
		only = s.name
		st, err := d.farmStatus(ctx, s.name, "")
		if err != nil {
			return e, snap, in, err
		}
		s = subject{name: st.Rollout, rollout: true}
	}
	s.whole = true
	if snap, err = d.look(ctx, s, snapshot{}, now); err != nil {
		return e, snap, in, err
	}
	if in, err = d.input(ctx, workflows.RolloutID(s.name)); err != nil {
		return e, snap, in, err
	}
	return view.Report(snap.rollout, snap.farms, view.ReportOptions{
		File: &in.Rollout, Release: &in.Release, Farm: only, Zone: time.Local, Printed: now,
	}), snap, in, nil
}

// outputFlag adds the file to write to instead of standard output.
func outputFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVar(path, "output", "", "`file` to write to (default: standard output)")
}

// write prints to a file, replacing it as a whole, or to standard output.
func (a *app) write(path string, content func(io.Writer) error) error {
	if path == "" {
		return content(a.out)
	}
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err := content(f); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
