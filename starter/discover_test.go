package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDiscoverRefuses(t *testing.T) {
	t.Setenv("FARMHAND_SECRETS", "env:DISCOVER_*")
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"no account":        {[]string{"discover", "127.0.0.1"}, `required flag(s) "password", "user" not set`},
		"a password":        {[]string{"discover", "127.0.0.1", "--user", `C\s`, "--password", "hunter2"}, "config"},
		"not allowed":       {[]string{"discover", "127.0.0.1", "--user", `C\s`, "--password", "env:OTHER"}, "env:OTHER"},
		"address":           {[]string{"discover", "127.0.0.1", "--user", `C\s`, "--password", "env:DISCOVER_X", "--address", "APP01"}, "want NAME=ADDRESS"},
		"scheme":            {[]string{"discover", "127.0.0.1", "--user", `C\s`, "--password", "env:DISCOVER_X", "--scheme", "ssl"}, "neither http nor https"},
		"release":           {[]string{"discover", "127.0.0.1", "--user", `C\s`, "--password", "env:DISCOVER_X", "--release", "nothing"}, "nothing"},
		"host is not there": {[]string{"discover", "--user", `C\s`, "--password", "env:DISCOVER_X"}, "accepts 1 arg"},
	} {
		t.Run(name, func(t *testing.T) {
			got := command(t, nil, c.args...)
			require.Equal(t, exitWrong, got.code)
			require.Contains(t, got.err, c.says)
			require.NotContains(t, got.err, "hunter2")
			require.Empty(t, got.out)
		})
	}
}
