package farm_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// TestFindingsShell: the code page must let batch files run, and the quotas be those of WinRM 2.0 or more.
func TestFindingsShell(t *testing.T) {
	usual := farm.ShellFacts{Asked: true, CodePage: 437, Quotas: farm.ShellQuotas{
		ShellsPerUser: 5, MemoryPerShellMB: 150, ProcessesPerShell: 15, ConcurrentUsers: 5, IdleTimeout: 3 * time.Minute, RunTime: 8 * time.Hour,
	}}
	shell := func(change func(*farm.ShellFacts)) func(*farm.Rollout, *farm.Release, *farm.Facts) {
		return func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			s := usual
			change(&s)
			f.Servers[1].Shell = s
		}
	}
	testSpoiled(t, []spoiled{
		{"batch files do nothing", shell(func(s *farm.ShellFacts) { s.Silent = true }), farm.SeverityBlocking, "WFE01", "under code page 437 a batch file does nothing"},
		{"no code page", shell(func(s *farm.ShellFacts) { s.CodePage = 0 }), farm.SeverityWarning, "WFE01", "chcp names no code page"},
		{"another code page", shell(func(s *farm.ShellFacts) { s.CodePage = 850 }), farm.SeverityWarning, "WFE01", "the shell has code page 850, and 437 was asked for"},
		{"no quotas", shell(func(s *farm.ShellFacts) { s.Quotas = farm.ShellQuotas{} }), farm.SeverityInformation, "WFE01", "could not be read"},
		{"few shells", shell(func(s *farm.ShellFacts) { s.Quotas.ShellsPerUser = 1 }), farm.SeverityWarning, "WFE01", "MaxShellsPerUser is 1 (default 5)"},
		{"little memory", shell(func(s *farm.ShellFacts) { s.Quotas.MemoryPerShellMB = 80 }), farm.SeverityWarning, "WFE01", "MaxMemoryPerShellMB is 80 (default 150)"},
		{"few processes", shell(func(s *farm.ShellFacts) { s.Quotas.ProcessesPerShell = 2 }), farm.SeverityWarning, "WFE01", "MaxProcessesPerShell is 2"},
		{"few users", shell(func(s *farm.ShellFacts) { s.Quotas.ConcurrentUsers = 1 }), farm.SeverityWarning, "WFE01", "MaxConcurrentUsers is 1"},
		{"short idle time", shell(func(s *farm.ShellFacts) { s.Quotas.IdleTimeout = time.Minute }), farm.SeverityWarning, "WFE01", "IdleTimeout is 60000 ms (default 180000 ms)"},
		{"short life", shell(func(s *farm.ShellFacts) { s.Quotas.RunTime = time.Hour }), farm.SeverityWarning, "WFE01", "MaxShellRunTime is 3600000 ms"},
	})
	t.Run("as asked for, and no limits", func(t *testing.T) {
		r, rel, facts := healthy()
		r.Farms[0].Servers[1].WinRM.CodePage = 850
		s := usual
		s.CodePage, s.Quotas.ShellsPerUser, s.Quotas.MemoryPerShellMB = 850, 0, 0
		facts.Servers[0].Shell, facts.Servers[1].Shell = usual, s
		require.Empty(t, farm.Findings(r, rel, r.Farms[0], facts))
	})
}
