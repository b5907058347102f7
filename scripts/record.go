package scripts

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// Record is one line of a script's answer: what it is about and what is known of it.
type Record struct {
	Kind   string
	Fields map[string]string
}

// FieldError says that a field of a record does not hold what the script's contract promises.
type FieldError struct {
	Record, Field, Value, Want string
}

// Error names the field and its value.
func (e *FieldError) Error() string {
	return fmt.Sprintf("record %q: field %s is %q, not %s", e.Record, e.Field, e.Value, e.Want)
}

// Get returns a field's text, empty when the record has no such field.
func (r Record) Get(name string) string { return r.Fields[name] }

// Bool reports whether a field is true; a missing field is false.
func (r Record) Bool(name string) bool { return r.Fields[name] == "true" }

// Int returns a field as a whole number. The error is a *FieldError.
func (r Record) Int(name string) (int64, error) {
	n, err := strconv.ParseInt(r.Fields[name], 10, 64)
	if err != nil {
		return 0, &FieldError{r.Kind, name, r.Fields[name], "a whole number"}
	}
	return n, nil
}

// timeLayout is how scripts print a moment: UTC, to the second.
const timeLayout = "2006-01-02T15:04:05Z"

// Time returns a field as a moment in UTC. The error is a *FieldError.
func (r Record) Time(name string) (time.Time, error) {
	t, err := time.Parse(timeLayout, r.Fields[name])
	if err != nil {
		return time.Time{}, &FieldError{r.Kind, name, r.Fields[name], "a time such as 2008-07-15T20:04:05Z"}
	}
	return t, nil
}

// String writes the record as a script prints it, fields in alphabetical order.
func (r Record) String() string {
	var b strings.Builder
	b.WriteString(r.Kind)
	for _, name := range slices.Sorted(maps.Keys(r.Fields)) {
		b.WriteString("\t" + name + "=" + Escape(r.Fields[name]))
	}
	return b.String()
}

// Escape writes a value as scripts do: everything but printable ASCII, and the percent sign, as %XXXX, one for each
// UTF-16 code unit.
func Escape(value string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(value)) {
		if u < ' ' || u > '~' || u == '%' {
			fmt.Fprintf(&b, "%%%04X", u)
			continue
		}
		b.WriteByte(byte(u))
	}
	return b.String()
}

// unescape is the inverse of Escape. It reports false for anything Escape does not write.
func unescape(text string) (string, bool) {
	units := make([]uint16, 0, len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '%':
			if len(text)-i < 5 {
				return "", false
			}
			u, err := strconv.ParseUint(text[i+1:i+5], 16, 16)
			if err != nil {
				return "", false
			}
			units = append(units, uint16(u))
			i += 4
		case c < ' ' || c > '~':
			return "", false
		default:
			units = append(units, uint16(c))
		}
	}
	return string(utf16.Decode(units)), true
}
