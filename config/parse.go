package config

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxFile is the largest file that is read, in bytes: room for some thousand farms.
const maxFile = 8 << 20

// parse turns text into the mapping at its top. It returns nil when there is none, and has noted why.
func parse(n *notes, data []byte) *yaml.Node {
	if len(data) > maxFile {
		n.brokenShape("", position{1, 1}, "the file is larger than %d MB", maxFile>>20)
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		n.brokenShape("", position{1, 1}, "the file is empty")
		return nil
	case err != nil:
		n.noteSyntax(err)
		return nil
	}
	var second yaml.Node
	switch err := dec.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		n.noteSyntax(err)
	default:
		n.brokenShape("", position{second.Line, second.Column}, "a second document starts here (---): a file holds one, and what follows would be ignored")
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		n.brokenShape("", position{1, 1}, "want keys and values, like %q", "rollout: 2026-11-infrastructure-update")
		return nil
	}
	top := doc.Content[0]
	if top.Anchor != "" { // noted once; what else is wrong in the file is still found
		n.brokenShape("", position{top.Line, top.Column}, noAnchors)
		top.Anchor = ""
	}
	return top
}

var syntaxLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// noteSyntax records what the YAML parser says. Only messages known to repeat nothing of the text are passed on:
// the line may be the one with a password on it.
func (n *notes) noteSyntax(err error) {
	text := err.Error()
	p := position{1, 1}
	if m := syntaxLine.FindStringSubmatch(text); m != nil {
		if line, convErr := strconv.Atoi(m[1]); convErr == nil {
			p.line = line
		}
		text = text[len(m[0]):]
	}
	for _, known := range syntaxMessages {
		if strings.Contains(text, known.says) {
			n.brokenShape("", p, "not YAML: %s", known.message)
			return
		}
	}
	n.brokenShape("", p, "not YAML: look for a missing colon, quote or bracket here or in the line above")
}

// syntaxMessages translates the parser's messages; the first that matches counts.
var syntaxMessages = []struct{ says, message string }{
	{"escape", `a backslash inside double quotes starts an escape; put Windows paths and accounts in single quotes: 'D:\farmhand'`},
	{"hexdecimal", `a backslash inside double quotes starts an escape; put Windows paths and accounts in single quotes: 'D:\farmhand'`},
	{"unknown anchor", "an asterisk starts an alias, and aliases are not supported; put the text in single quotes if it is meant literally"},
	{"tab", "a tab is used for indentation; use spaces"},
	{"cannot start any token", "a character that cannot begin a value, such as a tab, @ or `; put the text in single quotes"},
	{"mapping values are not allowed", "a second colon on this line; put the value in single quotes, or indent it below its key"},
	{"could not find expected ':'", "a key without a colon and a space after it, here or in the line above"},
	{"did not find expected key", "wrong indentation, or a key without a colon"},
	{"did not find expected '-' indicator", "wrong indentation in a list"},
	{"did not find expected ',' or", "a comma or closing bracket is missing"},
	{"unexpected end of stream", "a quote or bracket is opened and never closed"},
	{"control characters", "the text holds a control character"},
	{"UTF-8", "the text is not UTF-8; save the file as UTF-8"},
	{"exceeded max depth", "brackets are nested too deep"},
}
