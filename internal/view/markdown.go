package view

import (
	"fmt"
	"strings"
	"time"
)

// markdown writes Markdown. Text from outside goes through escape, so that it stays text.
type markdown struct{ strings.Builder }

func (m *markdown) line(format string, args ...any) {
	fmt.Fprintf(m, format, args...)
	m.WriteByte('\n')
}

func (m *markdown) heading(level int, format string, args ...any) {
	m.line("\n%s %s\n", strings.Repeat("#", level), fmt.Sprintf(format, args...))
}

// task is an item that is ticked when it is done.
func (m *markdown) task(done bool, format string, args ...any) {
	box := "[ ]"
	if done {
		box = "[x]"
	}
	m.line("- %s %s", box, fmt.Sprintf(format, args...))
}

// code prints lines to copy, indented under an item.
func (m *markdown) code(language string, lines ...string) {
	m.line("\n  ```%s", language)
	for _, l := range lines {
		m.line("  %s", strings.ReplaceAll(clean(l), "```", "'''"))
	}
	m.line("  ```\n")
}

// table prints a table; its cells are escaped here.
func (m *markdown) table(head []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	m.line("| %s |", strings.Join(head, " | "))
	m.line("|%s", strings.Repeat("---|", len(head)))
	for _, r := range rows {
		cells := make([]string, len(r))
		for i, c := range r {
			cells[i] = escape(c)
		}
		m.line("| %s |", strings.Join(cells, " | "))
	}
	m.line("")
}

var markdownEscapes = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "|", `\|`, "#", `\#`, "~", `\~`)

// escape makes text plain in Markdown, on one line.
func escape(s string) string {
	return markdownEscapes.Replace(clean(strings.ReplaceAll(strings.TrimSpace(s), "\n", "; ")))
}

// utc is a time as reports and runbooks have it.
func utc(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05") + " UTC"
}
