package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"
	"golang.org/x/term"

	"farmhand/config"
	"farmhand/internal/codec"
	"farmhand/internal/engine"
	"farmhand/internal/rehearsal"
	"farmhand/internal/secrets"
	"farmhand/internal/telemetry"
	"farmhand/internal/view"
)

// The values of -o.
const (
	outputText = "text"
	outputJSON = "json"
)

// patience is how long a command waits for Temporal to answer at all.
const patience = 10 * time.Second

// app is what the commands share: the world outside, the global flags and the settings.
type app struct {
	in       io.Reader
	out, err io.Writer
	// lines reads in line by line; nil until somebody is asked.
	lines *lineReader

	output   string
	as       string
	noColor  bool
	settings config.Settings
	// settingsFile, state and temporalUI are flags: the settings' file, a rehearsal's directory, the web page of Temporal.
	settingsFile, state, temporalUI string

	telemetry *telemetry.Telemetry
	shutdown  func(context.Context) error
	// connect opens Temporal; tests put their own here.
	connect func(context.Context, client.Options, time.Duration) (client.Client, error)
	now     func() time.Time
}

func newApp(in io.Reader, out, err io.Writer) *app {
	return &app{
		in: in, out: out, err: err, connect: engine.Connect, now: time.Now,
		shutdown: func(context.Context) error { return nil },
	}
}

// prepare reads the settings and sets up telemetry, before any command runs.
func (a *app) prepare(cmd *cobra.Command, _ []string) (err error) {
	if completes(cmd) {
		return nil // quietDesk does it, with the flags of the line that is typed
	}
	if a.output != outputText && a.output != outputJSON {
		return fmt.Errorf("-o %q is neither text nor json", a.output)
	}
	if a.settings, err = config.LoadSettings(a.settingsFile); err != nil {
		return fmt.Errorf("settings:\n%w", err)
	}
	level := slog.LevelWarn // people read the screen, not the log
	a.shutdown, a.telemetry, err = telemetry.Setup(cmd.Context(), "farmhand-starter", telemetry.WithOutput(a.err), telemetry.WithLevel(level))
	return err
}

// close sends what telemetry still holds.
func (a *app) close(ctx context.Context) { _ = a.shutdown(ctx) } // telemetry reports a failed export itself

// who is the person at the keyboard.
func (a *app) who() string { return cmp.Or(a.as, a.settings.Operator) }

// desk connects to Temporal: the one of a rehearsal's directory, or the one TEMPORAL_* names.
func (a *app) desk(ctx context.Context) (*desk, error) {
	var (
		o   client.Options
		err error
		ui  = a.temporalUI
	)
	if a.state != "" {
		address, page, readErr := rehearsal.Address(a.state)
		if readErr != nil {
			return nil, fmt.Errorf("--state %s: nothing was rehearsed there: %w", a.state, readErr)
		}
		ui = cmp.Or(ui, page)
		o, err = engine.At(address, a.telemetry)
	} else {
		o, err = engine.Options(a.telemetry, nil)
	}
	if err != nil {
		return nil, err
	}
	return a.deskAt(ctx, o, ui, patience)
}

// deskAt connects with the codec of the settings: what a rehearsal writes is encrypted like everything else.
func (a *app) deskAt(ctx context.Context, o client.Options, ui string, patience time.Duration) (*desk, error) {
	payloads, err := codec.Load(a.settings.Codec, secrets.NewResolver(a.settings.Secrets))
	if err != nil {
		return nil, fmt.Errorf("setting codec.keys: %w", err)
	}
	o = engine.Payloads(o, payloads, payloads.Encrypts())
	c, err := a.connect(ctx, o, patience)
	if err != nil {
		return nil, err
	}
	return &desk{client: c, namespace: o.Namespace, codec: payloads, payloads: o.DataConverter, ui: cmp.Or(ui, os.Getenv("TEMPORAL_UI"))}, nil
}

// json reports whether the output is for a program.
func (a *app) json() bool { return a.output == outputJSON }

// terminal reports whether a person sees the output.
func (a *app) terminal() bool { return !a.json() && isTerminal(a.out) }

// keyboard reports whether a person can be asked.
func (a *app) keyboard() bool { return a.terminal() && isTerminal(a.in) }

func isTerminal(v any) bool {
	f, ok := v.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// style is how screens are printed here. Width follows the terminal down to what the screens need.
func (a *app) style() view.Style {
	s := view.Style{Zone: time.Local}
	if !a.terminal() {
		return s
	}
	s.Color = !a.noColor && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	if f, ok := a.out.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width < 100 {
			s.Width = width
		}
	}
	return s
}

// print shows a screen, or the value itself where a program reads.
func (a *app) print(v view.Screenable) error {
	if a.json() {
		return a.printJSON(v)
	}
	return view.Screen(a.out, v, a.style())
}

// printJSON writes one object on one line.
func (a *app) printJSON(v any) error { return json.NewEncoder(a.out).Encode(v) }

// say tells the person something that is not the output asked for.
func (a *app) say(format string, args ...any) { fmt.Fprintf(a.err, format+"\n", args...) }
