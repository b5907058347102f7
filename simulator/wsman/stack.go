package wsman

import (
	"fmt"
	"strings"
	"time"

	"farmhand/simulator/ntlm"
)

// Stack is the version of WinRM a server has. It decides the form of the replies.
type Stack int

// The stacks found on servers of the time.
const (
	Stack11 Stack = iota + 1 // Server 2008 as shipped; Server 2003 with KB936059
	Stack20                  // 2008 R2 as shipped; 2003 and 2008 with the Windows Management Framework (KB968930)
	Stack30                  // 2008 R2 with WMF 3 and everything later
)

// String gives the number as Identify tells it.
func (s Stack) String() string {
	return map[Stack]string{Stack11: "1.1", Stack20: "2.0", Stack30: "3.0"}[s]
}

// limits are the quotas of the service (winrm/config and winrm/config/winrs).
type limits struct {
	shells, operations, envelope int // envelope in bytes
	idle, run                    time.Duration
}

// The defaults. 5 shells: PowerShell team blog, May 2010. 15 operations: quota fault text of a 2008 R2. 150 and 500
// KB, 180 s and 2 h, 8 h and no end: winrm/config of the versions.
var stackLimits = map[Stack]limits{
	Stack11: {shells: 5, operations: 15, envelope: 150 << 10, idle: 180 * time.Second, run: 8 * time.Hour},
	Stack20: {shells: 5, operations: 15, envelope: 150 << 10, idle: 180 * time.Second, run: 8 * time.Hour},
	Stack30: {shells: 30, operations: 1500, envelope: 500 << 10, idle: 2 * time.Hour, run: 2147483647 * time.Millisecond},
}

func (o Options) limits() limits {
	l := stackLimits[o.Stack]
	if o.MaxShellsPerUser > 0 {
		l.shells = o.MaxShellsPerUser
	}
	if o.MaxOperationsPerUser > 0 {
		l.operations = o.MaxOperationsPerUser
	}
	if o.MaxEnvelopeKB > 0 {
		l.envelope = o.MaxEnvelopeKB << 10
	}
	if o.IdleTimeout > 0 {
		l.idle = o.IdleTimeout
	}
	if o.MaxShellRunTime > 0 {
		l.run = o.MaxShellRunTime
	}
	return l
}

// version is the Windows version told in the NTLM challenge. An OS text that does not start with one gives zeros.
func (o Options) version() ntlm.Version {
	var v ntlm.Version
	if _, err := fmt.Sscanf(o.OS, "%d.%d.%d", &v.Major, &v.Minor, &v.Build); err != nil {
		return ntlm.Version{}
	}
	return v
}

// beforeVista is true for Server 2003 and XP, whose HTTP and NTLM are one generation older.
func (o Options) beforeVista() bool { return strings.HasPrefix(o.OS, "5.") }

// httpServer is the Server header of http.sys.
func (o Options) httpServer() string {
	if o.beforeVista() {
		return "Microsoft-HTTPAPI/1.0"
	}
	return "Microsoft-HTTPAPI/2.0"
}
