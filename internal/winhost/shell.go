package winhost

import (
	"context"
	"regexp"
	"strconv"
	"strings"
)

// Shell is what a WinRM shell of a server is like, found by commands that change nothing.
type Shell struct {
	// CodePage is what chcp says; zero when it said nothing.
	CodePage int
	// Silent: a batch file printed nothing and ended with success, as cmd.exe does before Windows Server 2008 R2
	// under a code page it cannot read batch files in (65001).
	Silent bool
	// Quotas are the limits of winrm/config/winrs by name, such as MaxShellsPerUser; nil when they could not be read.
	Quotas map[string]int64
}

// Shell opens shells to see what they are like: the code page that chcp reports, and the quotas as winrm.cmd, itself a
// batch file, prints them. Only a server that cannot be reached is an error.
func (h *Host) Shell(ctx context.Context) (Shell, error) {
	var shell Shell
	page, err := h.run(ctx, "chcp", "chcp", nil)
	if err != nil {
		return shell, err
	}
	shell.CodePage = lastNumber(page.Stdout)
	quotas, err := h.run(ctx, "winrm get winrm/config/winrs", "winrm get winrm/config/winrs", nil)
	if err != nil {
		return shell, err
	}
	shell.Silent = quotas.Exit == 0 && strings.TrimSpace(quotas.Stdout+quotas.Stderr) == ""
	shell.Quotas = parseQuotas(quotas.Stdout)
	return shell, nil
}

var numberPattern = regexp.MustCompile(`[0-9]{1,9}`)

// lastNumber finds the number in chcp's answer, whose words are translated; zero when there is none.
func lastNumber(text string) int {
	all := numberPattern.FindAllString(text, -1)
	if len(all) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(all[len(all)-1]) // nine digits fit
	return n
}

// quotaLine is a number of winrm's answer. The names are those of the schema and not translated; a value that a policy
// sets is followed by [Source="GPO"].
var quotaLine = regexp.MustCompile(`^\s*([A-Za-z]+) = ([0-9]{1,18})(?:\s*\[.*\])?\s*$`)

// parseQuotas reads the numbers of `winrm get winrm/config/winrs`; nil when there are none.
func parseQuotas(text string) map[string]int64 {
	var out map[string]int64
	for line := range strings.SplitSeq(text, "\n") {
		m := quotaLine.FindStringSubmatch(strings.TrimRight(line, "\r"))
		if m == nil {
			continue
		}
		n, err := strconv.ParseInt(m[2], 10, 64)
		if err != nil {
			continue
		}
		if out == nil {
			out = map[string]int64{}
		}
		out[m[1]] = n
	}
	return out
}
