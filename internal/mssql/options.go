package mssql

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/microsoft/go-mssqldb/msdsn"

	"farmhand/internal/farm"
	"farmhand/internal/secrets"
)

const (
	defaultPort        = 1433
	defaultApplication = "farmhand"
)

// Options say which SQL Server, and as whom.
type Options struct {
	Server farm.SQLServer
	// User is DOMAIN\user or user@domain for a Windows account (NTLM or Kerberos), else the name of a SQL login.
	User     string
	Password secrets.Value
	// Keytab is the content of a file with the account's keys, instead of the password where the server's auth is kerberos.
	Keytab secrets.Value
	// KerberosConfig is the path of a krb5.conf; empty means the usual one.
	KerberosConfig string
	// CAFile is a PEM file with the authorities that may sign the server's certificate; empty means the system's.
	CAFile string
	// Application is the program name a DBA sees in sysprocesses; empty means farmhand.
	Application string
}

// encryptNames are the driver's words for the modes of the rollout file. No mode given protects the login.
var encryptNames = map[farm.Encrypt]string{
	"":                   "false",
	farm.EncryptLogin:    "false",
	farm.EncryptNone:     "disable",
	farm.EncryptRequired: "true",
}

// config checks the options, reports every mistake at once, and turns them into the driver's configuration. The password
// goes into the structure and never through a connection string.
func (o Options) config() (msdsn.Config, error) {
	var errs []error
	complain := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if o.Server.Address == "" {
		complain("the address is missing")
	}
	port := o.Server.Port
	if port == 0 {
		port = defaultPort
	}
	if port < 1 || port > 65535 {
		complain("port %d: want 1 to 65535", port)
	}
	user, windows := windowsAccount(o.User)
	if user == "" {
		complain("the user is missing")
	}
	encrypt, ok := encryptNames[o.Server.Encrypt]
	if !ok {
		complain("encrypt %q: want none, login or required", o.Server.Encrypt)
	}
	if o.Server.Auth == farm.SQLAuthKerberos && !windows {
		complain(`auth: kerberos wants an account of a domain, user@domain or DOMAIN\user; %q is a SQL login`, o.User)
	}
	if o.Server.Encrypt == farm.EncryptNone && !windows {
		complain(`encrypt: none would send the password of the SQL login %q readable; use DOMAIN\user, or encrypt: login`, o.User)
	}
	if len(errs) > 0 {
		return msdsn.Config{}, errors.Join(errs...)
	}

	application := o.Application
	if application == "" {
		application = defaultApplication
	}
	query := url.Values{"encrypt": {encrypt}, "app name": {application}, "disableretry": {"true"}, "protocol": {"tcp"}}
	switch {
	case windows && o.Server.Auth == farm.SQLAuthKerberos:
		query.Set("authenticator", ticketProvider)
	case windows:
		query.Set("authenticator", "ntlm")
	}
	host := o.Server.Address
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	dsn := url.URL{Scheme: "sqlserver", Host: fmt.Sprintf("%s:%d", host, port), RawQuery: query.Encode()}
	c, err := msdsn.Parse(dsn.String())
	if err != nil {
		return msdsn.Config{}, err
	}
	c.User, c.Password = user, o.Password.Reveal()
	if o.Server.Auth == farm.SQLAuthKerberos {
		if err := o.addTickets(&c, port); err != nil {
			return msdsn.Config{}, err
		}
	}
	c.HostInCertificateProvided = true // the name to check is ours to say, even when the server routes on
	if c.TLSConfig != nil {
		if err := configureTLS(c.TLSConfig, o); err != nil {
			return msdsn.Config{}, err
		}
	}
	return c, nil
}

// windowsAccount reports whether the user is a Windows account and returns it as DOMAIN\user, the one spelling that the
// driver takes for NTLM.
func windowsAccount(user string) (string, bool) {
	if strings.Contains(user, `\`) {
		return user, true
	}
	if name, domain, ok := strings.Cut(user, "@"); ok {
		return domain + `\` + name, true
	}
	return user, false
}
