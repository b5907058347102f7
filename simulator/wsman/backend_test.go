package wsman_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/wsman"
)

const (
	account  = `CONTOSO\sp-setup`
	password = "Pässw0rd & more"
)

// machine is a Backend with a handful of commands.
type machine struct {
	mu       sync.Mutex
	events   []string
	commands []wsman.Command
	started  chan string // a line each time a command starts
	killed   chan string // a line each time a command ends because its context did
}

func newMachine() *machine {
	return &machine{started: make(chan string, 100), killed: make(chan string, 100)}
}

func (m *machine) Password(domain, user string) (string, bool) {
	return password, domain == "CONTOSO" && (strings.EqualFold(user, "sp-setup") || user == "sp-farm")
}

func (m *machine) Record(e wsman.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events = append(m.events, strings.TrimSpace(e.Event+" "+e.User+" "+e.Text))
}

func (m *machine) command(i int) wsman.Command {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.commands[i]
}

func (m *machine) journal() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.Join(m.events, "\n")
}

func (m *machine) Exec(ctx context.Context, c wsman.Command) int {
	m.mu.Lock()
	m.commands = append(m.commands, c)
	m.mu.Unlock()
	m.started <- c.Line
	word, rest, _ := strings.Cut(c.Line, " ")
	switch word {
	case "echo":
		fmt.Fprintf(c.Stdout, "%s\r\n", rest)
	case "both":
		fmt.Fprint(c.Stdout, "to stdout")
		fmt.Fprint(c.Stderr, "to stderr")
		return 3
	case "cat":
		if _, err := io.Copy(c.Stdout, c.Stdin); err != nil {
			return 1
		}
	case "count": // the size of the input
		n, err := io.Copy(io.Discard, c.Stdin)
		if err != nil {
			return 1
		}
		fmt.Fprint(c.Stdout, n)
	case "exit":
		n, err := strconv.Atoi(rest)
		if err != nil {
			return 1
		}
		return n
	case "fill": // so many bytes of output
		n, err := strconv.Atoi(rest)
		if err != nil {
			return 1
		}
		if _, err := io.WriteString(c.Stdout, strings.Repeat("0123456789abcdef", n/16)); err != nil {
			m.killed <- c.Line
			return 1
		}
	case "sleep":
		<-ctx.Done()
		m.killed <- c.Line
		return 1
	default:
		fmt.Fprintf(c.Stderr, "'%s' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n", word)
		return 9009
	}
	return 0
}

// host is a running server.
type host struct {
	*machine
	server *wsman.Server
	port   int
	serve  chan error
}

func (h *host) address() string { return fmt.Sprintf("127.0.0.1:%d", h.port) }

// newHost starts a server; zero fields of o get the values of a domain member that allows everything.
func newHost(t testing.TB, o wsman.Options) *host {
	t.Helper()
	if o.Computer == "" {
		o.Computer, o.Domain = "APP01", "CONTOSO"
	}
	if o.OS == "" {
		o.OS = "6.1.7601 SP: 1.0"
	}
	m := newMachine()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	h := &host{machine: m, server: wsman.New(o, m), port: l.Addr().(*net.TCPAddr).Port, serve: make(chan error, 1)}
	go func() { h.serve <- h.server.Serve(l) }()
	t.Cleanup(h.server.Close)
	return h
}

func readable(o wsman.Options) wsman.Options {
	o.AllowBasic, o.AllowUnencrypted = true, true
	return o
}

func serverTLS(t testing.TB) *tls.Config {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	cert := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, key.Public(), key)
	require.NoError(t, err)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}
