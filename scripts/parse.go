package scripts

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// IncompleteError says that an answer ended before its sentinel: the script was cut short, never ran, or something
// else answered. What came is not to be used.
type IncompleteError struct {
	// Tail is the end of what came, at most 400 bytes.
	Tail string
}

// Error shows the end of what came.
func (e *IncompleteError) Error() string {
	if e.Tail == "" {
		return "the script's answer is empty: it did not run, or its output was lost"
	}
	return fmt.Sprintf("the script's answer was cut short; it ends with %q", e.Tail)
}

// FailedError says that a script ran and threw (RC=1).
type FailedError struct {
	// Text is what the script said of it, in the server's language.
	Text string
}

// Error returns the script's own words.
func (e *FailedError) Error() string { return "the script failed: " + e.Text }

// MalformedError says that an answer is whole but holds a line that is no record.
type MalformedError struct {
	Line string // at most 400 bytes
}

// Error shows the line.
func (e *MalformedError) Error() string {
	return fmt.Sprintf("the script's answer holds a line that is no record: %q", e.Line)
}

const (
	byteOrderMark = "\uFEFF"
	endOfScript   = "##END"
	returnCode    = "##RC="
	tailLength    = 400
)

// Parse reads what a script printed under the bootstrap. The sentinel must carry the call's nonce; without it the
// error is an *IncompleteError, after a script that threw a *FailedError, for a line that is no record a
// *MalformedError. Blank lines, CR LF and one UTF-8 byte order mark (2008 R2 sends one under code page 65001) are fine.
func Parse(stdout, nonce string) ([]Record, error) {
	all, err := ParseAll(stdout, nonce, 1)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// ParseAll is Parse for so many calls of one bootstrap (EncodeAll). With an error come the answers before it, so that
// their number says which call it is about.
func ParseAll(stdout, nonce string, calls int) ([][]Record, error) {
	ended := map[string]bool{returnCode + "0 " + nonce: true, returnCode + "1 " + nonce: false}
	lines := splitLines(stdout)
	var all [][]Record
	from := 0
	for i, line := range lines {
		ok, found := ended[line]
		if !found {
			continue
		}
		records, err := parseRecords(lines[from:i])
		if !ok {
			return all, &FailedError{Text: failure(records, lines[from:i])}
		}
		if err != nil {
			return all, err
		}
		from = i + 1
		if all = append(all, records); len(all) == calls {
			return all, nil
		}
	}
	return all, &IncompleteError{Tail: tail(strings.Join(lines[from:], "\n"))}
}

// ParseFile reads what a script printed in a detached job (its output.log), where its own last line ##END says that it
// is whole. The errors are those of Parse, but that a script which threw leaves no ##END: it is an *IncompleteError,
// or a *FailedError where it left an error record.
func ParseFile(output string) ([]Record, error) {
	lines := splitLines(output)
	for i, line := range slices.Backward(lines) {
		if line == endOfScript {
			return parseRecords(lines[:i])
		}
	}
	if records, err := parseRecords(lines); err == nil && len(records) > 0 && records[len(records)-1].Kind == "error" {
		return nil, &FailedError{Text: records[len(records)-1].Get("text")}
	}
	return nil, &IncompleteError{Tail: tail(output)}
}

func splitLines(text string) []string {
	lines := strings.Split(strings.TrimPrefix(text, byteOrderMark), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, "\r")
	}
	return lines
}

func parseRecords(lines []string) ([]Record, error) {
	var records []Record
	for _, line := range lines {
		if strings.TrimSpace(line) == "" || line == endOfScript {
			continue
		}
		r, ok := parseRecord(line)
		if !ok {
			return nil, &MalformedError{Line: tail(line)}
		}
		records = append(records, r)
	}
	return records, nil
}

var wordPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

func parseRecord(line string) (Record, bool) {
	parts := strings.Split(line, "\t")
	r := Record{Kind: parts[0], Fields: make(map[string]string, len(parts)-1)}
	if !wordPattern.MatchString(r.Kind) {
		return Record{}, false
	}
	for _, part := range parts[1:] {
		name, text, found := strings.Cut(part, "=")
		value, ok := unescape(text)
		if !found || !ok || !wordPattern.MatchString(name) {
			return Record{}, false
		}
		if _, twice := r.Fields[name]; twice {
			return Record{}, false
		}
		r.Fields[name] = value
	}
	return r, true
}

// failure finds the script's own words for what went wrong; a script that threw while it printed leaves them in raw lines.
func failure(records []Record, lines []string) string {
	for _, record := range slices.Backward(records) {
		if record.Kind == "error" {
			return record.Get("text")
		}
	}
	return tail(strings.Join(lines, "\n"))
}

func tail(text string) string {
	text = strings.TrimSpace(text)
	if len(text) > tailLength {
		text = text[len(text)-tailLength:]
	}
	return strings.ToValidUTF8(text, "")
}
