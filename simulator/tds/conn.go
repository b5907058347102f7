package tds

import (
	"context"
	"crypto/subtle"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"net"

	"farmhand/simulator/kerberos"
	"farmhand/simulator/ntlm"
)

// conn is one connection, from PRELOGIN to its end.
type conn struct {
	server  *Server
	raw     net.Conn
	net     net.Conn // raw, or TLS over it
	ctx     context.Context
	cancel  context.CancelFunc
	session *Session
	out     *packetWriter
	// byTicket says that the login was by Kerberos.
	byTicket bool
	home     string // the database of the login, to which a reset returns
}

func newConn(s *Server, raw net.Conn, spid int) *conn {
	ctx, cancel := context.WithCancel(s.ctx)
	return &conn{
		server: s, raw: raw, net: raw, ctx: ctx, cancel: cancel,
		session: &Session{ID: spid, TDS: s.options.MaxTDS, dialect: dialectOf(s.options.MaxTDS)},
		out:     &packetWriter{w: raw, kind: packetReply, size: defaultPacketSize, spid: uint16(spid)},
	}
}

// serve answers until the client leaves, breaks the protocol, or the server closes. None of it is an error of the server.
func (c *conn) serve() {
	defer c.cancel()
	defer c.raw.Close()
	err := c.handshake()
	if err == nil {
		err = c.requests()
		c.server.backend.Forget(c.session)
	}
	if errors.Is(err, errDropped) {
		reset(c.raw)
	}
}

// handshake runs PRELOGIN, TLS and LOGIN7. An error ends the connection.
func (c *conn) handshake() error {
	if _, err := c.strike(c.ctx, Operation{Kind: "connect"}); err != nil {
		return err
	}
	m, err := readMessage(c.net, maxLoginMessage)
	if err != nil {
		return err
	}
	loginOnly := false
	if m.kind == packetPrelogin {
		if loginOnly, err = c.prelogin(m.data); err != nil {
			return err
		}
		if m, err = readMessage(c.net, maxLoginMessage); err != nil {
			return err
		}
	} else if c.server.options.Encryption == Required {
		return fmt.Errorf("tds: client logs in without asking for encryption")
	}
	if loginOnly {
		c.net, c.out.w = c.raw, c.raw // only LOGIN7 was protected
	}
	if m.kind != packetLogin {
		return fmt.Errorf("tds: packet type %#x instead of a login", m.kind)
	}
	l, err := parseLogin(m.data)
	if err != nil {
		return err
	}
	return c.login(l)
}

func (c *conn) prelogin(data []byte) (loginOnly bool, err error) {
	client, err := parsePrelogin(data)
	if err != nil {
		return false, err
	}
	answer := c.server.options.Encryption.negotiate(client)
	if _, err := c.out.Write(preloginReply(c.server.version, answer)); err != nil {
		return false, err
	}
	if err := c.out.end(); err != nil {
		return false, err
	}
	switch {
	case answer == encryptNotSupported && client == encryptOn, answer == encryptRequired && client == encryptNotSupported:
		return false, fmt.Errorf("tds: client and server do not agree on encryption")
	case answer == encryptNotSupported:
		return false, nil
	}
	config, err := c.server.tlsConfig()
	if err != nil {
		return false, err
	}
	inner := &handshakeConn{Conn: c.raw}
	secure := tls.Server(inner, config)
	if err := secure.HandshakeContext(c.ctx); err != nil {
		return false, fmt.Errorf("tds: TLS handshake: %w", err)
	}
	inner.done = true
	c.net, c.out.w = secure, secure
	c.session.Encrypted = answer != encryptOff
	return answer == encryptOff, nil
}

// login authenticates and opens the session, or refuses as SQL Server does and ends the connection.
func (c *conn) login(l login) error {
	s := c.session
	s.TDS = min(l.version, c.server.options.MaxTDS)
	s.dialect = dialectOf(s.TDS)
	s.Application, s.Host, s.Database = l.application, l.host, l.database
	size := l.packetSize
	if size == 0 {
		size = defaultPacketSize
	}
	size = min(max(size, minPacketSize), maxPacketSize)

	refusal, reason, err := c.authenticate(l)
	if err != nil {
		return err
	}
	if refusal != nil {
		c.server.backend.Record(Event{Event: "auth-failed", User: s.User, Text: reason})
		return c.refuse(refusal)
	}
	operation := Operation{Kind: "login", User: s.User, Database: s.Database}
	fault, err := c.strike(c.ctx, operation)
	if err != nil {
		return err
	}
	if fault != nil && fault.Kind == Fail {
		return c.refuse(fault.Error)
	}
	method := "SQL Server authentication"
	if l.integrated {
		method = "Windows authentication"
	}
	if c.byTicket {
		method += " by Kerberos"
	}
	c.server.backend.Record(Event{Event: "login", User: s.User,
		Text: fmt.Sprintf("%s; database %q; application %q", method, l.database, l.application)})
	if err := c.server.backend.Open(s); err != nil {
		var e *Error
		if !errors.As(err, &e) {
			return err
		}
		if e.Number == loginFailed {
			return c.refuse(e)
		}
		return c.refuse(e, LoginFailed(s.User))
	}
	c.home = s.Database
	if fault != nil && fault.Kind == ResetAfter {
		return errDropped
	}
	return c.welcome(size)
}

// authenticate finds out who calls and fills in Session.User. A refusal comes with the reason for the journal.
func (c *conn) authenticate(l login) (refusal *Error, reason string, err error) {
	if !l.integrated {
		c.session.User = l.user
		password, ok := c.server.backend.Password("", l.user)
		if !ok {
			return LoginFailed(l.user), "SQL Server authentication: no such login", nil
		}
		if subtle.ConstantTimeCompare([]byte(password), []byte(l.password)) != 1 {
			return LoginFailed(l.user), "SQL Server authentication: wrong password", nil
		}
		return nil, "", nil
	}
	if c.server.tickets != nil && kerberos.Offered(l.sspi) {
		return c.ticket(l.sspi)
	}
	conversation, challenge, err := c.server.acceptor.Begin(l.sspi)
	if err != nil {
		return UntrustedLogin(), "Windows authentication: " + err.Error(), nil
	}
	w := c.writer(false)
	w.sized(tokenSSPI, challenge)
	if w.err == nil {
		w.err = c.out.end()
	}
	if w.err != nil {
		return nil, "", w.err
	}
	m, err := readMessage(c.net, maxLoginMessage)
	if err != nil {
		return nil, "", err
	}
	if m.kind != packetSSPI {
		return nil, "", fmt.Errorf("tds: packet type %#x instead of an SSPI token", m.kind)
	}
	identity, err := conversation.Finish(m.data)
	if err != nil {
		if refused, ok := errors.AsType[*ntlm.RefusedError](err); ok {
			c.session.User = refused.Domain + `\` + refused.User
		}
		return UntrustedLogin(), "Windows authentication: " + err.Error(), nil
	}
	c.session.User = identity.String()
	return nil, "", nil
}

// refuse sends the errors that end a login.
func (c *conn) refuse(errs ...*Error) error {
	w := c.writer(false)
	for _, e := range errs[:len(errs)-1] {
		w.Error(e)
	}
	last := errs[len(errs)-1]
	return errors.Join(w.finish(last, false), last)
}

// welcome is the reply to a successful login: what holds in the session, then LOGINACK.
func (c *conn) welcome(size int) error {
	w := c.writer(false)
	database := c.session.Database
	c.session.Database = "master"
	w.UseDatabase(database)
	w.environment(envCollation, append([]byte{byte(len(collation))}, collation...), []byte{0})
	w.environment(envLanguage, shortText(nil, "us_english"), shortText(nil, ""))
	w.message(tokenInfo, &Error{Number: 5703, State: 1, Class: 0, Message: "Changed language setting to us_english."})
	v := c.server.version
	ack := binary.BigEndian.AppendUint32([]byte{1}, c.session.TDS) // 1: the SQL dialect is Transact-SQL
	ack = shortText(ack, "Microsoft SQL Server")
	w.sized(tokenLoginAck, append(ack, v.major, v.minor, byte(v.build>>8), byte(v.build)))
	if size != defaultPacketSize {
		w.environment(envPacketSize, shortText(nil, fmt.Sprint(size)), shortText(nil, fmt.Sprint(defaultPacketSize)))
	}
	err := w.finish(nil, false)
	c.out.size = size
	return err
}

func (c *conn) writer(call bool) *Writer {
	return &Writer{out: c.out, session: c.session, server: c.server.options.Computer, call: call}
}
