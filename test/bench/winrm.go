package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"

	"farmhand/simulator/traffic"
	"farmhand/simulator/wsman"
)

// winrmCalls is how many commands one run of a client makes, winrmInput how much standard input it passes.
const (
	winrmCalls = 40
	winrmInput = 2 << 20
)

// winrmUser is the one account of the service.
const winrmUser = `CONTOSO\sp-setup`

// winrmService is the twin's WinRM service without a Windows behind it, so that the clients are measured and not the world.
type winrmService struct {
	server   *wsman.Server
	listener net.Listener
	password string
	traffic  traffic.Counter
}

// startWinRM serves on a free loopback port. Bare masterzen/winrm needs the replies of WinRM 3.0; the others take any.
func startWinRM(ctx context.Context) (*winrmService, error) {
	s := &winrmService{password: rand.Text()}
	var err error
	if s.listener, err = new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	// WinRM counts each command of a user for as long as its shell lives, and an hour of benchmarks has many.
	s.server = wsman.New(wsman.Options{
		Computer: "APP01", Domain: "CONTOSO", OS: "6.1.7601 SP: 1.0", Stack: wsman.Stack30, Traffic: &s.traffic, MaxOperationsPerUser: 1 << 30,
	}, s)
	go func() { _ = s.server.Serve(s.listener) }() //nolint:contextcheck // it ends with Close, or its clients say what is wrong
	return s, nil
}

// Password implements wsman.Backend.
func (s *winrmService) Password(domain, user string) (string, bool) {
	return s.password, domain+`\`+user == winrmUser
}

// Record implements wsman.Backend.
func (s *winrmService) Record(wsman.Event) {}

// Exec implements wsman.Backend: echo prints its words, count the length of its standard input.
func (s *winrmService) Exec(_ context.Context, c wsman.Command) int {
	word, rest, _ := strings.Cut(c.Line, " ")
	switch word {
	case "echo":
		fmt.Fprintf(c.Stdout, "%s\r\n", rest)
	case "count":
		n, err := io.Copy(io.Discard, c.Stdin)
		if err != nil {
			return 1
		}
		fmt.Fprintf(c.Stdout, "%d\r\n", n)
	default:
		return 9009 // what cmd.exe says of a name it does not know
	}
	return 0
}

func (s *winrmService) task(command string, calls, input int) clientTask {
	return clientTask{
		Host: "127.0.0.1", Port: s.listener.Addr().(*net.TCPAddr).Port, User: winrmUser, Password: s.password, Command: command, Calls: calls, Input: input,
	}
}

// winrmMeasure compares WinRM clients: farmhand's layer, the library below it as it comes, and pywinrm.
func (s *winrmService) measure(clients ...string) measure {
	m := measure{
		name: "winrm", title: "WinRM: one client, one server, sealed NTLM over http",
		comparisons: []comparison{
			{"calls", "farmhand", "pywinrm", "farmhand makes %s times the calls per second of pywinrm"},
			{"calls", "farmhand", "masterzen", "farmhand makes %s times the calls per second of bare masterzen/winrm"},
			{"posts per call", "farmhand", "pywinrm", "farmhand needs %s times the posts of pywinrm"},
			{"2 MB of standard input", "pywinrm", "farmhand", "pywinrm takes %s times as long for 2 MB of standard input"},
		},
	}
	for _, name := range clients {
		m.contestants = append(m.contestants, contestant{name, func(ctx context.Context) ([]Figure, error) { return s.client(ctx, name) }})
	}
	return m
}

// client is one run of a client: short commands, and then one with much input.
func (s *winrmService) client(ctx context.Context, name string) ([]Figure, error) {
	before := s.traffic.Count()
	short, err := clientProcess(ctx, name, s.task("echo hello", winrmCalls, 0))
	if err != nil {
		return nil, err
	}
	if short.Error != "" || strings.TrimSpace(short.Output) != "hello" {
		return nil, fmt.Errorf("%d calls of echo: %q %s", winrmCalls, short.Output, short.Error)
	}
	used := s.traffic.Count().Minus(before)
	figures := []Figure{
		{"calls", winrmCalls / short.Seconds, "per second"},
		{"posts per call", float64(used.Requests) / winrmCalls, ""},
		{"bytes per call", float64(used.Received+used.Sent) / winrmCalls, ""},
		{"connections per call", float64(used.Connections) / winrmCalls, ""},
	}
	long, err := clientProcess(ctx, name, s.task("count", 1, winrmInput))
	if err != nil {
		return nil, err
	}
	arrived, _ := strconv.Atoi(strings.TrimSpace(long.Output)) // nothing, where the client died
	figures = append(figures, Figure{"of 2 MB arrived", 100 * float64(arrived) / winrmInput, "%"})
	if arrived == winrmInput {
		figures = append(figures, Figure{"2 MB of standard input", long.Seconds, "s"})
	}
	return figures, nil
}

func (s *winrmService) close() { s.server.Close() }
