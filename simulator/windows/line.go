package windows

import (
	"fmt"
	"strings"
)

// A command line is the shell grammar of the twin: commands joined by &&, each with words, quotes and
// redirections by >. Everything else that cmd.exe knows (|, &, ||, <, >>, ^, parentheses) is refused, so
// that a client cannot come to depend on half a shell.

// command is one command of a line.
type command struct {
	// text is the command without its redirections.
	text string
	// redirects by stream: 1 and 2.
	redirects map[int]redirect
}

// redirect is where a stream goes: to a file, or to where another stream goes.
type redirect struct {
	file   string
	stream int // when file is empty
}

// grammarError is a line the twin does not understand.
type grammarError struct{ token string }

// Error names what was not understood.
func (e *grammarError) Error() string {
	return fmt.Sprintf("unsupported %q in a command line", e.token)
}

// parseLine splits a line into its commands.
func parseLine(line string) ([]command, error) {
	var out []command
	var text strings.Builder
	redirects := map[int]redirect{}
	flush := func() {
		out = append(out, command{text: strings.TrimLeft(text.String(), " \t"), redirects: redirects}) // echo prints the blanks behind
		text.Reset()
		redirects = map[int]redirect{}
	}
	quoted := false
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == '"':
			quoted = !quoted
			text.WriteByte(c)
		case quoted:
			text.WriteByte(c)
		case strings.HasPrefix(line[i:], "&&"):
			flush()
			i++
		case strings.HasPrefix(line[i:], ">>"), strings.HasPrefix(line[i:], "||"):
			return nil, &grammarError{line[i : i+2]}
		case strings.IndexByte("&|<^\r\n\x00", c) >= 0, c == '(' && strings.TrimSpace(text.String()) == "":
			return nil, &grammarError{string(c)}
		case c == '>':
			n, err := parseRedirect(line[i+1:], &text, redirects)
			if err != nil {
				return nil, err
			}
			i += n
		default:
			text.WriteByte(c)
		}
	}
	flush()
	for i, c := range out {
		if strings.TrimSpace(c.text) == "" && len(c.redirects) == 0 && (len(out) > 1 || i > 0) {
			return nil, &grammarError{"&&"}
		}
	}
	return out, nil
}

// parseRedirect reads what follows >, takes a stream's number off the end of the text before it, and
// returns how much it read.
func parseRedirect(rest string, text *strings.Builder, redirects map[int]redirect) (int, error) {
	stream, before := 1, text.String()
	if n := len(before); n > 0 && (before[n-1] == '1' || before[n-1] == '2') && (n == 1 || before[n-2] == ' ') {
		stream = int(before[n-1] - '0')
		text.Reset()
		text.WriteString(before[:n-1])
	}
	if strings.HasPrefix(rest, "&") {
		if len(rest) < 2 || rest[1] != '1' && rest[1] != '2' {
			return 0, &grammarError{">&"}
		}
		redirects[stream] = redirect{stream: int(rest[1] - '0')}
		return 2, nil
	}
	n, quoted := len(rest)-len(strings.TrimLeft(rest, " \t")), false
	start := n
	for ; n < len(rest); n++ {
		if rest[n] == '"' {
			quoted = !quoted
		} else if !quoted && strings.IndexByte(" \t&|<>^", rest[n]) >= 0 {
			break
		}
	}
	file := strings.ReplaceAll(rest[start:n], `"`, "")
	if file == "" {
		return 0, &grammarError{">"}
	}
	redirects[stream] = redirect{file: file}
	return n, nil
}

// splitCommand cuts a command into the name of its program, without quotes, and everything behind it.
func splitCommand(text string) (name, tail string) {
	text = strings.TrimLeft(text, " \t@")
	if strings.HasPrefix(text, `"`) {
		name, tail, _ = strings.Cut(text[1:], `"`)
		return name, tail
	}
	end := strings.IndexAny(text, " \t,;=")
	if slash := strings.IndexByte(text, '/'); slash > 0 && (end < 0 || slash < end) && internalCommand(text[:slash]) != nil {
		end = slash // dir/b
	}
	if end < 0 {
		return text, ""
	}
	return text[:end], text[end:]
}

// firstWord is the program of a command line, without quotes.
func firstWord(line string) string {
	name, _ := splitCommand(line)
	return name
}

// splitWords splits the arguments of the shell's own commands: at blanks outside quotes, quotes removed.
func splitWords(tail string) []string {
	var out []string
	var word strings.Builder
	quoted, begun := false, false
	for i := range len(tail) {
		switch c := tail[i]; {
		case c == '"':
			quoted, begun = !quoted, true
		case !quoted && (c == ' ' || c == '\t'):
			if begun || word.Len() > 0 {
				out = append(out, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteByte(c)
		}
	}
	if begun || word.Len() > 0 {
		out = append(out, word.String())
	}
	return out
}

// splitArgs splits a program's command line as CommandLineToArgvW does: 2n backslashes before a quote are
// n backslashes and the quote counts, 2n+1 are n backslashes and a quote that is data.
func splitArgs(line string) []string {
	var out []string
	i := 0
	for {
		for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
			i++
		}
		if i >= len(line) {
			return out
		}
		var word strings.Builder
		quoted := false
		for i < len(line) && (quoted || line[i] != ' ' && line[i] != '\t') {
			slashes := 0
			for i < len(line) && line[i] == '\\' {
				slashes++
				i++
			}
			if i < len(line) && line[i] == '"' {
				word.WriteString(strings.Repeat(`\`, slashes/2))
				if slashes%2 == 1 {
					word.WriteByte('"')
				} else {
					quoted = !quoted
				}
				i++
				continue
			}
			word.WriteString(strings.Repeat(`\`, slashes))
			if slashes == 0 {
				word.WriteByte(line[i])
				i++
			}
		}
		out = append(out, word.String())
	}
}

// expand replaces %NAME% by the variable's value; an unknown name stays as it is, as on a command line.
func expand(line string, environment map[string]string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(line, "%")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "%")
		v, known := environment[strings.ToUpper(name)]
		if closed && known {
			b.WriteString(v)
			line = after
			continue
		}
		b.WriteByte('%')
		line = rest
	}
}
