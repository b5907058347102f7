package config

import (
	"fmt"
	"unicode"
)

// hiddenCharacter names the first character of a text that people cannot see, or empty text when there is none: control
// characters, and those that order a text from right to left. Approvers read a file and approve what it says; with such a
// character it says something else than it shows, and some of them end a command line. Line breaks and tabs are fine
// where a text may have several lines.
func hiddenCharacter(text string, lines bool) string {
	for _, r := range text {
		if lines && (r == '\n' || r == '\r' || r == '\t') {
			continue
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' || r == unicode.ReplacementChar {
			return fmt.Sprintf("U+%04X", r)
		}
	}
	return ""
}

// severalLines are the last names of keys whose text may have several lines: what people read and no machine.
var severalLines = map[string]bool{"text": true, "statement": true, "advice": true, "reason": true, "note": true}
