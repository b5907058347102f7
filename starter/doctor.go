package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

// newDoctor is `starter doctor`.
func newDoctor(a *app) *cobra.Command {
	var path, host string
	cmd := &cobra.Command{
		Use: "doctor", Short: "Check settings, Temporal, workers, secrets and files; with --host one server's real answers", Args: cobra.NoArgs,
		Long: `Check everything a rollout needs, short of preflight, and say what to do about what is wrong.

With -f also the file, the workers of its sites and whether its references to passwords can be resolved here (workers
resolve them with their own settings and environment). With --host it asks that server itself, from here: what WinRM says
of itself, the inspect script and the services, beside what is expected. Exit codes: 0 all is well, 1 something is wrong.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd.Context(), path, host) },
	}
	cmd.Flags().StringVarP(&path, "file", "f", "", "rollout `file`")
	cmd.Flags().StringVar(&host, "host", "", "`name` of a server in the file to ask")
	return cmd
}

// check is one thing the doctor looked at.
type check struct {
	What string `json:"what"`
	// Wrong is set when something has to be done; Expected says what a good answer looks like.
	Wrong    bool   `json:"wrong"`
	Says     string `json:"says"`
	Expected string `json:"expected,omitempty"`
}

// doctor is what the checks share.
type doctor struct {
	*app
	checks []check
}

func (a *app) doctor(ctx context.Context, path, host string) error {
	d := &doctor{app: a}
	d.good("settings", fmt.Sprintf("site %s, operator %s, %s of secrets", a.settings.Site, a.who(), count(len(a.settings.Secrets), "pattern")))
	d.codec()
	var f file
	if path != "" {
		var err error
		if f, err = load(path); err != nil {
			d.bad("rollout file", err.Error(), "no mistakes")
		} else {
			d.good("rollout file", fmt.Sprintf("%s, %s, digest %.12s", f.rollout.ID, count(len(f.rollout.Farms), "farm"), f.digest()))
		}
	}
	if host != "" {
		if path == "" {
			return fmt.Errorf("--host %s: name the file it is in (-f)", host)
		}
		d.host(ctx, f, host)
	} else {
		d.temporal(ctx, f)
		d.secrets(f)
	}
	return d.conclude()
}

func (d *doctor) good(what, says string) { d.checks = append(d.checks, check{What: what, Says: says}) }

func (d *doctor) bad(what, says, expected string) {
	d.checks = append(d.checks, check{What: what, Wrong: true, Says: says, Expected: expected})
}

// expect compares an answer with what a good one looks like.
func (d *doctor) expect(what string, good bool, says, expected string) {
	d.checks = append(d.checks, check{What: what, Wrong: !good, Says: says, Expected: expected})
}

func (d *doctor) conclude() error {
	wrong := false
	for _, c := range d.checks {
		wrong = wrong || c.Wrong
	}
	if d.json() {
		if err := d.printJSON(d.checks); err != nil {
			return err
		}
	} else {
		d.printChecks()
	}
	if wrong {
		return exit(exitWrong)
	}
	return nil
}

// printChecks shows real answers with what is expected below them.
func (d *doctor) printChecks() {
	width := 0
	for _, c := range d.checks {
		width = max(width, len(c.What))
	}
	for _, c := range d.checks {
		icon := "ok"
		if c.Wrong {
			icon = "!!"
		}
		fmt.Fprintf(d.out, "%s  %-*s  %s\n", icon, width, c.What, c.Says)
		if c.Expected != "" {
			fmt.Fprintf(d.out, "    %-*s  want %s\n", width, "", c.Expected)
		}
	}
}
