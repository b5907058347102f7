package wsman

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"

	"farmhand/simulator/kerberos"
	"farmhand/simulator/ntlm"
)

// authenticate finds out who sends a request. It gives the account, or the reply that asks for one, carries the
// logon a step further, or refuses it.
func (c *connection) authenticate(ctx context.Context, r *request) (ntlm.Identity, *response) {
	scheme, credentials, _ := strings.Cut(r.header.Get("Authorization"), " ")
	switch {
	case strings.EqualFold(scheme, "Basic") && c.server.options.AllowBasic:
		return c.basic(ctx, credentials)
	case strings.EqualFold(scheme, "Negotiate"):
		return c.negotiate(ctx, r, scheme, credentials)
	case scheme != "":
		return ntlm.Identity{}, c.demand()
	case c.identity == nil, len(r.body) == 0:
		// Clients that log on again for every message start with an empty request on the connection they have
		// and wait for a 401; a 200 would confuse them.
		return ntlm.Identity{}, c.demand()
	}
	if !c.mayRead(r) {
		return ntlm.Identity{}, &response{status: http.StatusInternalServerError}
	}
	return *c.identity, nil
}

// demand asks for a logon: one line for each scheme, then the connection is closed.
func (c *connection) demand() *response {
	schemes := []string{"Negotiate"}
	if c.server.options.Domain != "" {
		schemes = append(schemes, "Kerberos")
	}
	if c.server.options.AllowBasic {
		schemes = append(schemes, `Basic realm="WSMAN"`)
	}
	return &response{status: http.StatusUnauthorized, authenticate: schemes, close: true}
}

// mayRead is false for a readable message that AllowUnencrypted=false forbids.
func (c *connection) mayRead(r *request) bool {
	return c.secure || c.server.options.AllowUnencrypted || isSealed(r.header)
}

// basic checks a name and password sent with the request. The logon holds for this request only.
func (c *connection) basic(ctx context.Context, credentials string) (ntlm.Identity, *response) {
	decoded, err := base64.StdEncoding.DecodeString(credentials)
	account, password, found := strings.Cut(string(decoded), ":")
	if err != nil || !found {
		return ntlm.Identity{}, c.demand()
	}
	domain, user, qualified := strings.Cut(account, `\`)
	if !qualified {
		domain, user = c.server.options.Domain, account
	}
	if domain == "" {
		domain = c.server.options.Computer
	}
	id := ntlm.Identity{Domain: strings.ToUpper(domain), User: user}
	if want, ok := c.server.backend.Password(id.Domain, id.User); !ok {
		return id, c.refuse(id, "unknown account", c.demand())
	} else if want != password {
		return id, c.refuse(id, "wrong password", c.demand())
	}
	if !c.secure && !c.server.options.AllowUnencrypted {
		return id, &response{status: http.StatusInternalServerError} // pywinrm 129
	}
	return id, c.unlucky(ctx, id)
}

// negotiate takes one step of an NTLM logon, or the one step of a Kerberos logon.
func (c *connection) negotiate(ctx context.Context, r *request, scheme, credentials string) (ntlm.Identity, *response) {
	refused := &response{status: http.StatusUnauthorized, authenticate: []string{scheme}, close: true}
	token, err := base64.StdEncoding.DecodeString(strings.TrimSpace(credentials))
	if err != nil {
		return ntlm.Identity{}, refused
	}
	if c.server.tickets != nil && kerberos.Offered(token) {
		return c.ticket(ctx, r, scheme, token)
	}
	if c.logon == nil {
		c.identity, c.session = nil, nil
		conversation, challenge, err := c.server.acceptor.Begin(token)
		if err != nil {
			return ntlm.Identity{}, refused
		}
		c.logon = conversation
		line := scheme + " " + base64.StdEncoding.EncodeToString(challenge)
		return ntlm.Identity{}, &response{status: http.StatusUnauthorized, authenticate: []string{line}}
	}
	conversation := c.logon
	c.logon = nil
	id, err := conversation.Finish(token)
	var refusal *ntlm.RefusedError
	switch {
	case errors.As(err, &refusal):
		return id, c.refuse(ntlm.Identity{Domain: refusal.Domain, User: refusal.User}, refusal.Reason, refused)
	case err != nil:
		return id, refused
	case len(r.body) > 0 && !c.mayRead(r):
		return id, refused // looks like a bad password and is none: 21 of 21 in a 2012 R2 capture
	}
	if reply := c.unlucky(ctx, id); reply != nil {
		return id, reply
	}
	c.identity, c.session = &id, conversation.Session()
	if len(r.body) > 0 {
		return id, nil
	}
	accepted := &response{status: http.StatusOK}
	if token := conversation.Completion(); token != nil {
		accepted.authenticate = []string{scheme + " " + base64.StdEncoding.EncodeToString(token)}
	}
	return id, accepted
}

// unlucky is what goes wrong with a logon that deserved better; nil when nothing does.
func (c *connection) unlucky(ctx context.Context, id ntlm.Identity) *response {
	if c.server.options.Logon == nil {
		return nil
	}
	f := c.server.options.Logon(id.String())
	if f == nil {
		return nil
	}
	reply, final := c.server.beforeEffect(ctx, f)
	switch {
	case !final:
		return nil
	case f.Kind == FaultStatus && f.Status == http.StatusUnauthorized:
		return c.refuse(id, "no domain controller answers", &reply)
	}
	return &reply
}

func (c *connection) refuse(id ntlm.Identity, reason string, reply *response) *response {
	c.server.backend.Record(Event{Event: EventAuthFailed, User: id.String(), Text: reason})
	return reply
}
