package main

import (
	"crypto/tls"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/server/common/authorization"
)

// keyPair writes a certificate and its key as an operator has them.
func keyPair(t *testing.T) (cert, key string) {
	t.Helper()
	pair, err := newInner()
	require.NoError(t, err)
	cert, key = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	require.NoError(t, os.WriteFile(cert, pair.cert, 0o600))
	require.NoError(t, os.WriteFile(key, pair.key, 0o600))
	return cert, key
}

func TestMistakesOfAccess(t *testing.T) {
	cert, key := keyPair(t)
	_, other := keyPair(t)
	short, good := filepath.Join(t.TempDir(), "short"), filepath.Join(t.TempDir(), "good")
	require.NoError(t, os.WriteFile(short, []byte("hunter2"), 0o600))
	require.NoError(t, os.WriteFile(good, []byte("a-key-that-nobody-guesses\n"), 0o600))
	for want, args := range map[string][]string{
		"belong together":                        {"--tls-cert", cert},
		"--tls-client-ca needs":                  {"--tls-client-ca", cert},
		"private key does not match":             {"--tls-cert", cert, "--tls-key", other},
		"shorter than 16 characters":             {"--tls-cert", cert, "--tls-key", key, "--api-key-file", short},
		"--api-key-file needs --tls-cert":        {"--api-key-file", good},
		"--api-key-file: open /does/not/exist: ": {"--api-key-file", "/does/not/exist"},
	} {
		_, err := parseOptions(args, io.Discard)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "hunter2")
	}
	o, err := parseOptions([]string{"--tls-cert", cert, "--tls-key", key, "--api-key-file", good}, io.Discard)
	require.NoError(t, err)
	require.Equal(t, "a-key-that-nobody-guesses", o.apiKey)
}

// TestKeyHolders: the key as a bearer token, and nothing that looks like it.
func TestKeyHolders(t *testing.T) {
	k := keyHolders{key: "a-key-that-nobody-guesses"}
	for token, role := range map[string]authorization.Role{
		"Bearer a-key-that-nobody-guesses": authorization.RoleAdmin, "a-key-that-nobody-guesses": 0, "Bearer ": 0, "": 0,
		"Bearer a-key-that-nobody-guessesx": 0, "bearer a-key-that-nobody-guesses": 0,
	} {
		claims, err := k.GetClaims(&authorization.AuthInfo{AuthToken: token})
		require.NoError(t, err)
		require.Equal(t, role, claims.System, token)
	}
}

// TestTheInnerNameIsNoWayIn: who asks for the inner name needs the inner certificate, whatever else it holds.
func TestTheInnerNameIsNoWayIn(t *testing.T) {
	cert, key := keyPair(t)
	file := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(file, []byte("a-key-that-nobody-guesses"), 0o600))
	p := start(t, filepath.Join(t.TempDir(), "farmhand.db"), "--tls-cert", cert, "--tls-key", key, "--api-key-file", file)
	pair, err := tls.LoadX509KeyPair(cert, key)
	require.NoError(t, err)
	ask := func(o client.Options) error {
		o.HostPort, o.Namespace = p.line.Address, p.line.Namespace
		c, err := client.NewLazyClient(o)
		require.NoError(t, err)
		defer c.Close()
		_, err = c.WorkflowService().DescribeNamespace(t.Context(), &workflowservice.DescribeNamespaceRequest{Namespace: p.line.Namespace})
		return err
	}
	inside := client.ConnectionOptions{TLS: &tls.Config{ServerName: innerName, InsecureSkipVerify: true, Certificates: []tls.Certificate{pair}}}
	outside := client.ConnectionOptions{TLS: &tls.Config{InsecureSkipVerify: true}}
	require.ErrorContains(t, ask(client.Options{ConnectionOptions: inside}), "tls: ")
	var denied *serviceerror.PermissionDenied
	require.ErrorAs(t, ask(client.Options{ConnectionOptions: outside}), &denied)
	require.NoError(t, ask(client.Options{ConnectionOptions: outside, Credentials: client.NewAPIKeyStaticCredentials("a-key-that-nobody-guesses")}))
}
