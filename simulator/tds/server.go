package tds

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"

	"farmhand/simulator/kerberos"
	"farmhand/simulator/ntlm"
	"farmhand/simulator/traffic"
)

// Options describe one SQL Server as its clients see it.
type Options struct {
	Computer       string         // NetBIOS name; also the server name in messages
	Domain         string         // NetBIOS name of its domain
	ProductVersion string         // such as "9.00.4060.00"
	MaxTDS         uint32         // newest dialect; 0 takes the one that belongs to ProductVersion
	Encryption     Encryption     // what PRELOGIN offers
	TLS            *tls.Config    // certificate and lowest version; nil makes a self-signed one. TLS 1.3 and tickets are switched off.
	Kerberos       *kerberos.Keys // hold the service's key, besides others; nil leaves NTLM alone
	Fault          func(Operation) *Fault
	Traffic        *traffic.Counter // counts connections, messages and bytes; nil counts nothing
}

// Event is one fact for the journal: "login", "batch", "rpc" or "auth-failed".
type Event struct {
	Event string
	User  string
	Text  string // the statement as received; for logins how and from where, never a password
}

// Backend knows the accounts and runs the statements. Its methods are called from many connections at once, and must not
// call Server.Close.
type Backend interface {
	// Password is the password of an account; an empty domain means a SQL login.
	Password(domain, user string) (password string, ok bool)
	// Open is called after authentication. It checks the requested database, fills in a default one, and may refuse with
	// an *Error such as CannotOpenDatabase.
	Open(s *Session) error
	// Execute runs one batch. ctx ends when the client cancels or is gone, or the server closes. An *Error goes to the
	// client; any other error closes the connection.
	Execute(ctx context.Context, s *Session, batch string, params []Param, w *Writer) error
	// Forget is called when a session is over or is reset: what belongs to the session alone ends.
	Forget(s *Session)
	// Record is called before the reply to what it tells of.
	Record(e Event)
}

// Session is one logged-in connection.
type Session struct {
	ID          int    // the spid
	User        string // DOMAIN\user, or a SQL login
	Database    string // current; at Open the one asked for, or empty
	Application string // as the client names itself
	Host        string // the client's computer, as it says
	TDS         uint32 // dialect agreed on
	Encrypted   bool   // the whole connection is inside TLS

	dialect dialect
}

// firstSession is the lowest spid of a user connection: those below are the server's own.
const firstSession = 51

// Server accepts connections until it is closed. It is made by New and used once.
type Server struct {
	options  Options
	backend  Backend
	version  productVersion
	acceptor *ntlm.Acceptor
	tickets  *kerberos.Acceptor // nil without a keytab
	ctx      context.Context
	cancel   context.CancelFunc

	mu        sync.Mutex
	listeners map[net.Listener]struct{}
	conns     map[net.Conn]struct{}
	spids     map[int]struct{}
	tls       *tls.Config // prepared at the first use
	wg        sync.WaitGroup
}

// New makes a server; nothing listens yet.
func New(o Options, b Backend) *Server {
	version := parseProductVersion(o.ProductVersion)
	if o.MaxTDS == 0 {
		o.MaxTDS = version.highestTDS()
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &Server{
		tickets: newTickets(o, b), options: o, backend: b, version: version, ctx: ctx, cancel: cancel,
		// Windows Server 2003, the usual home of SQL Server 2005, sends no time stamp.
		acceptor:  &ntlm.Acceptor{Computer: o.Computer, Domain: o.Domain, Timestamp: version.major > 9, Password: b.Password},
		listeners: map[net.Listener]struct{}{}, conns: map[net.Conn]struct{}{}, spids: map[int]struct{}{},
	}
}

// Serve accepts connections from l until Close, then returns nil. It closes l.
func (s *Server) Serve(l net.Listener) error {
	s.mu.Lock()
	s.listeners[l] = struct{}{}
	s.mu.Unlock()
	defer l.Close()
	if s.ctx.Err() != nil {
		return nil
	}
	for {
		raw, err := l.Accept()
		if err != nil {
			if s.ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return nil
			}
			return err
		}
		s.start(raw)
	}
}

func (s *Server) start(raw net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		_ = raw.Close()
		return
	}
	s.conns[raw] = struct{}{}
	spid := firstSession
	for ; ; spid++ {
		if _, taken := s.spids[spid]; !taken {
			break
		}
	}
	s.spids[spid] = struct{}{}
	s.wg.Go(func() {
		newConn(s, s.options.Traffic.Conn(raw), spid).serve()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.conns, raw)
		delete(s.spids, spid)
	})
}

// Close stops listening, drops every connection at once, cancels what they run and waits until it has stopped.
func (s *Server) Close() {
	s.cancel()
	s.mu.Lock()
	for l := range s.listeners {
		_ = l.Close()
	}
	for c := range s.conns {
		reset(c)
	}
	s.mu.Unlock()
	s.wg.Wait()
}

func (s *Server) tlsConfig() (*tls.Config, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tls == nil {
		config, err := serverTLS(s.options.TLS, s.options.Computer)
		if err != nil {
			return nil, err
		}
		s.tls = config
	}
	return s.tls, nil
}

// reset drops a connection the way a dead machine does: RST, no goodbye.
func reset(c net.Conn) {
	if counted, ok := c.(interface{ NetConn() net.Conn }); ok {
		c = counted.NetConn()
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}
