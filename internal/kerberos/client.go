package kerberos

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	krb5 "github.com/jcmturner/gokrb5/v8/client"
	"github.com/jcmturner/gokrb5/v8/config"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"

	"farmhand/internal/secrets"
)

// DefaultConfig is where a krb5.conf usually lies.
const DefaultConfig = "/etc/krb5.conf"

// Account says who logs on.
type Account struct {
	// Config is the path of a krb5.conf; empty means DefaultConfig.
	Config string
	// User is user@realm, or DOMAIN\user where krb5.conf has a realm that begins with that name.
	User string
	// Password, or the content of a Keytab with the account's keys. The keytab counts where there are both.
	Password, Keytab secrets.Value
}

// Client is one account with the tickets it was given. Clients of the same account share them, and are safe for concurrent use.
type Client struct {
	user, realm string
	shared      *tickets
}

// tickets is one logon to a realm with what the KDC gave for it.
type tickets struct {
	turn   chan struct{} // holds one who asks the KDC: the library has no contexts
	client *krb5.Client
}

// known are the logons of this process: a worker opens a connection for each command, and a KDC should not be asked each
// time. The key holds a hash of the password or keytab, so that a new one begins anew.
var known sync.Map // [sha256.Size]byte -> *tickets

// New checks the account against krb5.conf; no KDC is asked yet. The error is an *Error of KindConfig.
func New(a Account) (*Client, error) {
	path := a.Config
	if path == "" {
		path = DefaultConfig
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, newError(KindConfig, "write one with the realm and its KDCs, and name it in the setting kerberos.config", "krb5.conf cannot be read: %v", err)
	}
	conf, err := config.NewFromString(string(text))
	var unsupported config.UnsupportedDirective // include lines: what they add is not there, the rest is
	if err != nil && !errors.As(err, &unsupported) {
		return nil, newError(KindConfig, "correct the file", "%s is no krb5.conf: %v", path, err)
	}
	conf.LibDefaults.UDPPreferenceLimit = 1
	user, realm, err := principal(a.User, conf)
	if err != nil {
		return nil, err
	}
	c := &Client{user: user, realm: realm}
	key := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q %q", text, user, realm, a.Password.Reveal(), a.Keytab.Reveal()))
	if t, ok := known.Load(key); ok {
		c.shared = t.(*tickets)
		return c, nil
	}
	// Armoured requests (RFC 6113) are not known to Windows Server 2003 and 2008.
	option := krb5.DisablePAFXFAST(true)
	t := &tickets{turn: make(chan struct{}, 1)}
	switch {
	case !a.Keytab.IsZero():
		keys := keytab.New()
		if err := keys.Unmarshal([]byte(a.Keytab.Reveal())); err != nil {
			return nil, newError(KindConfig, "make it with ktpass or ktutil, and let the reference be a file", "the keytab of %s cannot be read", c.Account())
		}
		t.client = krb5.NewWithKeytab(user, realm, keys, conf, option)
	case !a.Password.IsZero():
		t.client = krb5.NewWithPassword(user, realm, a.Password.Reveal(), conf, option)
	default:
		return nil, newError(KindConfig, "give the credential one of the two", "%s has neither a password nor a keytab", c.Account())
	}
	shared, _ := known.LoadOrStore(key, t)
	c.shared = shared.(*tickets)
	return c, nil
}

// principal takes an account's name apart. A realm is written in capitals; DOMAIN\user names a domain as Windows did before
// it had realms, whose realm usually begins with that name.
func principal(account string, conf *config.Config) (user, realm string, err error) {
	if name, r, ok := strings.Cut(account, "@"); ok && name != "" && r != "" {
		return name, strings.ToUpper(r), nil
	}
	domain, name, ok := strings.Cut(account, `\`)
	if !ok || domain == "" || name == "" {
		return "", "", newError(KindConfig, "write it as user@realm", "%q is no account of a realm", account)
	}
	realms := []string{conf.LibDefaults.DefaultRealm}
	for _, r := range conf.Realms {
		realms = append(realms, r.Realm)
	}
	for _, r := range realms {
		if label, _, _ := strings.Cut(r, "."); strings.EqualFold(label, domain) {
			return name, r, nil
		}
	}
	return "", "", newError(KindConfig, "write the account as user@realm, or add the realm to krb5.conf", "krb5.conf has no realm that begins with %s", domain)
}

// Account is the account as user@REALM.
func (c *Client) Account() string { return c.user + "@" + c.realm }

// ticket asks for a ticket for a service, or takes the one that is there. The first one takes a logon to the realm.
func (c *Client) ticket(ctx context.Context, spn string) (messages.Ticket, types.EncryptionKey, error) {
	type answer struct {
		ticket messages.Ticket
		key    types.EncryptionKey
		err    error
	}
	late := func() error {
		return newError(KindKDC, adviceKDC, "no KDC answered in time for %s: %v", c.Account(), context.Cause(ctx))
	}
	select {
	case c.shared.turn <- struct{}{}:
	case <-ctx.Done():
		return messages.Ticket{}, types.EncryptionKey{}, late()
	}
	done := make(chan answer, 1)
	go func() { // ends by the library's own limits where ctx ends before
		defer func() { <-c.shared.turn }()
		var a answer
		if a.err = c.shared.client.AffirmLogin(); a.err == nil {
			a.ticket, a.key, a.err = c.shared.client.GetServiceTicket(spn)
		}
		done <- a
	}()
	select {
	case a := <-done:
		if a.err != nil {
			return a.ticket, a.key, ofLibrary(a.err, c.Account(), spn)
		}
		return a.ticket, a.key, nil
	case <-ctx.Done():
		return messages.Ticket{}, types.EncryptionKey{}, late()
	}
}
