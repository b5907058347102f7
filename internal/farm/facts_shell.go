package farm

import "time"

// ShellFacts is what a WinRM shell of a server is like, found by commands that change nothing.
type ShellFacts struct {
	// Asked is set when the shell was looked at; the other fields say nothing without it.
	Asked bool `json:"asked,omitempty"`
	// CodePage is what chcp says; zero when it said nothing.
	CodePage int `json:"code_page,omitempty"`
	// Silent: a batch file printed nothing and ended with success (domain.md C.1: code page 65001 before Windows
	// Server 2008 R2).
	Silent bool `json:"silent,omitempty"`
	// Quotas are those of winrm/config/winrs; all zero when they could not be read.
	Quotas ShellQuotas `json:"quotas,omitzero"`
}

// ShellQuotas are limits that a WinRM service puts on its shells (MSDN ee309367). Zero is no limit.
type ShellQuotas struct {
	ShellsPerUser     int           `json:"shells_per_user,omitempty"`
	MemoryPerShellMB  int           `json:"memory_per_shell_mb,omitempty"`
	ProcessesPerShell int           `json:"processes_per_shell,omitempty"`
	ConcurrentUsers   int           `json:"concurrent_users,omitempty"`
	IdleTimeout       time.Duration `json:"idle_timeout,omitempty"`
	RunTime           time.Duration `json:"run_time,omitempty"`
}
