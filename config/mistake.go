package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Mistake is one thing that is wrong in a file or in the environment.
type Mistake struct {
	// File is the name the caller gave, or "environment".
	File string
	// Line and Column count from 1; Line is 0 where there is no line, as in the environment.
	Line, Column int
	// Key is the place, like farms[0].servers[2].winrm.port; empty for the file as a whole.
	Key string
	// Message says what is wrong and what to do. It never holds the value of a secret.
	Message string
}

// Error prints the mistake as compilers do: file:line: key: message.
func (m Mistake) Error() string {
	var b strings.Builder
	b.WriteString(m.File)
	if m.Line > 0 {
		fmt.Fprintf(&b, ":%d", m.Line)
	}
	b.WriteString(": ")
	if m.Key != "" {
		b.WriteString(m.Key + ": ")
	}
	b.WriteString(m.Message)
	return b.String()
}

// Mistakes is every mistake that was found, ordered by file and line. It is the error of Load, Decode and
// LoadSettings whenever the text could be read at all.
type Mistakes struct{ List []Mistake }

// Error prints one mistake a line.
func (m *Mistakes) Error() string {
	lines := make([]string, len(m.List))
	for i, one := range m.List {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives errors.As each Mistake.
func (m *Mistakes) Unwrap() []error {
	errs := make([]error, len(m.List))
	for i, one := range m.List {
		errs[i] = one
	}
	return errs
}

// mistakesOf joins lists into one error, nil when all are empty.
func mistakesOf(lists ...[]Mistake) error {
	all := slices.Concat(lists...)
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column), cmp.Compare(a.Key, b.Key))
	})
	return &Mistakes{List: all}
}
