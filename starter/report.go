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
	var format, path string
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
			e, err := d.evidence(cmd.Context(), args[0], a.now())
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
	outputFlag(cmd, &path)
	return cmd
}

// evidence gathers everything about a rollout, or about one farm of it: where farms stand, and what the rollout was
// started with.
func (d *desk) evidence(ctx context.Context, name string, now time.Time) (view.Evidence, error) {
	s, err := d.find(ctx, name)
	if err != nil {
		return view.Evidence{}, err
	}
	only := ""
	if !s.rollout {
		only = s.name
		st, err := d.farmStatus(ctx, s.name, "")
		if err != nil {
			return view.Evidence{}, err
		}
		s = subject{name: st.Rollout, rollout: true}
	}
	s.whole = true
	snap, err := d.look(ctx, s, snapshot{}, now)
	if err != nil {
		return view.Evidence{}, err
	}
	in, err := d.input(ctx, workflows.RolloutID(s.name))
	if err != nil {
		return view.Evidence{}, err
	}
	return view.Report(snap.rollout, snap.farms, view.ReportOptions{
		File: &in.Rollout, Release: &in.Release, Farm: only, Zone: time.Local, Printed: now,
	}), nil
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
