//go:build foreign

package foreign

import (
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/wsman"
)

// machine is a server with four commands: echo TEXT, fail N (a line on each stream, exit code N), slow (longer than
// an operation time-out of pywinrm), and what Ansible's raw wraps around any of them.
type machine struct {
	mu     sync.Mutex
	events []string
}

func (m *machine) Password(domain, user string) (string, bool) {
	return "Throw-away 1!", domain == "CONTOSO" && user == "sp-setup"
}

func (m *machine) Record(e wsman.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events = append(m.events, e.Event+" "+e.User)
}

func (m *machine) count(event string) (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.events {
		if e == event {
			n++
		}
	}
	return n
}

func (m *machine) Exec(ctx context.Context, c wsman.Command) int {
	line := c.Line
	if before, encoded, ok := strings.Cut(line, "-EncodedCommand "); ok && strings.HasPrefix(before, "PowerShell ") {
		line = decodeCommand(strings.TrimSpace(encoded))
	}
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "echo":
		fmt.Fprintf(c.Stdout, "%s\r\n", rest)
		return 0
	case "fail":
		fmt.Fprint(c.Stdout, "out\r\n")
		fmt.Fprint(c.Stderr, "err\r\n")
		if n, err := strconv.Atoi(rest); err == nil {
			return n
		}
	case "slow":
		late := time.NewTimer(3 * time.Second)
		defer late.Stop()
		select {
		case <-late.C:
			fmt.Fprint(c.Stdout, "at last\r\n")
			return 0
		case <-ctx.Done():
			return 1
		}
	}
	return 9009
}

// decodeCommand reads the argument of -EncodedCommand: base64 of UTF-16. What is not that gives an empty line.
func decodeCommand(s string) string {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return ""
	}
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = uint16(b[2*i]) | uint16(b[2*i+1])<<8
	}
	return string(utf16.Decode(u))
}

func start(t *testing.T, o wsman.Options) (*machine, target) {
	t.Helper()
	o.Computer, o.Domain = "APP01", "CONTOSO"
	m := &machine{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := wsman.New(o, m)
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	t.Cleanup(func() {
		s.Close()
		require.NoError(t, <-served)
	})
	return m, target{host: "127.0.0.1", port: l.Addr().(*net.TCPAddr).Port, user: `CONTOSO\sp-setup`, password: "Throw-away 1!"}
}

type client struct {
	name    string
	options wsman.Options
	run     func(t *testing.T, at target, command string) result
}

var (
	server2003   = wsman.Options{OS: "5.2.3790 SP: 2.0", Stack: wsman.Stack20}
	server2008   = wsman.Options{OS: "6.0.6002 SP: 2.0", Stack: wsman.Stack20}
	server2008R2 = wsman.Options{OS: "6.1.7601 SP: 1.0", Stack: wsman.Stack30} // with WMF 3
)

func clients() []client {
	clearText := server2008
	clearText.AllowBasic, clearText.AllowUnencrypted = true, true
	sealed := func(t *testing.T, at target, command string) result { return pywinrm(t, at, "ntlm", command) }
	basic := func(t *testing.T, at target, command string) result { return pywinrm(t, at, "basic", command) }
	return []client{
		{"pywinrm ntlm, 2003", server2003, sealed},
		{"pywinrm ntlm, 2008 R2 with WMF 3", server2008R2, sealed},
		{"pywinrm basic, 2008", clearText, basic},
		{"ansible raw, 2003", server2003, ansibleRaw},
		{"ansible raw, 2008 R2 with WMF 3", server2008R2, ansibleRaw},
		{"masterzen, 2008 R2 with WMF 3", server2008R2, masterzen},
	}
}

func TestCommandRuns(t *testing.T) {
	for _, c := range clients() {
		t.Run(c.name, func(t *testing.T) {
			m, at := start(t, c.options)
			r := c.run(t, at, "fail 3")
			require.Empty(t, r.Failed)
			require.Equal(t, 3, r.Exit)
			require.Equal(t, "out\r\n", r.Stdout)
			require.Contains(t, r.Stderr, "err\r\n")
			require.Equal(t, 1, m.count(`create-shell CONTOSO\sp-setup`))
			require.Equal(t, 1, m.count(`delete-shell CONTOSO\sp-setup`))
			require.Zero(t, m.count(`auth-failed CONTOSO\sp-setup`))
		})
	}
}

func TestWrongPasswordIsRefused(t *testing.T) {
	for _, c := range clients() {
		t.Run(c.name, func(t *testing.T) {
			m, at := start(t, c.options)
			at.password = "wrong"
			r := c.run(t, at, "echo never")
			require.NotEmpty(t, r.Failed)
			require.NotContains(t, r.Stdout, "never")
			require.Positive(t, m.count(`auth-failed CONTOSO\sp-setup`))
			require.Zero(t, m.count(`create-shell CONTOSO\sp-setup`))
		})
	}
}

// A command longer than the client's operation time-out of two seconds is polled for again.
func TestPollingGoesOnAfterTimeOut(t *testing.T) {
	_, at := start(t, server2003)
	r := pywinrm(t, at, "ntlm", "slow")
	require.Empty(t, r.Failed)
	require.Equal(t, "at last\r\n", r.Stdout)
}

// The message a sixth shell gets reaches the operator through the client.
func TestShellQuotaIsExplained(t *testing.T) {
	o := server2003
	o.Fault = func(op wsman.Operation) *wsman.Fault {
		if op.Action == wsman.ActionCreate {
			return &wsman.Fault{Kind: wsman.FaultSOAP, Code: 2150859173}
		}
		return nil
	}
	_, at := start(t, o)
	require.Contains(t, pywinrm(t, at, "ntlm", "echo").Failed, "maximum number of 5 concurrent shells")
}

func TestIdentifyTellsTheStack(t *testing.T) {
	_, at := start(t, server2003)
	const probe = `
import sys, urllib.request
body = b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>'
r = urllib.request.Request("http://%s/wsman" % sys.stdin.read(), body, {"WSMANIDENTIFY": "unauthenticated", "Content-Type": "application/soap+xml;charset=UTF-8"})
print(urllib.request.urlopen(r).read().decode())
`
	stdout, stderr, exit := run(t, fmt.Sprintf("%s:%d", at.host, at.port), nil, "/usr/bin/python3", "-c", probe)
	require.Zero(t, exit, stderr)
	require.Contains(t, stdout, "OS: 0.0.0 SP: 0.0 Stack: 2.0")
}
