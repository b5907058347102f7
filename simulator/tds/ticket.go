package tds

import (
	"errors"

	"farmhand/simulator/kerberos"
	"farmhand/simulator/ntlm"
)

// newTickets makes the end of Kerberos that SQL Server has: MSSQLSvc is the class of its name.
func newTickets(o Options, b Backend) *kerberos.Acceptor {
	if o.Kerberos == nil {
		return nil
	}
	return &kerberos.Acceptor{Keys: o.Kerberos, Class: "MSSQLSvc", Computer: o.Computer, Known: func(domain, user string) bool {
		_, ok := b.Password(domain, user)
		return ok
	}}
}

// ticket takes a Kerberos logon, which is one token: LOGINACK is all the answer, and a proof of the server is not sent. SQL
// Server 2005 and 2008 know no channel bindings (Extended Protection came with 2008 R2), so none are compared.
func (c *conn) ticket(token []byte) (refusal *Error, reason string, err error) {
	who, _, err := c.server.tickets.Accept(token, nil)
	if refused, ok := errors.AsType[*kerberos.RefusedError](err); ok {
		if refused.User != "" {
			c.session.User = ntlm.Identity{Domain: refused.Domain, User: refused.User}.String()
		}
		return UntrustedLogin(), "Windows authentication: " + err.Error(), nil
	}
	c.session.User, c.byTicket = ntlm.Identity{Domain: who.Domain, User: who.User}.String(), true
	return nil, "", nil
}
