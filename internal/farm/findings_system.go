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
	if older(s.OSVersion, 5, 2) {
		j.add(SeverityBlocking, s.Server, "Windows "+s.OSVersion+" is older than Windows Server 2003", "check the address: no farm of this product runs on it")
	}
	if older(s.PowerShell, 2, 0) {
		j.add(SeverityBlocking, s.Server, "Windows PowerShell is "+s.PowerShell, "install the Windows Management Framework (KB968930): PowerShell 2.0 and WinRM 2.0")
	}
	if len(s.PendingReboot) > 0 {
		j.add(SeverityBlocking, s.Server, "a reboot is pending: "+strings.Join(s.PendingReboot, ", "), "reboot the server, then check again")
	}
}

// older reports whether a version's first two numbers are below major.minor. A version that says nothing is
// no reason to stop.
func older(version string, major, minor int) bool {
	var a, b int
	if n, _ := fmt.Sscanf(version, "%d.%d", &a, &b); n < 2 {
		return false
	}
	return a < major || a == major && b < minor
}
