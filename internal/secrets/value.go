package secrets

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
)

// Redacted stands wherever a secret would have been printed.
const Redacted = "[redacted]"

// Value is a secret. The zero Value is no secret at all: IsZero reports it, and it prints like any other, so that
// output does not tell whether a password is set.
type Value struct {
	// text is behind a function because printing an unexported field of an enclosing struct goes around the methods of
	// Value, and a function prints as an address.
	text func() string
}

// New wraps a text that is already known, such as a password made up for a rehearsal.
func New(text string) Value {
	if text == "" {
		return Value{}
	}
	return Value{text: func() string { return text }}
}

// Reveal returns the secret itself, for the one call that needs it.
func (v Value) Reveal() string {
	if v.text == nil {
		return ""
	}
	return v.text()
}

// IsZero reports whether there is no secret.
func (v Value) IsZero() bool { return v.text == nil }

// String returns Redacted.
func (Value) String() string { return Redacted }

// Format writes Redacted under every verb and flag of package fmt.
func (Value) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, Redacted) }

// LogValue makes log/slog write Redacted.
func (Value) LogValue() slog.Value { return slog.StringValue(Redacted) }

// MarshalText makes encoders of text formats, and of map keys, write Redacted.
func (Value) MarshalText() ([]byte, error) { return []byte(Redacted), nil }

// MarshalJSON writes Redacted as a JSON string.
func (Value) MarshalJSON() ([]byte, error) { return json.Marshal(Redacted) }

// Scrub replaces every occurrence of the values in text by Redacted. It is for text that others wrote: output of a
// command, a message of a server. Longer values go first, so that a value which contains another leaves no rest.
func Scrub(text string, values ...Value) string {
	var known []string
	for _, v := range values {
		if !v.IsZero() {
			known = append(known, v.Reveal())
		}
	}
	// A Replacer takes the first of its pairs that matches at a place.
	slices.SortFunc(known, func(a, b string) int { return len(b) - len(a) })
	pairs := make([]string, 0, 2*len(known))
	for _, k := range known {
		pairs = append(pairs, k, Redacted)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
