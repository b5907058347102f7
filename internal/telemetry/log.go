package telemetry

import (
	"io"
	"log/slog"
	"os"
)

// Format is how the console's log looks.
type Format string

// The formats of the console's log.
const (
	FormatText Format = "text"
	FormatJSON Format = "json"
)

type settings struct {
	output io.Writer
	format Format
	level  slog.Leveler
}

// Option changes the log on the console. OTEL_* variables have no say in it.
type Option func(*settings)

// WithFormat chooses text (the default) or JSON.
func WithFormat(f Format) Option { return func(s *settings) { s.format = f } }

// WithLevel sets the least severe level on the console; the default is Info.
func WithLevel(l slog.Leveler) Option { return func(s *settings) { s.level = l } }

// WithOutput writes the log elsewhere than to standard error.
func WithOutput(w io.Writer) Option { return func(s *settings) { s.output = w } }

func consoleHandler(options []Option) slog.Handler {
	s := settings{output: os.Stderr, format: FormatText, level: slog.LevelInfo}
	for _, o := range options {
		o(&s)
	}
	h := &slog.HandlerOptions{Level: s.level}
	if s.format == FormatJSON {
		return slog.NewJSONHandler(s.output, h)
	}
	return slog.NewTextHandler(s.output, h)
}
