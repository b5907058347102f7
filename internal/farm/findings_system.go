package farm

import (
	"fmt"
	"strings"
	"time"
)

// MaxClockOffset is how far a server's clock may be off before times in the evidence mislead.
const MaxClockOffset = 2 * time.Minute

// system judges Windows itself, on the servers of the farm and on others the file names.
func (j *judge) system(s ServerFacts) {
	if !s.Administrator {
		j.add(SeverityBlocking, s.Server, fmt.Sprintf("%s is not a member of Administrators", s.Account), "add the account to the local Administrators group")
	}
	if s.ClockOffset.Abs() > MaxClockOffset {
		j.add(SeverityWarning, s.Server, fmt.Sprintf("the clock is %s off", s.ClockOffset), "synchronise the clock; times in the evidence are the server's own where they come from its logs")
	}
	if OlderThan(s.OSVersion, 5, 2) {
		j.add(SeverityBlocking, s.Server, "Windows "+s.OSVersion+" is older than Windows Server 2003", "check the address: no farm of this product runs on it")
	}
	if OlderThan(s.PowerShell, 2, 0) {
		j.add(SeverityBlocking, s.Server, "Windows PowerShell is "+s.PowerShell, ManagementFramework(s.OSVersion))
	}
	if OlderThan(s.Stack, 2, 0) {
		j.add(SeverityBlocking, s.Server, "WinRM is "+s.Stack+", whose shells are others than those of 2.0", ManagementFramework(s.OSVersion))
	}
	if len(s.PendingReboot) > 0 {
		j.add(SeverityBlocking, s.Server, "a reboot is pending: "+strings.Join(s.PendingReboot, ", "), "reboot the server, then check again")
	}
}

// ManagementFramework says what brings Windows PowerShell 2.0 and WinRM 2.0 to a version of Windows (KB968930,
// domain.md B.8).
func ManagementFramework(osVersion string) string {
	switch {
	case osVersion == "":
		return "install the Windows Management Framework (KB968930): PowerShell 2.0 and WinRM 2.0"
	case OlderThan(osVersion, 6, 0):
		return "install the Windows Management Framework for Windows Server 2003 (KB968930; it wants Service Pack 2 and .NET Framework 2.0 SP1): PowerShell 2.0 and WinRM 2.0"
	case OlderThan(osVersion, 6, 1):
		return "install the Windows Management Framework for Windows Server 2008 (KB968930; it wants Service Pack 1 or 2): PowerShell 2.0 and WinRM 2.0"
	}
	return "add the feature Windows PowerShell in Server Manager, and run winrm quickconfig: this Windows has 2.0 of both"
}

// OlderThan reports whether a version's first two numbers are below major.minor. A version that says nothing
// is no reason to stop.
func OlderThan(version string, major, minor int) bool {
	var a, b int
	if n, _ := fmt.Sscanf(version, "%d.%d", &a, &b); n < 2 {
		return false
	}
	return a < major || a == major && b < minor
}
