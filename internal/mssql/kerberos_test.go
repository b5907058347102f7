package mssql

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/secrets"
)

// TestConfigOfTickets: the driver gets the service's name and the number of an account, and no secret.
func TestConfigOfTickets(t *testing.T) {
	conf := filepath.Join(t.TempDir(), "krb5.conf")
	require.NoError(t, os.WriteFile(conf, []byte("[libdefaults]\ndefault_realm = CONTOSO.LOCAL\n"), 0o600))
	o := Options{
		Server: farm.SQLServer{Name: "SQL01", Address: "SQL01.contoso.local", Auth: farm.SQLAuthKerberos},
		User:   `CONTOSO\svc`, Password: secrets.New("hunter2"), KerberosConfig: conf,
	}
	c, err := o.config()
	require.NoError(t, err)
	require.Equal(t, "MSSQLSvc/sql01.contoso.local:1433", c.ServerSPN)
	require.Equal(t, ticketProvider, c.Parameters["authenticator"])
	require.NotContains(t, fmt.Sprintf("%+v", c), "hunter2")
	login, err := newTicketLogin(c)
	require.NoError(t, err)
	require.Equal(t, "svc@CONTOSO.LOCAL", login.(*ticketLogin).client.Account())

	o.Server.SPN = "MSSQLSvc/cluster.contoso.local:prod"
	c, err = o.config()
	require.NoError(t, err)
	require.Equal(t, "MSSQLSvc/cluster.contoso.local:prod", c.ServerSPN)

	o.User = "reader"
	_, err = Open(o)
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, KindConfig, e.Kind)
	require.ErrorContains(t, err, `"reader" is a SQL login`)
}
