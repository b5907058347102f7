package farm

import (
	"regexp"
	"strconv"
	"strings"
)

// WizardLogs is what the configuration wizard's own output and its logs say about one run.
type WizardLogs struct {
	// Succeeded and Failed are the wizard's own last words; both false means that it said neither.
	Succeeded    bool `json:"succeeded"`
	Failed       bool `json:"failed"`
	Run          int  `json:"run"`          // configuration settings run
	Unsuccessful int  `json:"unsuccessful"` // of them
	// Summary is the end of the console output.
	Summary []string `json:"summary,omitempty"`
	// UpgradeFinished is set when Upgrade.log has the closing line of a session; Errors and Warnings are its counts.
	UpgradeFinished bool `json:"upgrade_finished"`
	Errors          int  `json:"errors"`
	Warnings        int  `json:"warnings"`
	// UpgradeLines are the lines of Upgrade.log that tell of a failure, shortened.
	UpgradeLines []string `json:"upgrade_lines,omitempty"`
	// UpgradeNew is how many lines Upgrade.log has gained.
	UpgradeNew int `json:"upgrade_new"`
	// Completed is set when the newest PSCDiagnostics log ends with a success.
	Completed bool `json:"completed"`
	// Diagnostics are ERR lines of PSCDiagnostics: quoted for people, never judged, for the wizard
	// writes ERR about things it then ignores.
	Diagnostics []string `json:"diagnostics,omitempty"`
	// Read are the parts of the logs that were read, for the evidence.
	Read []LogRead `json:"read,omitempty"`
}

// maxQuoted bounds the log lines that enter a history, and maxLine their length.
const (
	maxQuoted = 12
	maxLine   = 400
)

var (
	reSucceeded    = regexp.MustCompile(`(?i)configuration of the SharePoint Products and Technologies has succeeded`)
	reFailed       = regexp.MustCompile(`(?i)configuration of (the )?SharePoint Products and Technologies failed`)
	reRun          = regexp.MustCompile(`(?i)total number of configuration settings run:\s*(\d+)`)
	reUnsuccessful = regexp.MustCompile(`(?i)total number of unsuccessful configuration settings:\s*(\d+)`)
	reSession      = regexp.MustCompile(`(?i)session finishes\..*?(\d+) errors? and (\d+) warnings? encountered`)
	reUpgradeError = regexp.MustCompile(`(?i)^\[[^\]]+\] (\[[\d.]+\] )?\[ERROR\]|\bUpgrade \[.*\] failed\.`)
	reCompleted    = regexp.MustCompile(`(?i)return code indicates a success`)
	reDiagnostic   = regexp.MustCompile(`^\d\d/\d\d/\d{4} \d\d:\d\d:\d\d\s+\d+\s+ERR\s+(.*)$`)
)

// JudgeWizardLogs reads the wizard's console output and what its logs gained. The banner's version and
// the word "stopped" mean nothing: both are printed on failure too.
func JudgeWizardLogs(console string, upgrade, diagnostics []string) WizardLogs {
	var l WizardLogs
	// The console wraps at 80 columns and separates its banner by a bare carriage return.
	lines := strings.FieldsFunc(console, func(r rune) bool { return r == '\r' || r == '\n' })
	joined := strings.Join(strings.Fields(console), " ")
	l.Succeeded, l.Failed = reSucceeded.MatchString(joined), reFailed.MatchString(joined)
	l.Run, l.Unsuccessful = number(reRun, joined), number(reUnsuccessful, joined)
	for _, line := range lines[max(0, len(lines)-maxQuoted):] {
		if line = strings.TrimSpace(line); line != "" {
			l.Summary = append(l.Summary, shorten(line))
		}
	}
	l.UpgradeNew = len(upgrade)
	for _, line := range upgrade {
		if m := reSession.FindStringSubmatch(line); m != nil {
			l.UpgradeFinished = true
			l.Errors, l.Warnings = count(m[1]), count(m[2])
			if l.Errors == 0 {
				l.UpgradeLines = nil // a later session has finished what an earlier one failed at
			}
		}
		if reUpgradeError.MatchString(line) && len(l.UpgradeLines) < maxQuoted {
			l.UpgradeLines = append(l.UpgradeLines, shorten(line))
		}
	}
	for _, line := range diagnostics {
		if reCompleted.MatchString(line) {
			l.Completed = true
		}
		if m := reDiagnostic.FindStringSubmatch(line); m != nil && len(l.Diagnostics) < maxQuoted {
			l.Diagnostics = append(l.Diagnostics, shorten(strings.TrimSpace(m[1])))
		}
	}
	return l
}

// UpgradeLogClean reports whether Upgrade.log tells of no failure.
func (l WizardLogs) UpgradeLogClean() bool { return len(l.UpgradeLines) == 0 && l.Errors == 0 }

var reStillNeed = regexp.MustCompile(`(?i)\[(\d+)\][^\[\]]*?still need upgrade`)

// JudgeLocalUpgradeStatus reads the answer of stsadm -o localupgradestatus: all counts of objects that
// still need an upgrade must be zero. An stsadm that does not know the operation has no opinion.
func JudgeLocalUpgradeStatus(exit int, output string) (agrees bool, says string) {
	joined := strings.Join(strings.Fields(output), " ")
	counts := reStillNeed.FindAllStringSubmatch(joined, -1)
	if exit != 0 || len(counts) == 0 {
		return true, "this stsadm does not answer localupgradestatus; no opinion"
	}
	need := 0
	for _, c := range counts {
		need = min(need+count(c[1]), maxCount)
	}
	if need > 0 || strings.Contains(strings.ToLower(joined), "needs upgrade") {
		return false, strconv.Itoa(need) + " objects still need an upgrade"
	}
	return true, "no object needs an upgrade"
}

func number(re *regexp.Regexp, s string) int {
	m := re.FindStringSubmatch(s)
	if m == nil {
		return 0
	}
	return count(m[1])
}

// maxCount is more than any log counts; what is beyond it is as many.
const maxCount = 1_000_000_000

// count reads digits. Too many of them are maxCount: a sum must never come round to zero.
func count(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return maxCount // the patterns admit digits alone
	}
	return min(n, maxCount)
}

func shorten(s string) string {
	if len(s) <= maxLine {
		return s
	}
	return strings.ToValidUTF8(s[:maxLine], "") + "..."
}
