package view

import (
	"io"
	"strings"
	"time"
)

// Style is how a screen is printed.
type Style struct {
	// Color adds ANSI colours; every colour repeats what an icon and a word say already.
	Color bool
	// Width in columns; 0 means 100, and less than 72 is taken as 72.
	Width int
	// Zone is the time zone of the reader; nil means UTC.
	Zone *time.Location
}

// Screenable is what Screen can print: Farm, Rollout, Plan and Inbox.
type Screenable interface{ screen(*printer) }

// Screen prints a view for a terminal. No line is wider than the style's width or ends in blanks.
func Screen(w io.Writer, v Screenable, style Style) error {
	p := newPrinter(style)
	v.screen(p)
	_, err := io.WriteString(w, p.out.String())
	return err
}

const (
	defaultWidth = 100
	minWidth     = 72
	// iconColumns is the width of the column of icons, with a blank on either side.
	iconColumns = 5
)

// printer lays lines out. Colours are put on after the layout, so that they never count as columns.
type printer struct {
	style Style
	out   strings.Builder
}

func newPrinter(s Style) *printer {
	if s.Width == 0 {
		s.Width = defaultWidth
	}
	s.Width = max(s.Width, minWidth)
	if s.Zone == nil {
		s.Zone = time.UTC
	}
	return &printer{style: s}
}

func (p *printer) blank() { p.out.WriteByte('\n') }

// row prints an icon, text, and at the right edge another text. Text that does not fit is clipped.
func (p *printer) row(m Mark, text, right string) { p.branch("", m, text, right) }

// branch is row under a prefix that draws a tree.
func (p *printer) branch(prefix string, m Mark, text, right string) {
	icon := pad(" "+m.Icon, iconColumns)
	if prefix != "" {
		icon = pad(m.Icon, iconColumns-1)
	}
	right = clean(right)
	room := p.style.Width - width(prefix) - width(icon)
	if right != "" {
		right = clip(right, room/2)
		room -= width(right) + 2
	}
	text = clip(strings.TrimRight(clean(text), " "), room)
	line := text
	if right != "" {
		line = pad(text, room) + "  " + right
	}
	p.write(prefix + p.paint(m.Icon, icon) + line)
}

// entry prints a label and wraps its text beside it.
func (p *printer) entry(m Mark, label string, labelColumns int, text string) {
	room := p.style.Width - iconColumns - labelColumns - 1
	for i, line := range wrap(clean(text), room) {
		head := pad("", iconColumns+labelColumns)
		if i == 0 {
			head = p.paint(m.Icon, pad(" "+m.Icon, iconColumns)) + pad(clip(clean(label), labelColumns), labelColumns)
		}
		p.write(head + " " + line)
	}
}

// text prints wrapped text under an icon.
func (p *printer) text(m Mark, s string) {
	for i, line := range wrap(clean(s), p.style.Width-iconColumns) {
		head := pad("", iconColumns)
		if i == 0 {
			head = p.paint(m.Icon, pad(" "+m.Icon, iconColumns))
		}
		p.write(head + line)
	}
}

// command prints a command line to copy; where it is too long it goes on after a backslash, as shells
// read it.
func (p *printer) command(c string) {
	const indent = "     "
	lines := wrap(clean(c), p.style.Width-len(indent)-4)
	for i, line := range lines {
		head, tail := indent, ""
		if i > 0 {
			head += "  "
		}
		if i < len(lines)-1 {
			tail = ` \`
		}
		p.write(head + p.bold(line) + tail)
	}
}

// title prints the first line of a block: parts with three blanks between, as many as fit.
func (p *printer) title(m Mark, name, state string, parts ...string) {
	line := clip(clean(name), 40) + "  "
	state = clip(clean(state), p.style.Width-width(line))
	used := width(line) + width(state)
	var rest strings.Builder
	for _, part := range parts {
		if part = clean(part); part != "" && used+3+width(part) <= p.style.Width {
			rest.WriteString("   " + part)
			used += 3 + width(part)
		}
	}
	p.write(p.bold(strings.TrimRight(line, " ")) + "  " + p.paint(m.Icon, state) + rest.String())
}

func (p *printer) write(line string) {
	p.out.WriteString(strings.TrimRight(line, " "))
	p.out.WriteByte('\n')
}

// paint colours text by the icon it belongs to.
func (p *printer) paint(icon, text string) string {
	code := map[string]string{"ok": "32", "run": "36", ">>": "1;33", "||": "1;33", "!": "33", "!!": "1;31", "--": "2", "..": "2"}[icon]
	return p.ansi(code, text)
}

func (p *printer) bold(text string) string { return p.ansi("1", text) }

// ansi keeps blanks outside of the colour, so that a line's end can be trimmed.
func (p *printer) ansi(code, text string) string {
	inner := strings.TrimSpace(text)
	if !p.style.Color || code == "" || inner == "" {
		return text
	}
	i := strings.Index(text, inner)
	return text[:i] + "\x1b[" + code + "m" + inner + "\x1b[0m" + text[i+len(inner):]
}

// clock is a time of day in the reader's zone, with the weekday.
func (p *printer) clock(t time.Time) string { return t.In(p.style.Zone).Format("Mon 15:04") }

// hour is a time of day alone, or with its date where it is another day than the view's.
func (p *printer) hour(t, now time.Time) string {
	t, now = t.In(p.style.Zone), now.In(p.style.Zone)
	if t.YearDay() != now.YearDay() || t.Year() != now.Year() {
		return t.Format("Mon 15:04")
	}
	return t.Format("15:04")
}

// zone is the zone's short name at a time.
func (p *printer) zone(t time.Time) string { return t.In(p.style.Zone).Format("MST") }
