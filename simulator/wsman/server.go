// Package wsman is the service end of WinRM (MS-WSMV): the remote shell of Windows Server 2003, 2008 and 2008 R2 as
// it looks from the network. What a command line does is the caller's matter; everything before that is here.
//
// A [Server] is made with [New] from [Options], which say what kind of Windows it is, and a [Backend], which knows
// the passwords and runs the commands. [Server.Serve] answers on a listener until [Server.Close], which acts like
// the plug being pulled: connections drop and commands die. A machine that boots again is a new Server.
//
// A request goes through these files: connection.go reads HTTP, logon.go finds out who asks (Basic, NTLM by the
// package ntlm, or Kerberos by the package kerberos: ticket.go), sealed.go takes the sealing off, envelope.go reads the SOAP message, operation.go applies the
// faults a rehearsal asked for and picks the operation, shell.go, process.go and receive.go carry it out, soap.go
// and faults.go write the reply. Replies follow recorded traffic of real servers, down to the order of the header
// lines, and differ by [Stack]: the WinRM version decides the form, not the Windows version.
//
// The package shares no code with any WinRM client.
package wsman

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"farmhand/simulator/kerberos"
	"farmhand/simulator/ntlm"
	"farmhand/simulator/traffic"
)

// Options say what kind of server this is. Zero numbers and durations mean the defaults of the stack.
type Options struct {
	Computer string // NetBIOS name
	Domain   string // NetBIOS name of the domain; empty in a workgroup
	Stack    Stack  // zero means Stack20
	OS       string // build and service pack as Identify tells them: "5.2.3790 SP: 2.0"

	AllowBasic       bool        // offer Basic next to Negotiate
	AllowUnencrypted bool        // accept readable messages over plain HTTP
	TLS              *tls.Config // nil serves plain HTTP

	// Kerberos holds the service's key, besides others; nil leaves NTLM alone.
	Kerberos *kerberos.Keys

	MaxShellsPerUser     int
	MaxOperationsPerUser int
	MaxEnvelopeKB        int
	IdleTimeout          time.Duration // a shell nobody talks to for this long is deleted
	MaxShellRunTime      time.Duration // a shell this old is deleted, busy or not

	// Fault names what goes wrong with an operation; nil means nothing does. It is asked once for each operation,
	// before the operation takes effect.
	Fault func(Operation) *Fault
	// Logon names what goes wrong with a logon whose password is right. It may give FaultReset, FaultFreeze,
	// FaultDelay and FaultStatus; a status of 401 is a refused logon, and recorded as one.
	Logon func(user string) *Fault
	// Unready names what goes wrong with an HTTP request before anybody is logged on, as while a server boots. It may
	// give FaultReset, FaultFreeze, FaultDelay and FaultStatus.
	Unready func() *Fault
	// Traffic counts connections, posts and bytes; nil counts nothing.
	Traffic *traffic.Counter
}

// Backend is the machine behind the service. Its methods are called from many goroutines.
type Backend interface {
	// Password looks an account up. domain is in upper case, and the server's own when the client named none; user
	// is as the client wrote it.
	Password(domain, user string) (password string, ok bool)
	// Exec runs one command line and returns its exit code when it has ended. ctx ends when the command is
	// terminated, its shell deleted, or the server closed: Windows kills the processes of a shell with it.
	Exec(ctx context.Context, c Command) (exit int)
	// Record notes what happened, before the client hears of it.
	Record(e Event)
}

// Command is one command line of a remote shell.
type Command struct {
	User         string // DOMAIN\user
	Line         string
	CodePage     int    // WINRS_CODEPAGE, or 437
	Dir          string // working directory asked for, or empty
	Environment  map[string]string
	SkipCmdShell bool // run the program itself, not cmd.exe /c
	Stdin        io.Reader
	Stdout       io.Writer // blocks while the client leaves a great deal unread; fails when the command is killed
	Stderr       io.Writer
}

// The names of events.
const (
	EventCreateShell = "create-shell" // Text is the shell's id
	EventDeleteShell = "delete-shell" // Text is the shell's id, and the reason unless the client asked for it
	EventAuthFailed  = "auth-failed"  // Text is the reason
	EventFault       = "fault"        // Text is the operation and what went wrong
)

// Event is something worth a line in the journal.
type Event struct {
	Event string
	User  string // DOMAIN\user, or empty before logon
	Text  string
}

// Server is a running WinRM service. Make it with [New].
type Server struct {
	options  Options
	backend  Backend
	limits   limits
	acceptor *ntlm.Acceptor
	tickets  *kerberos.Acceptor // nil without a keytab
	shells   *shellTable
	ctx      context.Context
	cancel   context.CancelFunc

	mu        sync.Mutex
	listeners []net.Listener
}

// New makes a server. It panics when o.Stack is none of the constants, which is a mistake in the program.
func New(o Options, b Backend) *Server {
	if o.Stack == 0 {
		o.Stack = Stack20
	}
	if _, ok := stackLimits[o.Stack]; !ok {
		panic(fmt.Sprintf("wsman: unknown stack %d", o.Stack))
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{options: o, backend: b, limits: o.limits(), ctx: ctx, cancel: cancel}
	s.acceptor = &ntlm.Acceptor{
		Computer: o.Computer, Domain: o.Domain, Version: o.version(), Timestamp: !o.beforeVista(), Password: b.Password,
	}
	s.tickets = newTickets(o, b)
	s.shells = newShellTable(s.limits, o.Stack, b)
	return s
}

// Serve answers on l until [Server.Close], and then returns nil once its connections are gone; commands may still be on
// their way out of Exec. Any other end of the listener is returned as an error. It may be called for several listeners, which share the shells.
func (s *Server) Serve(l net.Listener) error {
	if s.options.TLS != nil {
		l = tls.NewListener(l, s.options.TLS)
	}
	s.mu.Lock()
	s.listeners = append(s.listeners, l)
	s.mu.Unlock()
	if s.ctx.Err() != nil { // closed already, and Close may not have seen this listener
		l.Close()
	}
	var connections sync.WaitGroup
	defer connections.Wait()
	for {
		c, err := l.Accept()
		if err != nil {
			if s.ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("winrm service of %s: %w", s.options.Computer, err)
		}
		connections.Go(func() { s.serveConnection(c) })
	}
}

// Close drops every connection, listener and shell at once, as a power loss does. It does not wait for commands to
// notice, and records nothing.
func (s *Server) Close() {
	s.cancel()
	s.shells.close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.listeners {
		l.Close()
	}
}
