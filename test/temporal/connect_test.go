package temporal_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMutualTLS: the server lets in who has a certificate of its authority, and nobody else, and each is told why.
func TestMutualTLS(t *testing.T) {
	t.Parallel()
	ours, theirs := newAuthority(t), newAuthority(t)
	serverCert, serverKey := ours.issue()
	address := devserver(t, "--tls-cert", serverCert, "--tls-key", serverKey, "--tls-client-ca", ours.file)
	cert, key := ours.issue()
	strange, strangeKey := theirs.issue()
	env := func(cert, key, trusted string) []string {
		return environment(t, "TEMPORAL_ADDRESS="+address, "TEMPORAL_TLS=true", "TEMPORAL_TLS_CLIENT_CERT_PATH="+cert,
			"TEMPORAL_TLS_CLIENT_KEY_PATH="+key, "TEMPORAL_TLS_SERVER_CA_CERT_PATH="+trusted)
	}

	out, code := starter(t, env(cert, key, ours.file), "gates", "-o", "json")
	require.Zero(t, code, out)

	// The same from a profile of Temporal's configuration file.
	profile := filepath.Join(t.TempDir(), "temporal.toml")
	require.NoError(t, os.WriteFile(profile, fmt.Appendf(nil, `
[profile.site]
address = %q
[profile.site.tls]
client_cert_path = %q
client_key_path = %q
server_ca_cert_path = %q
`, address, cert, key, ours.file), 0o600))
	out, code = starter(t, environment(t, "TEMPORAL_CONFIG_FILE="+profile, "TEMPORAL_PROFILE=site"), "gates", "-o", "json")
	require.Zero(t, code, out)

	for name, refused := range map[string][]string{
		"no certificate":                   env("", "", ours.file),
		"a certificate of somebody else's": env(strange, strangeKey, ours.file),
		"a server that is not trusted":     env(cert, key, theirs.file),
	} {
		for _, program := range []string{"starter", "worker"} {
			args := map[string][]string{"starter": {"gates"}}[program]
			out, code = finish(t, refused, program, args...)
			require.Equal(t, 1, code, "%s, %s: %s", name, program, out)
			require.Contains(t, out, "the Temporal server refuses this process at "+address, name)
			require.Contains(t, out, "TEMPORAL_TLS_CLIENT_CERT_PATH", name)
		}
	}
}

// TestAPIKey: the key goes to the server with each call, over TLS, and a wrong one is told apart from everything else.
func TestAPIKey(t *testing.T) {
	t.Parallel()
	const apiKey = "a-key-that-nobody-guesses"
	ours := newAuthority(t)
	cert, key := ours.issue()
	file := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(file, []byte(apiKey+"\n"), 0o600))
	address := devserver(t, "--tls-cert", cert, "--tls-key", key, "--api-key-file", file)
	env := func(key string) []string {
		return environment(t, "TEMPORAL_ADDRESS="+address, "TEMPORAL_TLS_SERVER_CA_CERT_PATH="+ours.file, "TEMPORAL_TLS=true", "TEMPORAL_API_KEY="+key)
	}
	out, code := starter(t, env(apiKey), "gates", "-o", "json")
	require.Zero(t, code, out)
	// The same from a profile, as for Temporal Cloud.
	profile := filepath.Join(t.TempDir(), "temporal.toml")
	require.NoError(t, os.WriteFile(profile, fmt.Appendf(nil, `
[profile.cloud]
address = %q
namespace = "default"
api_key = %q
[profile.cloud.tls]
server_ca_cert_path = %q
`, address, apiKey, ours.file), 0o600))
	out, code = starter(t, environment(t, "TEMPORAL_CONFIG_FILE="+profile, "TEMPORAL_PROFILE=cloud"), "gates", "-o", "json")
	require.Zero(t, code, out)
	for _, wrong := range []string{"another-key-of-some-length", apiKey + "x", ""} {
		out, code = starter(t, env(wrong), "gates")
		require.Equal(t, 1, code, out)
		require.Contains(t, out, "it may not use namespace default")
		require.Contains(t, out, "check TEMPORAL_API_KEY")
		require.NotContains(t, out, apiKey)
	}
}
