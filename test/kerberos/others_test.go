//go:build foreign

package kerberos

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/test/integration"
)

// kinit gets the setup account its first ticket, as a person would.
func (k *kdc) kinit(t *testing.T, f *integration.Farm) {
	t.Helper()
	_, password := f.Account("APP01")
	k.run(t, password+"\n", "kinit", "sp-setup")
}

// https is the address of a server by its full name, which the certificate has to have; nothing resolves it.
func https(t *testing.T, f *integration.Farm, server string) (s farm.Server, name string) {
	t.Helper()
	s, ok := f.Rollout.Farms[0].Server(server)
	require.True(t, ok)
	return s, s.WinRM.ServerName
}

const identify = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>`

// TestCurl: the tokens of MIT Kerberos' own library, one with each request.
func TestCurl(t *testing.T) {
	k, f := simulated(t, 1000)
	s, name := https(t, f, "WFE01")
	curl := func() string {
		out, _ := k.try(t, identify, "curl", "-sS", "--negotiate", "-u", ":", "--cacert", f.Simulator.CAFile(),
			"--resolve", fmt.Sprintf("%s:%d:%s", name, s.WinRM.Port, s.Address), "-H", "Content-Type: application/soap+xml;charset=UTF-8",
			"--data-binary", "@-", "-w", "\nstatus %{http_code}", fmt.Sprintf("https://%s:%d/wsman", name, s.WinRM.Port))
		return out
	}
	require.Contains(t, curl(), "status 401") // no ticket yet
	k.kinit(t, f)
	said := curl()
	require.Contains(t, said, "status 200")
	require.Contains(t, said, "Microsoft Corporation")
	require.NotContains(t, said, "OS: 0.0.0") // what a stranger is told
}

const pywinrm = `
import json, socket, sys
try:
    import winrm, requests_kerberos
except ImportError as e:
    sys.exit("missing: %s" % e)
q = json.load(sys.stdin)
resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **named: resolve(q["address"] if host == q["name"] else host, *rest, **named)
p = winrm.Protocol(endpoint="https://%s:%d/wsman" % (q["name"], q["port"]), transport="kerberos", username="sp-setup@CONTOSO.LOCAL", password="",
                   server_cert_validation="validate", ca_trust_path=q["ca"], operation_timeout_sec=5, read_timeout_sec=15)
shell = p.open_shell()
command = p.run_command(shell, "hostname")
out, err, code = p.get_command_output(shell, command)
p.cleanup_command(shell, command)
p.close_shell(shell)
print(json.dumps({"exit": code, "out": out.decode()}))
`

// TestPywinrm: a client that binds its logon to the certificate and insists on the server's proof.
func TestPywinrm(t *testing.T) {
	k, f := simulated(t, 1000)
	k.kinit(t, f)
	s, name := https(t, f, "APP02")
	question, err := json.Marshal(map[string]any{"name": name, "address": s.Address, "port": s.WinRM.Port, "ca": f.Simulator.CAFile()})
	require.NoError(t, err)
	said := k.run(t, string(question), "/usr/bin/python3", "-W", "ignore", "-c", pywinrm)
	require.Contains(t, said, `"exit": 0`)
	require.Contains(t, said, "APP02")
}

// TestTsql: FreeTDS logs in to SQL Server with a ticket.
func TestTsql(t *testing.T) {
	k, f := simulated(t, 1000)
	k.kinit(t, f)
	q := f.Rollout.Farms[0].SQLServers[0]
	conf := filepath.Join(k.dir, "freetds.conf")
	require.NoError(t, os.WriteFile(conf, fmt.Appendf(nil, "[twin]\n\thost = %s\n\tport = %d\n\ttds version = 7.2\n\tencryption = request\n\tspn = %s\n", q.Address, q.Port, q.SPN), 0o600))
	t.Setenv("FREETDSCONF", conf)
	said, _ := k.try(t, "SELECT 'here'\ngo\nexit\n", "tsql", "-S", "twin", "-o", "fhq")
	found := false
	events, _ := f.Simulator.World().Events(0)
	for _, e := range events {
		found = found || e.Event == "login" && e.User == `CONTOSO\sp-setup`
	}
	require.True(t, found, "%s", said)
}
