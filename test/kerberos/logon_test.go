//go:build foreign

package kerberos

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/mssql"
	"farmhand/internal/secrets"
	"farmhand/internal/winhost"
	"farmhand/test/integration"
)

// worker is how a worker reaches one server and the SQL Server.
type worker struct {
	win winhost.Options
	sql mssql.Options
}

func workerOf(t *testing.T, k *kdc, f *integration.Farm) worker {
	t.Helper()
	s, ok := f.Rollout.Farms[0].Server("APP01")
	require.True(t, ok)
	user, password := f.Account("APP01")
	return worker{
		winhost.Options{Server: s, User: user, Password: secrets.New(password), CAFile: f.Simulator.CAFile(), KerberosConfig: k.conf},
		mssql.Options{Server: f.Rollout.Farms[0].SQLServers[0], User: user, Password: secrets.New(password), CAFile: f.Simulator.CAFile(), KerberosConfig: k.conf},
	}
}

func (w worker) identify(ctx context.Context) error {
	h, err := winhost.New(w.win)
	if err != nil {
		return err
	}
	_, err = h.Identify(ctx)
	return err
}

func (w worker) login(ctx context.Context) error {
	s, err := mssql.Open(w.sql)
	if err != nil {
		return err
	}
	defer s.Close()
	_, err = s.Databases(ctx)
	return err
}

// TestLogon: every spelling of the account, and a keytab instead of the password.
func TestLogon(t *testing.T) {
	k, f := simulated(t, 1000)
	for _, user := range []string{`CONTOSO\sp-setup`, "sp-setup@contoso.local", "sp-setup@CONTOSO.LOCAL"} {
		w := workerOf(t, k, f)
		w.win.User, w.sql.User = user, user
		require.NoError(t, w.identify(t.Context()), user)
		require.NoError(t, w.login(t.Context()), user)
		h, err := winhost.New(w.win)
		require.NoError(t, err)
		r, err := h.Command(t.Context(), "hostname")
		require.NoError(t, err)
		require.Equal(t, "APP01", strings.TrimSpace(r.Stdout))
	}
	content, err := os.ReadFile(k.keytab(t, "sp-setup"))
	require.NoError(t, err)
	w := workerOf(t, k, f)
	w.win.Password, w.win.Keytab = secrets.Value{}, secrets.New(string(content))
	w.sql.Password, w.sql.Keytab = secrets.Value{}, w.win.Keytab
	require.NoError(t, w.identify(t.Context()))
	require.NoError(t, w.login(t.Context()))
}

// TestRefusals: each says what is wrong and what to do, and none shows the password.
func TestRefusals(t *testing.T) {
	k, f := simulated(t, 1000)
	k.services(t, "HTTP/elsewhere.contoso.local", "MSSQLSvc/elsewhere.contoso.local:1433")
	for _, tt := range []struct {
		name    string
		change  func(w *worker)
		win     winhost.Kind
		sql     mssql.Kind
		message string
		advice  string
	}{
		{"wrong password", func(w *worker) {
			w.win.Password, w.sql.Password = secrets.New("hunter2"), secrets.New("hunter2")
		}, winhost.KindAuth, mssql.KindAuth, "password or the keytab of sp-setup@CONTOSO.LOCAL is wrong", "does not try again by itself"},
		{"unknown account", func(w *worker) {
			w.win.User, w.sql.User = "nobody@contoso.local", "nobody@contoso.local"
		}, winhost.KindAuth, mssql.KindAuth, "does not know the account nobody@CONTOSO.LOCAL", "check the account's name"},
		{"unknown service", func(w *worker) {
			w.win.Server.WinRM.SPN, w.sql.Server.SPN = "HTTP/nowhere.contoso.local", "MSSQLSvc/nowhere.contoso.local"
		}, winhost.KindConfig, mssql.KindConfig, "does not know the service", "setspn -L"},
		{"the name of another server", func(w *worker) {
			w.win.Server.WinRM.SPN, w.sql.Server.SPN = "HTTP/elsewhere.contoso.local", "MSSQLSvc/elsewhere.contoso.local:1433"
		}, winhost.KindConfig, mssql.KindAuth, "", "setspn -L"},
		{"unknown domain", func(w *worker) {
			w.win.User, w.sql.User = `FABRIKAM\sp-setup`, `FABRIKAM\sp-setup`
		}, winhost.KindConfig, mssql.KindConfig, "no realm that begins with FABRIKAM", "user@realm"},
		{"no krb5.conf", func(w *worker) {
			w.win.KerberosConfig, w.sql.KerberosConfig = "/nowhere/krb5.conf", "/nowhere/krb5.conf"
		}, winhost.KindConfig, mssql.KindConfig, "krb5.conf cannot be read", ""},
		{"http, and a SQL login", func(w *worker) {
			w.win.Server.WinRM.Scheme, w.sql.User = "http", "reader"
		}, winhost.KindConfig, mssql.KindConfig, "", "messages that Kerberos seals"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := workerOf(t, k, f)
			tt.change(&w)
			var win *winhost.Error
			require.ErrorAs(t, w.identify(t.Context()), &win)
			var sql *mssql.Error
			require.ErrorAs(t, w.login(t.Context()), &sql)
			require.Equal(t, tt.win, win.Kind, win)
			require.Equal(t, tt.sql, sql.Kind, sql)
			for _, text := range []string{win.Error(), sql.Error()} {
				require.Contains(t, text, tt.message)
				require.NotContains(t, text, "hunter2")
			}
			require.Contains(t, win.Error(), tt.advice)
		})
	}
}

// TestNoKDC: a KDC that is away is waited for by the policies of calls, like a server that is.
func TestNoKDC(t *testing.T) {
	k, f := simulated(t, 1000)
	k.stop()
	w := workerOf(t, k, f)
	err := w.identify(t.Context())
	require.True(t, winhost.IsKind(err, winhost.KindUnreachable), "%v", err)
	require.ErrorContains(t, err, "no KDC answers for sp-setup@CONTOSO.LOCAL")
	require.ErrorContains(t, err, "port 88")
	var sql *mssql.Error
	require.ErrorAs(t, w.login(t.Context()), &sql)
	require.Equal(t, mssql.KindUnreachable, sql.Kind, sql)
}

// TestTicketsAreKept: the KDC is asked once, so that commands go on while it is away.
func TestTicketsAreKept(t *testing.T) {
	k, f := simulated(t, 1000)
	w := workerOf(t, k, f)
	require.NoError(t, w.identify(t.Context()))
	k.stop()
	require.NoError(t, w.identify(t.Context()))
	require.Equal(t, farm.SQLAuthKerberos, w.sql.Server.Auth)
}
