package winhost

import (
	"regexp"
	"strings"
)

var serviceStates = map[string]ServiceState{
	"1": ServiceStopped, "2": ServiceStartPending, "3": ServiceStopPending, "4": ServiceRunning,
	"5": ServiceContinuePending, "6": ServicePausePending, "7": ServicePaused,
}

var startModes = map[string]StartMode{"0": StartBoot, "1": StartSystem, "2": StartAuto, "3": StartManual, "4": StartDisabled}

// The lines of sc by their place, because German keeps the labels and Portuguese translates them. sc query has the type
// and the state first; sc qc has eight single lines, then dependencies on any number of lines, then the account.
const (
	queryState    = 1
	configStart   = 1
	configPath    = 3
	configDisplay = 6
	configMinimum = 9
	delayedMark   = "(DELAYED)" // not translated
)

var (
	scHeader  = regexp.MustCompile(`^\[SC\]`)
	scField   = regexp.MustCompile(`^\s+\S[^:]*?\s*:\s?(.*)$`)
	scLabel   = regexp.MustCompile(`^\S[^:]*?\s*:\s?(.*)$`)
	numberTag = regexp.MustCompile(`^\s*(\d+)\s`)
	helpTag   = regexp.MustCompile(`NET HELPMSG (\d+)`)
)

// parseService reads sc query followed by sc qc. States and start modes are taken by number, never by word (the two
// generations differ in blanks, the languages in words). The error is an *Error of KindBadOutput.
func parseService(text string) (Service, error) {
	query, config, found := splitService(text)
	if !found || len(query.fields) <= queryState || len(config.fields) < configMinimum {
		return Service{}, newError(KindBadOutput, "sc answered in a form farmhand does not know: %q", excerpt(text))
	}
	state, stateKnown := serviceStates[number(query.fields[queryState])]
	mode, modeKnown := startModes[number(config.fields[configStart])]
	if !stateKnown || !modeKnown {
		return Service{}, newError(KindBadOutput, "sc answered with a state or start mode farmhand does not know: %q", excerpt(text))
	}
	if mode == StartAuto && strings.Contains(config.fields[configStart], delayedMark) {
		mode = StartAutoDelayed
	}
	return Service{
		Name:      config.name,
		State:     state,
		StartMode: mode,
		Path:      strings.TrimSpace(config.fields[configPath]),
		Display:   strings.TrimSpace(config.fields[configDisplay]),
		Account:   strings.TrimSpace(config.fields[len(config.fields)-1]),
	}, nil
}

// parseServices reads the answers about several services. ok is false where one of them is not what it should be.
func parseServices(r Result, names []string) (found []Service, ok bool) {
	parts := splitServices(r.Stdout)
	if r.Exit != 0 || len(parts) != len(names) {
		return nil, false
	}
	for i, part := range parts {
		s, err := parseService(part)
		if err != nil || !strings.EqualFold(s.Name, names[i]) {
			return nil, false
		}
		found = append(found, s)
	}
	return found, true
}

// splitServices cuts answers about several services apart: the next begins with a label at the line's beginning, behind the
// fields of sc qc.
func splitServices(text string) []string {
	var parts []string
	from, config, fields := 0, false, 0
	at := 0
	for line := range strings.SplitAfterSeq(text, "\n") {
		switch bare := strings.TrimRight(line, "\r\n "); {
		case scHeader.MatchString(bare):
			config, fields = true, 0
		case scField.MatchString(bare):
			fields++
		case config && fields > 0 && scLabel.MatchString(bare):
			parts = append(parts, text[from:at])
			from, config, fields = at, false, 0
		}
		at += len(line)
	}
	return append(parts, text[from:])
}

// scBlock is one answer of sc: the service's name and the values of the indented lines.
type scBlock struct {
	name   string
	fields []string
}

// splitService finds the two blocks: sc qc begins with a line [SC] of its own.
func splitService(text string) (query, config scBlock, found bool) {
	block := &query
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimRight(line, "\r ")
		switch {
		case scHeader.MatchString(line):
			found = true
			block = &config
			*block = scBlock{}
		case scField.MatchString(line):
			block.fields = append(block.fields, scField.FindStringSubmatch(line)[1])
		case scLabel.MatchString(line) && block.name == "": // the first is the name, sc query's second the display name
			block.name = strings.TrimSpace(scLabel.FindStringSubmatch(line)[1])
		}
	}
	return query, config, found
}

func number(field string) string {
	if m := numberTag.FindStringSubmatch(field + " "); m != nil {
		return m[1]
	}
	return ""
}

// helpMessage is the number net ends a refusal with, or empty.
func helpMessage(r Result) string {
	if m := helpTag.FindStringSubmatch(r.Stderr + r.Stdout); m != nil {
		return m[1]
	}
	return ""
}

// excerpt is the beginning of an answer, for errors.
func excerpt(text string) string {
	if len(text) > saidLength {
		text = text[:saidLength]
	}
	return strings.ToValidUTF8(text, "")
}
