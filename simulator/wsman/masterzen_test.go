package wsman_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/masterzen/winrm"
	"github.com/masterzen/winrm/soap"
	"github.com/stretchr/testify/require"

	"farmhand/simulator/wsman"
)

// way is one way to reach a server with a real client library.
type way struct {
	name    string
	options wsman.Options
	https   bool
	auth    func(t *testing.T) winrm.Transporter // nil for Basic
}

func ways(t *testing.T) []way {
	sealed := func(t *testing.T) winrm.Transporter {
		e, err := winrm.NewEncryption("ntlm")
		require.NoError(t, err)
		return e
	}
	plainNTLM := func(*testing.T) winrm.Transporter { return &winrm.ClientNTLM{} }
	tls := serverTLS(t)
	return []way{
		{name: "basic, http", options: readable(wsman.Options{})},
		{name: "basic, https", options: wsman.Options{AllowBasic: true, TLS: tls}, https: true},
		{name: "ntlm sealed, http", auth: sealed},
		{name: "ntlm sealed, http, 2003", options: wsman.Options{OS: "5.2.3790 SP: 2.0"}, auth: sealed},
		{name: "ntlm, https", options: wsman.Options{TLS: tls}, https: true, auth: plainNTLM},
		{name: "ntlm unencrypted, http", options: wsman.Options{AllowUnencrypted: true}, auth: plainNTLM},
	}
}

// spliced puts rsp:ShellId into a CreateResponse: the library looks for it there, and WinRM before 3.0 sends none.
type spliced struct{ winrm.Transporter }

func (s spliced) Post(c *winrm.Client, m *soap.SoapMessage) (string, error) {
	reply, err := s.Transporter.Post(c, m)
	if _, rest, ok := strings.Cut(reply, `Name="ShellId">`); ok && !strings.Contains(reply, "<rsp:ShellId>") {
		id, _, _ := strings.Cut(rest, "<")
		reply = strings.Replace(reply, "</x:ResourceCreated>", "</x:ResourceCreated><rsp:Shell><rsp:ShellId>"+id+"</rsp:ShellId></rsp:Shell>", 1)
	}
	return reply, err
}

func (w way) client(t *testing.T, h *host, user, password string) *winrm.Client {
	p := winrm.NewParameters("PT20S", "en-US", 153600)
	p.TransportDecorator = func() winrm.Transporter {
		if w.auth == nil {
			return spliced{winrm.NewClientWithDial(nil)}
		}
		return spliced{w.auth(t)}
	}
	c, err := winrm.NewClientWithParameters(winrm.NewEndpoint("127.0.0.1", h.port, w.https, true, nil, nil, nil, 20*time.Second), user, password, p)
	require.NoError(t, err)
	return c
}

// smallSends hides WriterTo, so that input goes in pieces that fit an envelope.
type smallSends struct{ io.Reader }

func (s smallSends) Read(b []byte) (int, error) { return s.Reader.Read(b[:min(len(b), 32<<10)]) }

func TestRealClientRunsCommands(t *testing.T) {
	for _, w := range ways(t) {
		for _, stack := range []wsman.Stack{wsman.Stack20, wsman.Stack30} {
			t.Run(w.name+", stack "+stack.String(), func(t *testing.T) {
				w.options.Stack = stack
				h := newHost(t, w.options)
				for _, tc := range []struct {
					line, stdout, stderr string
					exit                 int
				}{
					{line: "echo a < b && c", stdout: "a < b && c\r\n"},
					{line: "both", stdout: "to stdout", stderr: "to stderr", exit: 3},
					{line: "exit 7", exit: 7},
					{line: "nonsense", stderr: "'nonsense' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n", exit: 9009},
				} {
					var stdout, stderr bytes.Buffer
					exit, err := w.client(t, h, account, password).RunWithContext(t.Context(), tc.line, &stdout, &stderr)
					require.NoError(t, err)
					require.Equal(t, tc.exit, exit)
					require.Equal(t, tc.stdout, stdout.String())
					require.Equal(t, tc.stderr, stderr.String())
				}
				require.Equal(t, 4, strings.Count(h.journal(), "create-shell "+account))
				require.Equal(t, 4, strings.Count(h.journal(), "delete-shell "+account))
				require.Equal(t, 65001, h.command(0).CodePage)
			})
		}
	}
}

func TestWrongPasswordIsRefusedAndRecorded(t *testing.T) {
	for _, w := range ways(t) {
		t.Run(w.name, func(t *testing.T) {
			h := newHost(t, w.options)
			_, err := w.client(t, h, account, "wrong").CreateShell()
			require.ErrorContains(t, err, "401")
			require.Contains(t, h.journal(), "auth-failed "+account+" wrong password")
			require.NotContains(t, h.journal(), "create-shell")
		})
	}
}

// Both directions carry more than one envelope.
func TestLargeInputAndOutput(t *testing.T) {
	const size = 2 << 20
	h := newHost(t, readable(wsman.Options{Stack: wsman.Stack30}))
	input := strings.Repeat("0123456789abcdef", size/16)
	for _, line := range []string{"cat", "count"} {
		var stdout, stderr bytes.Buffer
		exit, err := way{}.client(t, h, account, password).RunWithContextWithInput(t.Context(), line, &stdout, &stderr, smallSends{strings.NewReader(input)})
		require.NoError(t, err)
		require.Zero(t, exit)
		if line == "cat" {
			require.Equal(t, size, stdout.Len())
			require.Equal(t, md5.Sum([]byte(input)), md5.Sum(stdout.Bytes())) // a diff of megabytes helps nobody
		} else {
			require.Equal(t, "2097152", stdout.String())
		}
	}
}

func TestSealedOutputOfManyReplies(t *testing.T) {
	w := ways(t)[2]
	h := newHost(t, w.options)
	var stdout, stderr bytes.Buffer
	_, err := w.client(t, h, account, password).RunWithContext(t.Context(), "fill 2097152", &stdout, &stderr)
	require.NoError(t, err)
	require.Equal(t, 2<<20, stdout.Len())
}

func TestCloseKillsCommandsAndConnections(t *testing.T) {
	h := newHost(t, readable(wsman.Options{Stack: wsman.Stack30}))
	failed := make(chan error, 1)
	client := way{}.client(t, h, account, password)
	go func() {
		_, err := client.RunWithContext(context.Background(), "sleep", io.Discard, io.Discard)
		failed <- err
	}()
	require.Equal(t, "sleep", <-h.started)
	h.server.Close()
	require.Equal(t, "sleep", <-h.killed)
	require.NoError(t, <-h.serve)
	require.Error(t, <-failed)
	require.NotContains(t, h.journal(), "delete-shell", "a power loss writes nothing down")
}
