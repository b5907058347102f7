package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"farmhand/internal/engine"
	"farmhand/internal/farm"
	"farmhand/internal/rehearsal"
	"farmhand/internal/secrets"
	"farmhand/simulator"
)

// simulation are the flags of `starter simulate`.
type simulation struct {
	file, input   string
	twin, journal string
	ca, keytab    string
	pace          float64
	showPasswords bool
	exitWithStdin bool
}

// worldPatience is how long a simulator that was told to end may keep its state directory.
const worldPatience = 30 * time.Second

// newSimulate is `starter simulate`: the farms of a rollout file, simulated, at the file's own addresses.
func newSimulate(a *app) *cobra.Command {
	var s simulation
	cmd := &cobra.Command{
		Use: "simulate -f FILE", Short: "Serve the farms of a rollout file, simulated, at the addresses of the file", Args: cobra.NoArgs,
		Long: `Serve simulated farms until stopped. Any client can talk to them over WinRM and TDS.

Passwords are those the file's references name in this environment; where one is not set, a throw-away password is made
up. With --state the simulated world is kept there, and starting again goes on with it.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.simulate(cmd.Context(), s) },
	}
	f := cmd.Flags()
	f.StringVarP(&s.file, "file", "f", "", "rollout `file`")
	f.StringVar(&s.input, "input", "", "rollout and release as JSON, as a rehearsal writes them")
	f.StringVar(&s.twin, "twin", "", "twin `file`: what is unusual about the farms, and what goes wrong in them")
	f.Float64Var(&s.pace, "pace", 1, "divide every duration by this")
	f.StringVar(&s.journal, "journal", "", "`file` that gets every event, one JSON object a line")
	f.StringVar(&s.keytab, "keytab", "", "`file` with the keys of the simulated services, made by a KDC of yours: they then take Kerberos tickets, too")
	f.StringVar(&s.ca, "ca", "", "`directory` that gets ca.pem for TLS clients (default: --state)")
	f.BoolVar(&s.showPasswords, "show-passwords", false, "print the throw-away passwords")
	f.BoolVar(&s.exitWithStdin, "exit-with-stdin", false, "stop when standard input ends")
	for _, hidden := range []string{"input", "exit-with-stdin"} {
		if err := f.MarkHidden(hidden); err != nil {
			panic(err) // the flag was added above
		}
	}
	cmd.MarkFlagsOneRequired("file", "input")
	cmd.MarkFlagsMutuallyExclusive("file", "input")
	return cmd
}

// served is the line that says that the simulator answers.
type served struct {
	Ready     bool     `json:"ready"`
	Addresses []string `json:"addresses"`
	CAFile    string   `json:"ca_file,omitempty"`
}

func (a *app) simulate(ctx context.Context, s simulation) error {
	if s.exitWithStdin {
		ctx = engine.UntilEOF(ctx, a.in)
	}
	options, err := a.simulatorOptions(s)
	if err != nil {
		return err
	}
	if a.state != "" {
		lock, err := lockWorld(ctx, a.state)
		if err != nil {
			return err
		}
		defer lock.Release()
	}
	sim, err := simulator.Start(ctx, options)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%w: another simulator may be running: stop it, or give the server another address in the rollout file", err)
	case err != nil:
		return err
	}
	if err := a.printJSON(served{Ready: true, Addresses: sim.Addresses(), CAFile: sim.CAFile()}); err != nil {
		_ = sim.Close()
		return err
	}
	select {
	case <-ctx.Done():
	case <-sim.Done():
	}
	return sim.Close()
}

func (a *app) simulatorOptions(s simulation) (simulator.Options, error) {
	var (
		twin simulator.Twin
		in   rehearsal.Input
		err  error
	)
	if s.input != "" {
		in, err = rehearsal.ReadInput(s.input)
	} else {
		var f file
		f, err = load(s.file)
		in = rehearsal.Input{Rollout: f.rollout, Release: f.release}
	}
	if err != nil {
		return simulator.Options{}, err
	}
	if s.twin != "" {
		if twin, err = simulator.LoadTwin(s.twin); err != nil {
			return simulator.Options{}, err
		}
	}
	return simulator.Options{
		Rollout: in.Rollout, Release: in.Release, Twin: twin, Pace: s.pace, Journal: s.journal, Dir: a.state, Keytab: s.keytab,
		CADirectory: cmp.Or(s.ca, a.state), Passwords: a.passwords(in.Rollout.Credentials, s.showPasswords),
		Logger: slog.New(slog.NewTextHandler(a.err, nil)),
	}, nil
}

// passwords resolves the references of the file, here and now, or makes passwords up.
func (a *app) passwords(credentials []farm.Credential, show bool) func(user string) (string, bool) {
	known := map[string]secrets.Value{}
	for _, c := range credentials {
		// Naming a reference in a file that is simulated here allows it here.
		v, err := secrets.NewResolver([]string{c.Password}).Resolve(c.Password)
		if err != nil {
			v = secrets.New(rand.Text())
			text := "a throw-away password (--show-passwords prints it)"
			if show {
				text = "the throw-away password " + v.Reveal()
			}
			a.say("credential %s: %s is not set here; %s has %s", c.Name, c.Password, c.User, text)
		}
		known[c.User] = v
	}
	return func(user string) (string, bool) {
		v, ok := known[user]
		return v.Reveal(), ok
	}
}

// lockWorld keeps two simulators out of one directory: each would write its own truth.
func lockWorld(ctx context.Context, dir string) (*rehearsal.Lock, error) {
	if err := makeDir(dir); err != nil {
		return nil, err
	}
	lock, err := rehearsal.Acquire(ctx, filepath.Join(dir, "simulator.lock"), worldPatience)
	if err != nil {
		return nil, fmt.Errorf("another simulator uses %s: %w", dir, err)
	}
	return lock, nil
}
