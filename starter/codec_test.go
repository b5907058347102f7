package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCodecRefuses: everything that would give payloads away, before it listens.
func TestCodecRefuses(t *testing.T) {
	t.Setenv("FARMHAND_SECRETS", "env:SP_*")
	t.Setenv("SP_TOKEN", "0123456789abcdef-token")
	t.Setenv("SP_SHORT", "hunter2")
	for want, args := range map[string][]string{
		"--token is missing":             nil,
		"there is no key to decode with": {"--token", "env:SP_TOKEN"},
		"the address is not loopback":    {"--token", "env:SP_TOKEN", "--listen", "0.0.0.0:8089"},
		"belong together":                {"--token", "env:SP_TOKEN", "--tls-cert", "x.pem"},
		"secret env:PATH":                {"--token", "env:PATH"},
		"never a password":               {"--token", "hunter2"},
	} {
		r := command(t, nil, append([]string{"codec"}, args...)...)
		require.Equal(t, 1, r.code, want)
		require.Contains(t, r.err, want)
		require.NotContains(t, r.err, "hunter2")
	}
	t.Setenv("FARMHAND_CODEC_KEYS", "a=env:SP_KEY")
	t.Setenv("SP_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
	r := command(t, nil, "codec", "--token", "env:SP_SHORT")
	require.Contains(t, r.err, "shorter than 16 characters")
	r = command(t, nil, "codec", "--token", "env:SP_TOKEN", "--ui-origin", "*")
	require.Contains(t, r.err, `origin "*"`)
}
