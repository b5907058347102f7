package activities

import (
	"context"
	"fmt"
	"time"

	"farmhand/internal/farm"
	"farmhand/internal/winhost"
)

// shell sees what a WinRM shell of the server is like.
func (in *inspection) shell(ctx context.Context) error {
	s, err := in.host.Shell(ctx)
	if err != nil {
		return err
	}
	in.facts.Shell = farm.ShellFacts{Asked: true, CodePage: s.CodePage, Silent: s.Silent, Quotas: farm.ShellQuotas{
		ShellsPerUser: int(s.Quotas["MaxShellsPerUser"]), MemoryPerShellMB: int(s.Quotas["MaxMemoryPerShellMB"]),
		ProcessesPerShell: int(s.Quotas["MaxProcessesPerShell"]), ConcurrentUsers: int(s.Quotas["MaxConcurrentUsers"]),
		IdleTimeout: time.Duration(s.Quotas["IdleTimeout"]) * time.Millisecond, RunTime: time.Duration(s.Quotas["MaxShellRunTime"]) * time.Millisecond,
	}}
	return nil
}

// powerShellKey is where Windows PowerShell 1.0 and 2.0 say their version; reg.exe reads it without them.
const powerShellKey = `HKLM\SOFTWARE\Microsoft\PowerShell\1\PowerShellEngine`

// explain looks for the usual reason why the first script fails: Windows PowerShell is not there, or is 1.0.
func (in *inspection) explain(ctx context.Context, err error) error {
	if !winhost.IsKind(err, winhost.KindBadOutput) && !winhost.IsKind(err, winhost.KindFailed) {
		return err
	}
	version, found, asked := in.host.RegQuery(ctx, powerShellKey, "PowerShellVersion")
	what := "Windows PowerShell is not installed"
	switch {
	case asked != nil:
		return err
	case found && !farm.OlderThan(version, 2, 0):
		return err
	case found:
		what = fmt.Sprintf("Windows PowerShell is %s", version)
	}
	return &farm.Failure{Kind: farm.FailurePrerequisite, Server: in.facts.Server, Step: farm.StepInspectServer, Message: what, Advice: farm.ManagementFramework(in.facts.OSVersion)}
}
