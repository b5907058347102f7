package integration

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/internal/notify"
	"farmhand/internal/secrets"
	"farmhand/internal/winhost"
	"farmhand/simulator"
)

// Farm is the first farm of a rollout, simulated on loopback addresses of its own.
type Farm struct {
	Rollout   farm.Rollout
	Release   farm.Release
	Simulator *simulator.Simulator
	// Journal is the simulator's journal file.
	Journal string
	// Receivers are told of events; nil tells nobody.
	Receivers *notify.Receivers
	passwords []string // by credential
	resolver  *secrets.Resolver
	inventory string
	kerberos  string
	pace      float64
}

// Options say what is simulated. Pace divides durations, as of simulator.Options.
type Options struct {
	// Inventory is the worker's directory of client inventories.
	Inventory string
	Rollout   farm.Rollout
	Release   farm.Release
	Twin      simulator.Twin
	Pace      float64
	// Keytab has the keys of the simulated services, and KerberosConfig is the worker's krb5.conf; empty: no Kerberos.
	Keytab, KerberosConfig string
}

// Start simulates the example's farm.
func Start(t *testing.T, pace float64) *Farm {
	t.Helper()
	rollout, release, err := config.Decode("contoso.yaml", config.Example(), ".")
	require.NoError(t, err)
	return StartWith(t, Options{Rollout: rollout, Release: release, Pace: pace})
}

// StartFiles simulates the first farm of a rollout file; what differs from the usual is in the twin file.
func StartFiles(t *testing.T, rolloutFile, twinFile string, pace float64) *Farm {
	t.Helper()
	rollout, release, err := config.Load(rolloutFile)
	require.NoError(t, err)
	twin, err := simulator.LoadTwin(twinFile)
	require.NoError(t, err)
	return StartWith(t, Options{Rollout: rollout, Release: release, Twin: twin, Pace: pace, Inventory: filepath.Dir(rolloutFile)})
}

// StartWith simulates a rollout's farms on free loopback addresses, with passwords that are thrown away when
// the test ends. The addresses and references of the rollout are replaced.
func StartWith(t *testing.T, o Options) *Farm {
	t.Helper()
	secretsDir, dir := t.TempDir(), t.TempDir()
	f := &Farm{
		Rollout: o.Rollout, Release: o.Release, Journal: filepath.Join(dir, "journal.jsonl"),
		inventory: o.Inventory, kerberos: o.KerberosConfig, pace: o.Pace, resolver: secrets.NewResolver([]string{"file:" + secretsDir + "/*"}),
	}
	readdress(t, &f.Rollout)
	for i := range f.Rollout.Credentials {
		path := filepath.Join(secretsDir, fmt.Sprint(i))
		f.passwords = append(f.passwords, rand.Text())
		require.NoError(t, os.WriteFile(path, []byte(f.passwords[i]), 0o600))
		f.Rollout.Credentials[i].Password = "file:" + path
	}
	var err error
	f.Simulator, err = simulator.Start(t.Context(), simulator.Options{
		Rollout: f.Rollout, Release: f.Release, Twin: o.Twin, Pace: o.Pace, Keytab: o.Keytab, Journal: f.Journal, CADirectory: dir,
		Passwords: func(user string) (string, bool) {
			for i, c := range f.Rollout.Credentials {
				if strings.EqualFold(c.User, user) {
					return f.passwords[i], true
				}
			}
			return "", false
		},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Simulator.Close()) })
	return f
}

// Account is the user of a server's connection and its password.
func (f *Farm) Account(server string) (user, secret string) {
	s, _ := f.Rollout.Farms[0].Server(server)
	for i, c := range f.Rollout.Credentials {
		if c.Name == s.ConnectAs {
			return c.User, f.passwords[i]
		}
	}
	return "", ""
}

// Do runs a command on a server over WinRM, as a person under the account of the server's connection would.
func (f *Farm) Do(t *testing.T, server, command string) winhost.Result {
	t.Helper()
	s, ok := f.Rollout.Farms[0].Server(server)
	require.True(t, ok, "the farm has no server %s", server)
	user, password := f.Account(server)
	h, err := winhost.New(winhost.Options{Server: s, User: user, Password: secrets.New(password), CAFile: f.Simulator.CAFile()})
	require.NoError(t, err)
	result, err := h.Command(t.Context(), command)
	require.NoError(t, err)
	return result
}
