package winhost

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/secrets"
	"farmhand/scripts"
	"farmhand/simulator/wsman"
)

const (
	account  = `CONTOSO\sp-setup`
	password = "Pässw0rd & more"
)

// machine is the Windows behind a test server: a few commands of its own, and what a test puts in.
type machine struct {
	mu      sync.Mutex
	events  []wsman.Event
	lines   []string
	stdin   map[string]string // by command line
	refuse  int               // so many logons
	started chan string
	killed  chan string
	// command answers a line the machine does not know.
	command func(line, stdin string) (exit int, stdout, stderr string)
	// scripts answers a script with the text it prints, before its sentinel.
	scripts func(s scripts.Script, args map[string]string, stdin string) (text string, rc int)
}

func newMachine() *machine {
	return &machine{stdin: map[string]string{}, started: make(chan string, 100), killed: make(chan string, 100)}
}

func (m *machine) Password(domain, user string) (string, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.refuse--; m.refuse >= 0 {
		return "", false
	}
	return password, domain == "CONTOSO" && user == "sp-setup"
}

func (m *machine) Record(e wsman.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events = append(m.events, e)
}

// count is how often an event was recorded.
func (m *machine) count(event string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, e := range m.events {
		if e.Event == event {
			n++
		}
	}
	return n
}

func (m *machine) ran() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string(nil), m.lines...)
}

// requireRan waits for so many commands and sees that there are no more: a command starts beside the reply that names it.
func (m *machine) requireRan(t *testing.T, n int) {
	t.Helper()
	for range n {
		select {
		case <-m.started:
		case <-t.Context().Done():
			t.Fatal("a command did not start")
		}
	}
	require.Len(t, m.ran(), n)
}

func (m *machine) Exec(ctx context.Context, c wsman.Command) int {
	m.mu.Lock()
	m.lines = append(m.lines, c.Line)
	m.mu.Unlock()
	select {
	case m.started <- c.Line:
	default:
	}
	if c.Line == scripts.CommandLine() {
		return m.bootstrap(c)
	}
	word, rest, _ := strings.Cut(c.Line, " ")
	switch word {
	case "both":
		io.WriteString(c.Stdout, "to stdout")
		io.WriteString(c.Stderr, "to stderr")
		return 7
	case "cat":
		io.Copy(c.Stdout, c.Stdin)
	case "count":
		n, _ := io.Copy(io.Discard, c.Stdin)
		fmt.Fprint(c.Stdout, n)
	case "codepage":
		fmt.Fprint(c.Stdout, c.CodePage)
	case "bytes":
		raw, _ := strconv.Unquote(rest)
		io.WriteString(c.Stdout, raw)
	case "exit":
		n, _ := strconv.Atoi(rest)
		return n
	case "fill":
		n, _ := strconv.Atoi(rest)
		io.WriteString(c.Stdout, strings.Repeat("0123456789abcdef", n/16))
	case "sleep":
		<-ctx.Done()
		m.killed <- c.Line
		return 1
	default:
		return m.other(c)
	}
	return 0
}

func (m *machine) other(c wsman.Command) int {
	var input []byte
	if strings.HasPrefix(c.Line, "cacls") || strings.HasPrefix(c.Line, "schtasks /create") {
		input, _ = io.ReadAll(c.Stdin)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stdin[c.Line] = string(input)
	if m.command == nil {
		io.WriteString(c.Stderr, "not recognized")
		return 9009
	}
	exit, stdout, stderr := m.command(c.Line, string(input))
	io.WriteString(c.Stdout, stdout)
	io.WriteString(c.Stderr, stderr)
	return exit
}

// bootstrap is bootstrap.ps1 as the package comment of scripts describes it.
func (m *machine) bootstrap(c wsman.Command) int {
	in := bufio.NewReader(c.Stdin)
	next := func() string {
		line, _ := in.ReadString('\n')
		return strings.TrimSuffix(line, "\r\n")
	}
	nonce := next()
	for {
		text, _ := base64.StdEncoding.DecodeString(next())
		args := map[string]string{}
		for line := next(); line != "." && line != ""; line = next() {
			name, value, _ := strings.Cut(line, " ")
			decoded, _ := base64.StdEncoding.DecodeString(value)
			args[name] = string(decoded)
		}
		var rest strings.Builder
		line := next()
		for ; line != "" && line != nonce; line = next() {
			rest.WriteString(line + "\r\n")
		}
		if rc := m.answer(c, nonce, string(text), args, rest.String()); rc != 0 || line != nonce {
			return max(rc, 0)
		}
	}
}

// answer runs one script.
func (m *machine) answer(c wsman.Command, nonce, text string, args map[string]string, stdin string) int {
	s, known := scripts.ByHash(scripts.Hash(text))
	if !known || m.scripts == nil {
		io.WriteString(c.Stderr, "unknown script")
		return 1
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	out, rc := m.scripts(s, args, stdin)
	io.WriteString(c.Stdout, out)
	if rc >= 0 {
		fmt.Fprintf(c.Stdout, "##END\r\n##RC=%d %s\r\n", rc, nonce)
	}
	return rc
}

// twin is a running server and a Host that reaches it.
type twin struct {
	*machine
	*Host
	server *wsman.Server
	port   int
}

// newTwin starts a server and makes a host for it; change may alter the host's options first.
func newTwin(t testing.TB, o wsman.Options, change ...func(*Options)) *twin {
	t.Helper()
	o.Computer, o.Domain = "APP01", "CONTOSO"
	if o.OS == "" {
		o.OS = "6.0.6002 SP: 2.0"
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	m := newMachine()
	tw := &twin{machine: m, server: wsman.New(o, m), port: l.Addr().(*net.TCPAddr).Port}
	served := make(chan error, 1)
	go func() { served <- tw.server.Serve(l) }()
	t.Cleanup(func() {
		tw.server.Close()
		require.NoError(t, <-served)
	})
	options := Options{
		Server:           farm.Server{Name: "APP01", Address: "127.0.0.1", Stage: `D:\farmhand`, WinRM: farm.WinRM{Scheme: "http", Port: tw.port, Auth: "ntlm"}},
		User:             account,
		Password:         secrets.New(password),
		OperationTimeout: 20 * time.Second,
	}
	for _, f := range change {
		f(&options)
	}
	tw.Host, err = New(options)
	require.NoError(t, err)
	tw.Host.waits = waits{cleanup: 2 * time.Second, settle: time.Millisecond, flap: time.Millisecond, start: time.Millisecond}
	return tw
}

// requireNoShell waits until the server has no shell left: every one that was created was deleted.
func (tw *twin) requireNoShell(t testing.TB) {
	t.Helper()
	require.Eventually(t, func() bool { return tw.count(wsman.EventCreateShell) == tw.count(wsman.EventDeleteShell) },
		30*time.Second, 5*time.Millisecond)
}

// requireKind checks an error's kind, that it names the server, and that it keeps the password.
func requireKind(t testing.TB, err error, k Kind) *Error {
	t.Helper()
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, k, e.Kind, "%v", err)
	require.Contains(t, err.Error(), "APP01")
	require.NotEmpty(t, e.Advice)
	for _, word := range []string{password, "EOF", "OperationTimeout"} {
		require.NotContains(t, err.Error(), word)
	}
	return e
}

// newCertificate makes a self-signed certificate for 127.0.0.1 and the file that trusts it.
func newCertificate(t testing.TB) (server *tls.Config, caFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		DNSNames: []string{"app01.contoso"}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	caFile = filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(caFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, caFile
}
