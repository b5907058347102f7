package farm

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// usualQuotas are the defaults of WinRM 2.0 (MSDN ee309367), which farmhand's calls stay within.
var usualQuotas = ShellQuotas{
	ShellsPerUser: 5, MemoryPerShellMB: 150, ProcessesPerShell: 15, ConcurrentUsers: 5, IdleTimeout: 3 * time.Minute, RunTime: 8 * time.Hour,
}

// defaultCodePage is the one of a shell for which the rollout file names none.
const defaultCodePage = 437

// shell judges what a WinRM shell of the server is like: the code page that lets batch files run, and the
// quotas that long calls meet in the night.
func (j *judge) shell(s ServerFacts) {
	if !s.Shell.Asked {
		return
	}
	srv, _ := j.farm.Server(s.Server)
	asked := cmp.Or(srv.WinRM.CodePage, defaultCodePage)
	switch {
	case s.Shell.Silent:
		j.add(SeverityBlocking, s.Server, fmt.Sprintf("under code page %d a batch file does nothing here, and says success", asked), "set winrm.code_page of this server to what chcp prints on its console, such as 437")
	case s.Shell.CodePage == 0:
		j.add(SeverityWarning, s.Server, "chcp names no code page: what commands print may be misread", "type chcp on the server, and set winrm.code_page to its number")
	case s.Shell.CodePage != asked:
		j.add(SeverityWarning, s.Server, fmt.Sprintf("the shell has code page %d, and %d was asked for: what commands print may be misread", s.Shell.CodePage, asked), fmt.Sprintf("set winrm.code_page to %d", s.Shell.CodePage))
	}
	q := s.Shell.Quotas
	if q == (ShellQuotas{}) {
		if !s.Shell.Silent {
			j.add(SeverityInformation, s.Server, "the quotas of WinRM could not be read", "type winrm get winrm/config/winrs on the server, and compare with the defaults of WinRM 2.0: 5 shells a user, 150 MB, 15 processes a shell")
		}
		return
	}
	var low []string
	less := func(name string, is, usual int64, unit string) {
		if is > 0 && is < usual {
			low = append(low, fmt.Sprintf("%s is %d%s (default %d%s)", name, is, unit, usual, unit))
		}
	}
	u := usualQuotas
	less("MaxShellsPerUser", int64(q.ShellsPerUser), int64(u.ShellsPerUser), "")
	less("MaxMemoryPerShellMB", int64(q.MemoryPerShellMB), int64(u.MemoryPerShellMB), "")
	less("MaxProcessesPerShell", int64(q.ProcessesPerShell), int64(u.ProcessesPerShell), "")
	less("MaxConcurrentUsers", int64(q.ConcurrentUsers), int64(u.ConcurrentUsers), "")
	less("IdleTimeout", q.IdleTimeout.Milliseconds(), u.IdleTimeout.Milliseconds(), " ms")
	less("MaxShellRunTime", q.RunTime.Milliseconds(), u.RunTime.Milliseconds(), " ms")
	if len(low) > 0 {
		j.add(SeverityWarning, s.Server, "WinRM is held shorter than by default: "+strings.Join(low, ", "), `raise it: winrm set winrm/config/winrs @{MaxShellsPerUser="5"} and so on, or the policy behind it`)
	}
}
