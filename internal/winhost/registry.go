package winhost

import (
	"context"
	"regexp"
	"strings"
)

// RegQuery reads one value of the registry; an empty value name means the key's default value. It reports false when the
// key or the value does not exist, which reg.exe does not tell apart from one the account may not read.
func (h *Host) RegQuery(ctx context.Context, key, value string) (string, bool, error) {
	const op = "reg query"
	if key == "" || checkArgument(key+value) != nil {
		return "", false, h.fail(op, KindConfig, "%q with value %q is no registry name", key, value)
	}
	line := `reg query "` + key + `" /v "` + value + `"`
	if value == "" {
		line = `reg query "` + key + `" /ve`
	}
	r, err := h.run(ctx, op, line, nil)
	if err != nil {
		return "", false, err
	}
	switch r.Exit {
	case 0:
	case 1:
		return "", false, nil
	default:
		return "", false, h.refusedCommand(op, r)
	}
	data, found := parseRegQuery(r.Stdout)
	if !found {
		return "", false, h.fail(op, KindBadOutput, "reg answered in a form farmhand does not know: %q", excerpt(r.Stdout))
	}
	return data, true, nil
}

// regLine is a value in either generation's form: four blanks, name, TAB (2003) or four blanks (2008), type, the same,
// data. The type is the one word that is never translated and never a part of a name.
var regLine = regexp.MustCompile(`^\s+\S.*?(?:\t|\s{2,})(REG_[A-Z_]+)(?:(?:\t|\s{2,}| {1,3})(.*))?$`)

// parseRegQuery finds the data of the one value in an answer of reg query /v. Data may span lines.
func parseRegQuery(text string) (data string, found bool) {
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimRight(line, "\r")
		m := regLine.FindStringSubmatch(line)
		switch {
		case m != nil && !found:
			data, found = m[2], true
		case found:
			data += "\n" + line
		}
	}
	return strings.TrimRight(data, "\n \t"), found
}
