package farm

import (
	"regexp"
	"strconv"
	"strings"
)

// PackageLog is what an update package wrote into the file of /log, as far as anybody has made it out: no document
// describes it, and the field's tools look for one line (domain.md B.1). It is a hint that people are shown; the exit
// code is another, and detection on the server decides.
type PackageLog struct {
	// Result is the exit code that the log itself names; nil when it names none.
	Result *int `json:"result,omitempty"`
	// Lines are those that speak of trouble, the last ones.
	Lines []string `json:"lines,omitempty"`
}

// The bounds of what is kept of a log; lines in bytes.
const (
	maxPackageLogLines = 8
	maxPackageLogLine  = 300
)

var (
	// packageResult is the line of the result: OPatchInstall: Property 'SYS.PROC.RESULT' value '17031'.
	packageResult = regexp.MustCompile(`(?i)\bSYS\.PROC\.RESULT'?\s+value\s+'(-?[0-9]{1,10})'`)
	// packageTrouble are the words of lines worth quoting.
	packageTrouble = regexp.MustCompile(`(?i)\b(error|fail(s|ed|ure)?|cannot|could not|unable|not enough|invalid\w*)\b`)
)

// ParsePackageLog reads a package's log. The last result counts: a package may run installers of its own, each with one.
func ParsePackageLog(lines []string) PackageLog {
	var l PackageLog
	for _, line := range lines {
		line = strings.TrimSpace(strings.ToValidUTF8(line, "?"))
		if m := packageResult.FindStringSubmatch(line); m != nil {
			if n, err := strconv.ParseInt(m[1], 10, 64); err == nil {
				l.Result = new(int(int32(n)))
			}
			continue
		}
		if !packageTrouble.MatchString(line) {
			continue
		}
		if len(line) > maxPackageLogLine {
			line = strings.ToValidUTF8(line[:maxPackageLogLine], "")
		}
		l.Lines = append(l.Lines, line)
		l.Lines = l.Lines[max(0, len(l.Lines)-maxPackageLogLines):]
	}
	return l
}

// Differs says in words that the log names another result than the exit code; empty when both agree or the log is
// silent.
func (l PackageLog) Differs(exit int) string {
	if l.Result == nil || *l.Result == exit {
		return ""
	}
	return "its log says " + strconv.Itoa(*l.Result) + " (" + PackageExit(*l.Result).Meaning + ")"
}
