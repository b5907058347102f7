//go:build foreign

// Package foreign points clients written by others at the simulator, as real processes: pywinrm, Ansible, and
// masterzen/winrm as it is. They were made for real Windows servers, so what they accept says more about the twin
// than any test written next to it.
//
// The tests need Debian's packages and therefore a build tag:
//
//	apt-get install -y ansible python3-winrm
//	go test -tags foreign ./test/foreign/
package foreign

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/masterzen/winrm"
	"github.com/stretchr/testify/require"
)

const install = "apt-get install -y ansible python3-winrm"

// target is a WinRM server and an account on it.
type target struct {
	host           string
	port           int
	user, password string // user as DOMAIN\user
}

// result is what a client reported of one command.
type result struct {
	Exit           int
	Stdout, Stderr string
	Failed         string // the client's own error, empty when the command ran
}

// run starts a client and collects its output. Passwords travel by standard input or a file, never as arguments.
func run(t *testing.T, stdin string, env []string, program string, args ...string) (stdout, stderr string, exit int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, program, args...)
	c.Env = append(os.Environ(), env...)
	c.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err := c.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatalf("%s does not start: %v\nto install it: %s", program, err, install)
	}
	return out.String(), errs.String(), c.ProcessState.ExitCode()
}

// legacyOpenSSL gives the environment in which Python has MD4, which NTLM needs and OpenSSL 3 hides.
func legacyOpenSSL(t *testing.T) []string {
	t.Helper()
	const config = `openssl_conf = openssl_init
[openssl_init]
providers = provider_sect
[provider_sect]
default = default_sect
legacy = legacy_sect
[default_sect]
activate = 1
[legacy_sect]
activate = 1
`
	path := filepath.Join(t.TempDir(), "openssl.cnf")
	require.NoError(t, os.WriteFile(path, []byte(config), 0o600))
	return []string{"OPENSSL_CONF=" + path, "REQUESTS_CA_BUNDLE="}
}

const pywinrmScript = `
import json, sys
try:
    import winrm
except ImportError as e:
    sys.exit("pywinrm is missing: %s" % e)
q = json.load(sys.stdin)
r = {"Exit": -1, "Stdout": "", "Stderr": "", "Failed": ""}
try:
    p = winrm.Protocol(endpoint="http://%s:%d/wsman" % (q["host"], q["port"]), transport=q["transport"],
                       username=q["user"], password=q["password"], operation_timeout_sec=q["timeout"], read_timeout_sec=q["timeout"] + 10)
    shell = p.open_shell()
    try:
        command = p.run_command(shell, q["command"])
        try:
            out, err, r["Exit"] = p.get_command_output(shell, command)
            r["Stdout"], r["Stderr"] = out.decode(), err.decode()
        finally:
            p.cleanup_command(shell, command)
    finally:
        p.close_shell(shell)
except Exception as e:
    r["Failed"] = "%s: %s" % (type(e).__name__, e)
print(json.dumps(r))
`

// pywinrm runs a command line with Debian's pywinrm. transport is "ntlm" (sealed) or "basic".
func pywinrm(t *testing.T, at target, transport, command string) result {
	t.Helper()
	request, err := json.Marshal(map[string]any{
		"host": at.host, "port": at.port, "user": at.user, "password": at.password, "transport": transport, "command": command, "timeout": 2,
	})
	require.NoError(t, err)
	stdout, stderr, exit := run(t, string(request), legacyOpenSSL(t), "/usr/bin/python3", "-W", "ignore", "-c", pywinrmScript)
	require.Zero(t, exit, "%s\nto install it: %s", stderr, install)
	var r result
	require.NoError(t, json.Unmarshal([]byte(stdout), &r), stdout)
	return r
}

// ansibleRaw runs a command line with "ansible -m raw" over NTLM.
func ansibleRaw(t *testing.T, at target, command string) result {
	t.Helper()
	dir := t.TempDir()
	host := map[string]any{
		"ansible_connection": "winrm", "ansible_host": at.host, "ansible_port": at.port, "ansible_winrm_scheme": "http",
		"ansible_winrm_transport": "ntlm", "ansible_user": at.user, "ansible_password": at.password,
	}
	inventory, err := json.Marshal(map[string]any{"all": map[string]any{"hosts": map[string]any{"twin": host}}})
	require.NoError(t, err)
	path := filepath.Join(dir, "inventory.json") // JSON is YAML
	require.NoError(t, os.WriteFile(path, inventory, 0o600))
	require.NoError(t, os.WriteFile(path+".cfg", nil, 0o600)) // so that the machine's own settings do not count
	env := append(legacyOpenSSL(t), "ANSIBLE_LOAD_CALLBACK_PLUGINS=1", "ANSIBLE_STDOUT_CALLBACK=json", "ANSIBLE_NOCOLOR=1",
		"ANSIBLE_HOME="+dir, "ANSIBLE_LOCAL_TEMP="+dir, "ANSIBLE_CONFIG="+path+".cfg", "PYTHONWARNINGS=ignore")
	stdout, stderr, _ := run(t, "", env, "/usr/bin/ansible", "twin", "-i", path, "-m", "raw", "-a", command)
	var report struct {
		Plays []struct {
			Tasks []struct {
				Hosts map[string]struct {
					RC          int
					Stdout      string
					Stderr      string
					Msg         string
					Unreachable bool
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &report), "%s\n%s", stdout, stderr)
	require.Len(t, report.Plays, 1)
	require.Len(t, report.Plays[0].Tasks, 1)
	h := report.Plays[0].Tasks[0].Hosts["twin"]
	r := result{Exit: h.RC, Stdout: h.Stdout, Stderr: h.Stderr}
	if h.Unreachable {
		r.Failed = h.Msg
	}
	return r
}

// masterzen runs a command line with masterzen/winrm as it is, over sealed NTLM. It needs a server that sends
// rsp:ShellId, which WinRM does from 3.0 on.
func masterzen(t *testing.T, at target, command string) result {
	t.Helper()
	p := winrm.NewParameters("PT20S", "en-US", 153600)
	p.TransportDecorator = func() winrm.Transporter {
		sealed, err := winrm.NewEncryption("ntlm")
		require.NoError(t, err)
		return sealed
	}
	c, err := winrm.NewClientWithParameters(winrm.NewEndpoint(at.host, at.port, false, false, nil, nil, nil, 30*time.Second), at.user, at.password, p)
	require.NoError(t, err)
	var stdout, stderr bytes.Buffer
	exit, err := c.RunWithContext(t.Context(), command, &stdout, &stderr)
	r := result{Exit: exit, Stdout: stdout.String(), Stderr: stderr.String()}
	if err != nil {
		r.Failed = err.Error()
	}
	return r
}
