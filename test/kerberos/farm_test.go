//go:build foreign

package kerberos

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/test/integration"
)

// simulated is the example's farm, all of it reached by Kerberos: servers over https, SQL Server with the login in TLS.
func simulated(t *testing.T, pace float64) (*kdc, *integration.Farm) {
	t.Helper()
	k := startKDC(t)
	rollout, release, err := config.Decode("contoso.yaml", config.Example(), ".")
	require.NoError(t, err)
	f := &rollout.Farms[0]
	var names []string
	for i := range f.Servers {
		s := &f.Servers[i]
		name := strings.ToLower(s.Name) + ".contoso.local"
		s.WinRM = farm.WinRM{Scheme: "https", Port: 5986, Auth: "kerberos", SPN: "HTTP/" + name, ServerName: name}
		names = append(names, s.WinRM.SPN)
	}
	for i := range f.SQLServers {
		q := &f.SQLServers[i]
		q.Auth, q.SPN = farm.SQLAuthKerberos, "MSSQLSvc/"+strings.ToLower(q.Name)+".contoso.local:1433"
		names = append(names, q.SPN)
	}
	on := integration.StartWith(t, integration.Options{
		Rollout: rollout, Release: release, Pace: pace, Keytab: k.services(t, names...), KerberosConfig: k.conf,
	})
	_, password := on.Account("APP01")
	k.account(t, "sp-setup", password)
	return k, on
}

// TestFarmIsUpdatedWithTickets: the whole update, and every logon of it by Kerberos.
func TestFarmIsUpdatedWithTickets(t *testing.T) {
	_, f := simulated(t, 4000)
	r, s := f.Update(t, func(q farm.Question) (string, farm.Choice) {
		require.Equal(t, farm.QuestionGate, q.Kind, q.Facts)
		return integration.Approve(q)
	})
	require.Equal(t, farm.OutcomeCompleted, r.Outcome, r.Why)
	require.Empty(t, s.UsersOff.Violations)
	logins := 0
	events, _ := f.Simulator.World().Events(0)
	for _, e := range events {
		require.NotEqual(t, "auth-failed", e.Event, e.Text)
		if e.Protocol == "tds" && e.Event == "login" && e.User == `CONTOSO\sp-setup` {
			require.Contains(t, e.Text, "by Kerberos")
			logins++
		}
	}
	require.Positive(t, logins)
}
