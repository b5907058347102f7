package config_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
)

// replaced is the valid file with texts replaced, two by two.
func replaced(t *testing.T, pairs ...string) string {
	t.Helper()
	text := valid(t, pairs[0], pairs[1])
	for i := 2; i < len(pairs); i += 2 {
		require.Contains(t, text, pairs[i])
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

const kerberosServer = `{name: WFE01, address: wfe01.contoso.local, roles: [front-end-web], winrm: {scheme: https, auth: kerberos`

func TestKerberos(t *testing.T) {
	r, _, err := config.Decode("r.yaml", []byte(replaced(t,
		"{name: WFE01, address: 10.0.0.2, roles: [front-end-web], winrm: {scheme: https", kerberosServer+", spn: HTTP/web.contoso.local",
		"backup: {", "auth: kerberos, spn: 'MSSQLSvc/sql01.contoso.local:1433', backup: {")), "")
	require.NoError(t, err)
	s, _ := r.Farms[0].Server("WFE01")
	require.Equal(t, farm.WinRM{Scheme: "https", Port: 5986, Auth: "kerberos", SPN: "HTTP/web.contoso.local"}, s.WinRM)
	require.Equal(t, farm.SQLAuthKerberos, r.Farms[0].SQLServers[0].Auth)
}

func TestKerberosMistakes(t *testing.T) {
	server := "{name: WFE01, address: 10.0.0.2, roles: [front-end-web], winrm: {scheme: https"
	for want, pairs := range map[string][]string{
		`22: farms[0].servers[1].winrm.spn: missing; Kerberos knows services by name`:                      {server, server + ", auth: kerberos"},
		`22: farms[0].servers[1].winrm.spn: only auth: kerberos has a use for it`:                          {server, server + ", spn: HTTP/a"},
		`22: farms[0].servers[1].winrm.spn: "http://a" is no name of a service; want one like HTTP/app01.`: {server, kerberosServer + ", spn: 'http://a'"},
		`19: farms[0].defaults.winrm.auth: kerberos over http would need messages that Kerberos seals`:     {"port: 15985", "port: 15985, auth: kerberos"},
		`24: farms[0].sql_servers[0].connect_as: the credential "reader" is no account of a domain`:        {"backup: {", "auth: kerberos, spn: MSSQLSvc/a, connect_as: reader, backup: {"},
		`24: farms[0].sql_servers[0].auth: "krb" is not known here; want ntlm, kerberos`:                   {"backup: {", "auth: krb, backup: {"},
		`24: farms[0].sql_servers[0].auth: a SQL login ("reader") proves itself by its password alone`:     {"backup: {", "auth: ntlm, connect_as: reader, backup: {"},
		`15: credentials[0].keytab: want a reference to a file`:                                            {"'env:SP_SETUP_PASSWORD'", "'env:X', keytab: 'env:Y'", server, kerberosServer},
		`15: credentials[0].keytab: nothing that the credential opens has auth: kerberos`:                  {"'env:SP_SETUP_PASSWORD'", "'env:X', keytab: 'file:/k'"},
		`15: credentials[0].password: missing; want a reference such as env:SP_SETUP_PASSWORD`:             {"password: 'env:SP_SETUP_PASSWORD'", "keytab: 'file:/k'", server, kerberosServer},
	} {
		_, _, err := config.Decode("r.yaml", []byte(replaced(t, pairs...)), "")
		require.ErrorContains(t, err, "r.yaml:"+want)
	}
}

// TestKeytabInsteadOfAPassword: a credential that only ever asks for tickets needs none.
func TestKeytabInsteadOfAPassword(t *testing.T) {
	_, _, err := config.Decode("r.yaml", []byte(replaced(t,
		"- {name: reader, user", "- {name: tickets, user: reader@contoso.local, keytab: 'file:/run/secrets/reader.keytab'}\n  - {name: reader, user",
		"{name: WFE01, address: 10.0.0.2, roles: [front-end-web], winrm: {scheme: https", kerberosServer,
		"winrm: {scheme: https, auth: kerberos", "connect_as: tickets, winrm: {scheme: https, auth: kerberos")), "")
	require.NoError(t, err)
}
