package mssql

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/microsoft/go-mssqldb/integratedauth"
	"github.com/microsoft/go-mssqldb/msdsn"

	"farmhand/internal/kerberos"
)

// The driver finds who logs in by the name of a provider and by parameters that are text. Ours are the service's name and
// the number of an account, so that neither password nor keytab is in them; the tickets are those that WinRM uses, too. (The
// driver's own provider would log on to the KDC for each connection, and take a keytab only as a path.) As that provider,
// ours asks for no proof of the server: the driver loses the rest of a message that carries one, and whether servers of
// that time send it on its own is not known. TLS proves the server.
const (
	ticketProvider  = "farmhand-kerberos"
	accountParam    = "farmhand-account"
	spnClass        = "MSSQLSvc"
	adviceSPNMSSQL  = "the service account of SQL Server must have the name registered (setspn -L); SQL Server's error log says at its start whether it has"
	accountIDLength = 16
)

// ticketAccounts are the accounts that connections were opened for, by their number.
var ticketAccounts sync.Map // string -> *kerberos.Client

func init() {
	if err := integratedauth.SetIntegratedAuthenticationProvider(ticketProvider, integratedauth.ProviderFunc(newTicketLogin)); err != nil {
		panic(err) // only an empty name or provider fails
	}
}

// addTickets prepares the configuration for logons by Kerberos. No KDC is asked yet.
func (o Options) addTickets(c *msdsn.Config, port int) error {
	client, err := kerberos.New(kerberos.Account{Config: o.KerberosConfig, User: o.User, Password: o.Password, Keytab: o.Keytab})
	if err != nil {
		return err
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q", o.KerberosConfig, client.Account(), o.Password.Reveal(), o.Keytab.Reveal()))
	id := hex.EncodeToString(sum[:accountIDLength])
	ticketAccounts.Store(id, client)
	c.Parameters[accountParam] = id
	c.User, c.Password = "", "" // what is logged in with is the ticket
	c.ServerSPN = o.Server.SPN
	if c.ServerSPN == "" {
		c.ServerSPN = fmt.Sprintf("%s/%s:%d", spnClass, strings.ToLower(o.Server.Address), port)
	}
	return nil
}

// ticketLogin is one login by Kerberos.
type ticketLogin struct {
	client  *kerberos.Client
	service string
	logon   *kerberos.Logon
}

func newTicketLogin(c msdsn.Config) (integratedauth.IntegratedAuthenticator, error) {
	client, ok := ticketAccounts.Load(c.Parameters[accountParam])
	if !ok {
		return nil, errors.New("no account for the login")
	}
	return &ticketLogin{client: client.(*kerberos.Client), service: c.ServerSPN}, nil
}

// InitialBytes is the token of LOGIN7. The driver has no context for it; the connection is closed under the login when the
// caller's ends.
func (l *ticketLogin) InitialBytes() ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), loginTimeout)
	defer cancel()
	logon, err := l.client.Begin(ctx, l.service, kerberos.Wish{}) // no proof: see ticketProvider
	if err != nil {
		return nil, ofKerberos(err)
	}
	l.logon = logon
	return logon.Token(), nil
}

// NextBytes reads what the server may say about the token. There is nothing more to send.
func (l *ticketLogin) NextBytes(answer []byte) ([]byte, error) {
	if err := l.logon.Verify(answer); err != nil {
		return nil, ofKerberos(err)
	}
	return nil, nil
}

// Free has nothing to give back: the tickets are kept.
func (l *ticketLogin) Free() {}

// ofKerberos sorts the errors of tickets into this package's kinds.
func ofKerberos(err error) error {
	known, ok := errors.AsType[*kerberos.Error](err)
	if !ok {
		return err
	}
	e := &Error{Kind: KindConfig, Message: "Kerberos: " + known.Message, Advice: known.Advice, Err: err}
	switch known.Kind {
	case kerberos.KindAccount:
		e.Kind = KindAuth
	case kerberos.KindKDC:
		e.Kind = KindUnreachable
	case kerberos.KindService:
		e.Advice = adviceSPNMSSQL
	default:
	}
	return e
}
