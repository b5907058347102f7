//go:build foreign

// Package kerberos logs on to the simulated servers with tickets of a real KDC, that of MIT Kerberos as Debian has it: the
// worker's own clients, and clients of others (curl, pywinrm), so that the twin's end is proven by what is not ours.
//
// The tests need Debian's packages and therefore a build tag:
//
//	apt-get install -y krb5-kdc krb5-admin-server krb5-user python3-winrm python3-requests-kerberos curl
//	go test -tags foreign ./test/kerberos/
package kerberos

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	install = "apt-get install -y krb5-kdc krb5-admin-server krb5-user python3-winrm python3-requests-kerberos curl"
	realm   = "CONTOSO.LOCAL"
)

// kdc is a realm with one key distribution center on a free port of loopback.
type kdc struct {
	dir     string
	conf    string // its krb5.conf
	process *exec.Cmd
}

// tool is the path of one of Debian's programs, some of which are for root's PATH alone.
func tool(t *testing.T, name string) string {
	t.Helper()
	for _, dir := range []string{"", "/usr/sbin/", "/usr/bin/"} {
		if path, err := exec.LookPath(dir + name); err == nil {
			return path
		}
	}
	t.Fatalf("%s is missing; to install it: %s", name, install)
	return ""
}

func startKDC(t *testing.T) *kdc {
	t.Helper()
	k := &kdc{dir: t.TempDir()}
	k.conf = filepath.Join(k.dir, "krb5.conf")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	at := l.Addr().String()
	require.NoError(t, l.Close())
	require.NoError(t, os.WriteFile(k.conf, fmt.Appendf(nil, `[libdefaults]
  default_realm = %[1]s
  dns_lookup_realm = false
  dns_lookup_kdc = false
  dns_canonicalize_hostname = false
  rdns = false
  udp_preference_limit = 1
[realms]
  %[1]s = {
    kdc = %[2]s
  }
[domain_realm]
  .contoso.local = %[1]s
[logging]
  kdc = STDERR
`, realm, at), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(k.dir, "kdc.conf"), fmt.Appendf(nil, `[kdcdefaults]
  kdc_listen = ""
  kdc_tcp_listen = %[2]s
[realms]
  %[1]s = {
    database_name = %[3]s/principal
    key_stash_file = %[3]s/stash
    acl_file = %[3]s/kadm5.acl
    supported_enctypes = aes256-cts:normal
    default_principal_flags = +preauth
  }
`, realm, at, k.dir), 0o600))
	k.run(t, "", "kdb5_util", "create", "-s", "-r", realm, "-P", rand.Text())
	k.start(t)
	return k
}

// start runs the KDC until stop, or until the test ends.
func (k *kdc) start(t *testing.T) {
	t.Helper()
	k.process = exec.Command(tool(t, "krb5kdc"), "-n", "-P", filepath.Join(k.dir, "pid"))
	k.process.Env = k.environment()
	said, err := k.process.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, k.process.Start())
	t.Cleanup(k.stop)
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "commencing operation") {
			go func() {
				for lines.Scan() { // nobody reads on; the KDC must not wait for that
				}
			}()
			return
		}
	}
	t.Fatal("the KDC does not start")
}

// stop ends the KDC.
func (k *kdc) stop() {
	if k.process.ProcessState == nil {
		_ = k.process.Process.Kill() // it may have ended
		_ = k.process.Wait()         // by the signal
	}
}

func (k *kdc) environment() []string {
	return append(os.Environ(), "KRB5_CONFIG="+k.conf, "KRB5_KDC_PROFILE="+filepath.Join(k.dir, "kdc.conf"),
		"KRB5CCNAME=FILE:"+filepath.Join(k.dir, "cache"), "KRB5RCACHETYPE=none", "LC_ALL=C")
}

// run runs one of Kerberos' tools, or a client that uses its tickets. Passwords travel by standard input.
func (k *kdc) run(t *testing.T, stdin, program string, args ...string) string {
	t.Helper()
	out, err := k.try(t, stdin, program, args...)
	require.NoError(t, err, "%s: %s", program, out)
	return out
}

func (k *kdc) try(t *testing.T, stdin, program string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, tool(t, program), args...)
	c.Env, c.Stdin = k.environment(), strings.NewReader(stdin)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	err := c.Run()
	return out.String(), err
}

// account makes an account.
func (k *kdc) account(t *testing.T, user, password string) {
	t.Helper()
	k.run(t, password+"\n"+password+"\n", "kadmin.local", "-q", "addprinc "+user)
}

// services makes the names of services, and returns a keytab with their keys.
func (k *kdc) services(t *testing.T, names ...string) string {
	t.Helper()
	path := filepath.Join(k.dir, "services.keytab")
	for _, name := range names {
		k.run(t, "", "kadmin.local", "-q", "addprinc -randkey "+name)
		k.run(t, "", "kadmin.local", "-q", "ktadd -k "+path+" "+name)
	}
	return path
}

// keytab writes a keytab of an account, whose password goes on being good.
func (k *kdc) keytab(t *testing.T, user string) string {
	t.Helper()
	path := filepath.Join(k.dir, user+".keytab")
	k.run(t, "", "kadmin.local", "-q", "ktadd -norandkey -k "+path+" "+user)
	return path
}
