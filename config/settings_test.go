package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/config"
)

// settingsFile writes a settings file and returns its path.
func settingsFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), config.SettingsFile)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestSettingsDefaults(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("FARMHAND_OPERATOR", "dave")
	s, err := config.LoadSettings("")
	require.NoError(t, err)
	require.Equal(t, config.Settings{
		Site: "default", Secrets: []string{}, Install: config.InstallSettings{Parallel: 4}, Activities: config.ActivitySettings{Parallel: 1000},
		Codec: config.CodecSettings{Keys: []config.CodecKey{}}, Notify: config.NotifySettings{Receivers: []config.Receiver{}},
		Kerberos:          config.KerberosSettings{Config: "/etc/krb5.conf"},
		Log:               config.LogSettings{Level: "info", Format: "text"},
		WorkerStopTimeout: 30 * time.Second, Operator: "dave",
	}, s)
}

// TestSettingsExample: the example says the defaults, and sets every key there is.
func TestSettingsExample(t *testing.T) {
	example, err := filepath.Abs(filepath.Join("examples", "farmhand.yaml"))
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	want, err := config.LoadSettings("")
	require.NoError(t, err)
	want.Secrets = []string{"env:SP_*"}
	got, err := config.LoadSettings(example)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// TestSettingsOrder: the environment goes before the file, the file before the defaults.
func TestSettingsOrder(t *testing.T) {
	file := settingsFile(t, "site: berlin\ninstall: {parallel: 2}\nsecrets: ['env:A']\nlog: {level: debug}\n")
	t.Setenv("FARMHAND_SITE", "paris")
	t.Setenv("FARMHAND_SECRETS", "env:SP_*, file:/run/secrets/*")
	t.Setenv("FARMHAND_TLS_CA_FILE", file)
	t.Setenv("FARMHAND_WORKER_STOP_TIMEOUT", "1m")
	t.Setenv("FARMHAND_HEALTH_ADDRESS", "127.0.0.1:8080")
	s, err := config.LoadSettings(file)
	require.NoError(t, err)
	require.Equal(t, "paris", s.Site)
	require.Equal(t, 2, s.Install.Parallel)
	require.Equal(t, []string{"env:SP_*", "file:/run/secrets/*"}, s.Secrets)
	require.Equal(t, file, s.TLS.CAFile)
	require.Equal(t, time.Minute, s.WorkerStopTimeout)
	require.Equal(t, "debug", s.Log.Level)
	require.Equal(t, "text", s.Log.Format)
}

// TestSettingsMistakes: all of them at once, from the file and from the environment, without any secret.
func TestSettingsMistakes(t *testing.T) {
	file := settingsFile(t, strings.Join([]string{
		"site: a/b", "secrets: [hunter2, 'env:[']", "evidence: {key: hunter2}", "install: {paralle: 2}",
		"health: {address: '8080'}", "log: {level: loud, format: [text]}", "tls: {ca_file: /does/not/exist}",
		"activities: {parallel: 0}",
	}, "\n"))
	t.Setenv("FARMHAND_INSTALL_PARALLEL", "many")
	t.Setenv("FARMHAND_WORKER_STOP_TIMEOUT", "soon")
	_, err := config.LoadSettings(file)
	var mistakes *config.Mistakes
	require.ErrorAs(t, err, &mistakes)
	for _, want := range []string{
		`FARMHAND_INSTALL_PARALLEL: install.parallel: "many" is not a number`,
		`FARMHAND_WORKER_STOP_TIMEOUT: worker_stop_timeout: "soon" is not a duration`,
		file + `:1: site: "a/b" cannot be a name`,
		file + ":2: secrets[0]: want a reference or a pattern",
		file + ":2: secrets[1]: want a reference or a pattern",
		file + ":3: evidence.key: want a reference",
		file + `:4: install.paralle: unknown key; did you mean "parallel"?`,
		file + `:5: health.address: "8080" is not an address`,
		file + `:6: log.level: "loud" is not known here`,
		file + ":6: log.format: want text, found a list",
		file + ":7: tls.ca_file: ",
		file + ":8: activities.parallel: 0 is out of range; want 1 to 10000 activities at a time",
	} {
		require.Contains(t, err.Error(), want)
	}
	require.Len(t, mistakes.List, 12, err.Error())
	require.NotContains(t, err.Error(), "hunter2")
}

// TestSettingsSecretListInTheEnvironment: a secret given where a pattern is wanted is not repeated.
func TestSettingsSecretListInTheEnvironment(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("FARMHAND_SECRETS", "hunter2")
	_, err := config.LoadSettings("")
	require.ErrorContains(t, err, "FARMHAND_SECRETS: secrets[0]: want a reference or a pattern")
	require.NotContains(t, err.Error(), "hunter2")
}

func TestSettingsFileThatDoesNotExist(t *testing.T) {
	_, err := config.LoadSettings(filepath.Join(t.TempDir(), "none.yaml"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestEnvironmentVariable(t *testing.T) {
	require.Equal(t, "FARMHAND_WORKER_STOP_TIMEOUT", config.EnvironmentVariable("worker_stop_timeout"))
}
