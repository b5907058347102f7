package wsman

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"

	"farmhand/simulator/kerberos"
	"farmhand/simulator/ntlm"
)

// newTickets makes the end of Kerberos that WinRM has: HTTP is the class of its name.
func newTickets(o Options, b Backend) *kerberos.Acceptor {
	if o.Kerberos == nil {
		return nil
	}
	return &kerberos.Acceptor{Keys: o.Kerberos, Class: "HTTP", Computer: o.Computer, Known: func(domain, user string) bool {
		_, ok := b.Password(domain, user)
		return ok
	}}
}

// ticket takes a Kerberos logon: one token, which may come with the first message or with each. Messages that Kerberos
// seals are not modelled, so that over plain HTTP it is turned down like an unsealed one.
func (c *connection) ticket(ctx context.Context, r *request, scheme string, token []byte) (ntlm.Identity, *response) {
	c.logon, c.identity, c.session = nil, nil, nil
	refused := &response{status: http.StatusUnauthorized, authenticate: []string{scheme}, close: true}
	who, answer, err := c.server.tickets.Accept(token, kerberos.Binding(c.server.options.TLS))
	var refusal *kerberos.RefusedError
	switch {
	case errors.As(err, &refusal):
		if refusal.Answer != nil {
			refused.authenticate[0] += " " + base64.StdEncoding.EncodeToString(refusal.Answer)
		}
		return ntlm.Identity{}, c.refuse(ntlm.Identity{Domain: refusal.Domain, User: refusal.User}, refusal.Reason, refused)
	case err != nil, !c.secure && !c.server.options.AllowUnencrypted:
		return ntlm.Identity{}, refused
	}
	id := ntlm.Identity{Domain: who.Domain, User: who.User}
	if reply := c.unlucky(ctx, id); reply != nil {
		return id, reply
	}
	c.identity = &id
	c.proof = scheme + " " + base64.StdEncoding.EncodeToString(answer)
	if len(r.body) > 0 {
		return id, nil
	}
	return id, &response{status: http.StatusOK}
}

// withProof adds what proves the server to the reply of a request that a ticket came with.
func (c *connection) withProof(r response) response {
	if c.proof != "" && r.status != http.StatusUnauthorized {
		r.authenticate = append(r.authenticate, c.proof)
	}
	c.proof = ""
	return r
}
