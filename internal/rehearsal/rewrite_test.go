package rehearsal

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// TestRehearsalWithoutTickets: there is no KDC, so that NTLM logs on with the passwords that were made up.
func TestRehearsalWithoutTickets(t *testing.T) {
	tickets := farm.WinRM{Scheme: "https", Port: 5986, Auth: "kerberos", SPN: "HTTP/a.contoso.local"}
	r := farm.Rollout{
		Credentials: []farm.Credential{{Name: "setup", User: "setup@contoso.local", Keytab: "file:/run/secrets/setup.keytab"}},
		Farms: []farm.Farm{{
			Servers:    []farm.Server{{Name: "A", WinRM: tickets}, {Name: "B", WinRM: farm.WinRM{Scheme: "https", Auth: "basic"}}},
			SQLServers: []farm.SQLServer{{Name: "S", Auth: farm.SQLAuthKerberos, SPN: "MSSQLSvc/s"}},
			Clients:    farm.Clients{Computers: []farm.ClientComputer{{Name: "C", WinRM: tickets}}},
		}},
	}
	got := rewrite(r, place{})
	f := got.Farms[0]
	ntlm := farm.WinRM{Scheme: "https", Port: 5986, Auth: "ntlm"}
	require.Equal(t, ntlm, f.Servers[0].WinRM)
	require.Equal(t, "basic", f.Servers[1].WinRM.Auth)
	require.Equal(t, ntlm, f.Clients.Computers[0].WinRM)
	require.Equal(t, farm.SQLAuthNTLM, f.SQLServers[0].Auth)
	require.Empty(t, f.SQLServers[0].SPN)
	require.Empty(t, got.Credentials[0].Keytab)
	require.Equal(t, "env:"+secretName(0), got.Credentials[0].Password)
	require.Equal(t, tickets, r.Farms[0].Servers[0].WinRM, "the rollout itself is not touched")
}
