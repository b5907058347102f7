package view

import (
	"strings"
	"unicode"

	"farmhand/internal/farm"
)

// clean makes text from outside safe for a terminal and a line: control and invisible format characters
// (an escape sequence, a text-direction override) become blanks or vanish.
func clean(s string) string { return farm.Visible(s) }

// runeWidth is how many columns a terminal gives a character: two for East Asian wide ones, none for
// combining marks.
func runeWidth(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3, r >= 0xf900 && r <= 0xfaff,
		r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6, r >= 0x1f300 && r <= 0x1faff, r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}

func width(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

// cut splits text after as many characters as fit.
func cut(s string, columns int) (head, tail string) {
	n := 0
	for i, r := range s {
		if n += runeWidth(r); n > columns {
			return s[:i], s[i:]
		}
	}
	return s, ""
}

// clip shortens text that does not fit, and shows that it did.
func clip(s string, columns int) string {
	if width(s) <= columns {
		return s
	}
	if columns <= 2 {
		head, _ := cut(s, max(0, columns))
		return head
	}
	head, _ := cut(s, columns-2)
	return strings.TrimRight(head, " ") + ".."
}

func pad(s string, columns int) string {
	return s + strings.Repeat(" ", max(0, columns-width(s)))
}

// wrap breaks text into lines at blanks, and inside a word only where the word alone does not fit. Runs
// of blanks within a line stay, for they set parts apart.
func wrap(s string, columns int) []string {
	columns = max(columns, 8)
	var lines []string
	line, gap := "", 0
	for word := range strings.SplitSeq(strings.TrimSpace(s), " ") {
		if word == "" {
			gap++
			continue
		}
		if line != "" && width(line)+1+gap+width(word) > columns {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += strings.Repeat(" ", 1+gap)
		}
		for line == "" && width(word) > columns {
			var head string
			head, word = cut(word, columns)
			lines = append(lines, head)
		}
		line, gap = line+word, 0
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
