package farm_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// TestFindingsSystem: Windows itself.
func TestFindingsSystem(t *testing.T) {
	testSpoiled(t, []spoiled{
		{"administrator", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[1].Administrator = false }, farm.SeverityBlocking, "WFE01", "not a member of Administrators"},
		{"clock", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[1].ClockOffset = -3 * time.Minute }, farm.SeverityWarning, "WFE01", "the clock is -3m0s off"},
		{"reboot", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Servers[0].PendingReboot = []string{"PendingFileRenameOperations"}
		}, farm.SeverityBlocking, "APP01", "a reboot is pending"},
		{"old Windows", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[1].OSVersion = "5.0.2195" }, farm.SeverityBlocking, "WFE01", "older than Windows Server 2003"},
		{"old PowerShell", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[1].PowerShell = "1.0" }, farm.SeverityBlocking, "WFE01", "PowerShell is 1.0"},
		{"old WinRM", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[1].Stack = "1.1" }, farm.SeverityBlocking, "WFE01", "WinRM is 1.1"},
	})
}

// TestManagementFramework: each Windows has a package of its own.
func TestManagementFramework(t *testing.T) {
	require.Contains(t, farm.ManagementFramework("5.2.3790"), "for Windows Server 2003")
	require.Contains(t, farm.ManagementFramework("6.0.6002"), "for Windows Server 2008 (")
	require.Contains(t, farm.ManagementFramework("6.1.7601"), "Server Manager")
	require.Contains(t, farm.ManagementFramework(""), "KB968930")
}
