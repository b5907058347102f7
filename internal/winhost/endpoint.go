package winhost

import (
	"crypto/tls"
	"net"
	"strconv"
	"strings"

	"farmhand/internal/farm"
	"farmhand/internal/secrets"
)

// authKerberos is winrm.auth for a logon with tickets.
const authKerberos = "kerberos"

// The ports of WinRM 2.0 and later.
const (
	portHTTP  = 5985
	portHTTPS = 5986
)

// endpoint is how one server is reached and who logs on. It is read-only once made.
type endpoint struct {
	host     string
	port     int
	https    bool
	basic    bool
	tls      *tls.Config
	domain   string
	user     string
	password secrets.Value
	tickets  *tickets // of a Kerberos logon
}

// newEndpoint checks the settings of a server. Clear text over http is refused here, before anything is dialled.
func newEndpoint(o Options) (endpoint, error) {
	w := o.Server.WinRM
	e := endpoint{host: o.Server.Address, port: w.Port, https: w.Scheme == "https", basic: w.Auth == "basic", password: o.Password}
	switch {
	case o.Server.Address == "":
		return endpoint{}, newError(KindConfig, "the server has no address")
	case w.Scheme != "http" && w.Scheme != "https" && w.Scheme != "":
		return endpoint{}, newError(KindConfig, "winrm.scheme %q is neither http nor https", w.Scheme)
	case w.Auth != "ntlm" && w.Auth != "basic" && w.Auth != authKerberos && w.Auth != "":
		return endpoint{}, newError(KindConfig, "winrm.auth %q is neither ntlm nor basic nor kerberos", w.Auth)
	case w.Auth == authKerberos && !e.https:
		return endpoint{}, newError(KindConfig, "a Kerberos logon over http would need messages that Kerberos seals, which farmhand does not do; use https, or ntlm")
	case e.basic && !e.https:
		return endpoint{}, newError(KindConfig, "basic logon over http would send the password in the clear; use https, or ntlm")
	case o.User == "" || o.Password.IsZero() && (w.Auth != authKerberos || o.Keytab.IsZero()):
		return endpoint{}, newError(KindConfig, "no account or no password is set for the connection")
	}
	if e.port == 0 {
		e.port = portHTTP
		if e.https {
			e.port = portHTTPS
		}
	}
	e.domain, e.user = splitUser(o.User)
	if e.basic {
		e.user = o.User
	}
	if e.https {
		var err error
		if e.tls, err = tlsConfig(w, o.Server.Address, o.CAFile); err != nil {
			return endpoint{}, err
		}
	}
	if w.Auth == authKerberos {
		var err error
		if e.tickets, err = newTickets(o); err != nil {
			return endpoint{}, err
		}
	}
	return e, nil
}

// splitUser takes DOMAIN\user apart. user@domain stays whole: NTLM takes a user principal name with an empty domain.
func splitUser(account string) (domain, user string) {
	if d, u, found := strings.Cut(account, `\`); found {
		return d, u
	}
	return "", account
}

// address is host:port.
func (e endpoint) address() string { return net.JoinHostPort(e.host, strconv.Itoa(e.port)) }

// url is where WS-Management listens.
func (e endpoint) url() string {
	scheme := "http"
	if e.https {
		scheme = "https"
	}
	return scheme + "://" + e.address() + "/wsman"
}

// label names the server in errors: its name in the rollout file and the address that is asked.
func label(s farm.Server, e endpoint) string {
	switch {
	case e.port == 0: // the settings were refused before there was an address to ask
		return s.Name
	case s.Name == "":
		return e.address()
	}
	return s.Name + " (" + e.address() + ")"
}
