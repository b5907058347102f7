package winhost

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"net"
	"net/http"
	"strings"

	"farmhand/internal/kerberos"
)

// spnClass is what WinRM's service is called: computers have HTTP/NAME by their HOST/NAME, without being asked.
const spnClass = "HTTP/"

// tickets is a logon by Kerberos: who asks for tickets, and for which service.
type tickets struct {
	client  *kerberos.Client
	service string
}

// newTickets checks the account against krb5.conf.
func newTickets(o Options) (*tickets, error) {
	client, err := kerberos.New(kerberos.Account{Config: o.KerberosConfig, User: o.User, Password: o.Password, Keytab: o.Keytab})
	if err != nil {
		return nil, ofKerberos(err)
	}
	t := &tickets{client: client, service: o.Server.WinRM.SPN}
	if t.service == "" {
		t.service = spnClass + o.Server.Address
	}
	return t, nil
}

// ofKerberos sorts the errors of tickets into this package's kinds.
func ofKerberos(err error) *Error {
	known, ok := errors.AsType[*kerberos.Error](err)
	if !ok {
		return newError(KindConfig, "%v", err)
	}
	kind := KindConfig // names, clocks, keys: waiting does not mend them
	switch known.Kind {
	case kerberos.KindAccount:
		kind = KindAuth
	case kerberos.KindKDC:
		kind = KindUnreachable
	default:
	}
	e := newError(kind, "Kerberos: %s", known.Message)
	e.Code, e.Advice = int64(known.Code), known.Advice
	return e
}

// openWithTicket connects and logs on by Kerberos. The TLS connection comes first, since the ticket is bound to the server's
// certificate. The logon is an empty request, which the server answers with the proof that it holds the key of its name:
// no envelope is sent before that. Every later request carries a token of its own, as curl and Windows' own client send
// them, because a service need not remember who is at the other end of a connection.
func (e endpoint) openWithTicket(ctx context.Context) (*session, error) {
	connection, err := e.dialTLS(ctx)
	if err != nil {
		return nil, noAnswer(err)
	}
	s := e.dial()
	s.http.DialTLSContext = handOut(connection)
	s.abandon = connection.Close
	var binding []byte
	if certificates := connection.ConnectionState().PeerCertificates; len(certificates) > 0 {
		binding = channelBinding(certificates[0]).ApplicationData
	}
	s.ticket = func(ctx context.Context) (*kerberos.Logon, error) {
		return e.tickets.client.Begin(ctx, e.tickets.service, kerberos.Wish{Binding: binding, Mutual: true})
	}
	if err := e.proveByTicket(ctx, s); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// proveByTicket is the logon itself, both ways.
func (e endpoint) proveByTicket(ctx context.Context, s *session) error {
	logon, err := s.ticket(ctx)
	if err != nil {
		return ofKerberos(err)
	}
	r, err := s.round(ctx, soapType, nil, logon.Token())
	switch {
	case err != nil:
		return noAnswer(err)
	case r.status == http.StatusUnauthorized:
		return e.refusedTicket(logon, r)
	case r.status != http.StatusOK:
		return statusError(r.status, "the logon was not answered by the WinRM service")
	}
	if err := logon.Verify(negotiateToken(r)); err != nil {
		return ofKerberos(err)
	}
	return nil
}

// refusedTicket is the error of a logon that the service turned down, with its reason where it gave one.
func (e endpoint) refusedTicket(logon *kerberos.Logon, r reply) *Error {
	refusal := newError(KindAuth, "the server refused the ticket of %s for %s", e.tickets.client.Account(), e.tickets.service)
	refusal.Advice = "check that the account may log on there, that the WinRM service offers Kerberos, and that the name is the server's own (setspn -L)"
	if token := negotiateToken(r); token != nil {
		if known, ok := errors.AsType[*kerberos.Error](logon.Verify(token)); ok && known.Code != 0 {
			refusal = ofKerberos(known)
		}
	}
	refusal.HTTP = http.StatusUnauthorized
	return refusal
}

// negotiateToken is the token that a reply carries, nil without one.
func negotiateToken(r reply) []byte {
	for _, h := range r.header.Values(authenticate) {
		if scheme, token, found := strings.Cut(h, " "); found && strings.EqualFold(scheme, "Negotiate") {
			if b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(token)); err == nil {
				return b
			}
		}
	}
	return nil
}

// dialTLS makes the connection of a session beforehand.
func (e endpoint) dialTLS(ctx context.Context) (*tls.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	d := tls.Dialer{NetDialer: &net.Dialer{Timeout: dialTimeout}, Config: e.tls}
	c, err := d.DialContext(ctx, "tcp", e.address())
	if err != nil {
		return nil, err
	}
	return c.(*tls.Conn), nil // what a tls.Dialer dials
}

// handOut gives a connection away once; errSpent has the reason why there is no second.
func handOut(c net.Conn) func(context.Context, string, string) (net.Conn, error) {
	given := make(chan net.Conn, 1)
	given <- c
	return func(context.Context, string, string) (net.Conn, error) {
		select {
		case c := <-given:
			return c, nil
		default:
			return nil, errSpent
		}
	}
}
