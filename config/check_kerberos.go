package config

import (
	"net"
	"regexp"
	"strings"

	"farmhand/internal/farm"
)

// spnForm is the name of a service: its class, a slash and the host, with a port or an instance's name behind a colon.
var spnForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*/[A-Za-z0-9]([A-Za-z0-9.-]{0,251})(:[A-Za-z0-9_$]{1,16})?$`)

// checkKerberos checks what tickets need: a name of the service, for Kerberos knows none by address, and an account of a realm.
func (n *notes) checkKerberos(r farm.Rollout) {
	for _, l := range logons(r) {
		switch {
		case l.spn == "":
		case !l.kerberos:
			n.wrong(l.spnKey, "only auth: kerberos has a use for it")
		case !spnForm.MatchString(l.spn):
			n.wrong(l.spnKey, "%s is no name of a service; want one like HTTP/app01.contoso.local, or MSSQLSvc/sql01.contoso.local:1433", quoted(l.spnKey, l.spn))
		}
		if !l.kerberos {
			continue
		}
		if l.spn == "" && net.ParseIP(l.address) != nil {
			n.wrong(l.spnKey, "missing; Kerberos knows services by name, and the address is a number: name the service, or give the host's name as address")
		}
		if c, ok := r.Credential(l.credential); ok && c.User != "" && !isWindowsAccount(c.User) {
			n.wrong(l.key+".connect_as", "the credential %q is no account of a domain, and auth is kerberos; want one of user@domain or DOMAIN\\user", c.Name)
		}
	}
}

// checkKeytab checks the reference to a keytab, and reports whether it makes the password needless: wherever the credential
// is used, it logs on by Kerberos. A scheduled task wants a password.
func (n *notes) checkKeytab(key string, r farm.Rollout, c farm.Credential) bool {
	if c.Keytab == "" {
		return false
	}
	if !strings.HasPrefix(c.Keytab, "file:") || !isReference(c.Keytab) {
		n.wrong(key, "want a reference to a file, like file:/run/secrets/setup.keytab")
	}
	tickets, others := false, false
	for _, l := range logons(r) {
		if l.credential == c.Name {
			tickets, others = tickets || l.kerberos, others || !l.kerberos
		}
	}
	if !tickets {
		n.wrong(key, "nothing that the credential opens has auth: kerberos, so that the keytab is of no use")
	}
	return tickets && !others
}
