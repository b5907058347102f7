package windows

import (
	"cmp"
	"strings"

	"farmhand/simulator/wsman"
)

// Quotas are the limits of winrm/config/winrs that a server does not have by default; zero is the default.
type Quotas struct {
	ShellsPerUser, MemoryPerShellMB, ProcessesPerShell, ConcurrentUsers int
}

// winrm is winrm.cmd get winrm/config/winrs, a batch file around winrm.vbs; before Windows 7 cmd.exe does nothing
// with it under code page 65001, and says success.
func (s *session) winrm(tail string) int {
	if s.codePage == 65001 && s.system.before(6, 1) {
		return 0
	}
	words := splitWords(strings.ToLower(tail))
	if len(words) != 2 || words[0] != "get" && words[0] != "g" || words[1] != "winrm/config/winrs" {
		return s.usage("Error: Invalid use of command line. Type \"winrm -?\" for help.")
	}
	usual := Quotas{ShellsPerUser: 5, MemoryPerShellMB: 150, ProcessesPerShell: 15, ConcurrentUsers: 5}
	idle, run := 180000, 28800000
	if s.system.Stack == wsman.Stack30 {
		usual = Quotas{ShellsPerUser: 30, MemoryPerShellMB: 1024, ProcessesPerShell: 25, ConcurrentUsers: 10}
		idle, run = 7200000, 2147483647
	}
	q := s.system.Quotas
	s.outf("Winrs\n    AllowRemoteShellAccess = true\n    IdleTimeout = %d\n    MaxConcurrentUsers = %d\n    MaxShellRunTime = %d\n"+
		"    MaxProcessesPerShell = %d\n    MaxMemoryPerShellMB = %d\n    MaxShellsPerUser = %d\n\n",
		idle, cmp.Or(q.ConcurrentUsers, usual.ConcurrentUsers), run, cmp.Or(q.ProcessesPerShell, usual.ProcessesPerShell),
		cmp.Or(q.MemoryPerShellMB, usual.MemoryPerShellMB), cmp.Or(q.ShellsPerUser, usual.ShellsPerUser))
	return 0
}
