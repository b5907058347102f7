package config

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// requirePlaces: each mistake says where it is and is one line, and together they are in the order of the file.
func requirePlaces(t *testing.T, file string, list []Mistake) {
	t.Helper()
	require.NotEmpty(t, list)
	for _, m := range list {
		require.Equal(t, file, m.File)
		require.Positive(t, m.Line, m)
		require.NotEmpty(t, m.Message, m)
		require.NotContains(t, m.Error(), "\n", "one mistake, one line")
	}
}

// FuzzRelease reads any text as a release file: a release that a rollout can name, or mistakes that all have a place.
func FuzzRelease(f *testing.F) {
	for _, name := range ReleaseNames() {
		text, ok := ReleaseSource(name)
		require.True(f, ok)
		f.Add(text)
	}
	f.Add([]byte("packages: [{kb: KB951695, files: [{name: a.exe, sha256: x}]}, null, {order: 99999999999999999999}]"))
	f.Add([]byte("version: 12..0\nbaseline: {}\nclient: [*a]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		release, mistakes := decodeRelease("release.yaml", data)
		if len(mistakes) > 0 {
			requirePlaces(t, "release.yaml", mistakes)
			return
		}
		require.NotEmpty(t, release.Packages)
		for _, p := range release.Packages {
			require.True(t, p.KB == "" || kbForm.MatchString(p.KB), p.KB) // without one it is a question that is left
		}
		require.Len(t, release.InstallOrder(), len(release.Packages))
	})
}

// FuzzSettings reads any text as a settings file: settings that a worker can run with, or mistakes that all have a place.
func FuzzSettings(f *testing.F) {
	f.Add([]byte("site: berlin\nsecrets: [env:SP_*, 'file:/run/secrets/*']\ninstall: {parallel: 2}\nlog: {level: debug, format: json}\nworker_stop_timeout: 1m\n"))
	f.Add([]byte("health: {address: ':99999'}\nnotify: {receivers: [{webhook: {url: http://x}, events: [x]}, {name: a, email: {to: [x]}}]}\nsecrets: [a, {b: c}]\nlog: loud\n"))
	f.Add([]byte("install.parallel: 3\nInstall: {PARALLEL: 0x7fffffffffffffff}\n"))
	path := filepath.Join(f.TempDir(), "farmhand.yaml")
	f.Fuzz(func(t *testing.T, data []byte) {
		require.NoError(t, os.WriteFile(path, data, 0o600))
		s, err := LoadSettings(path)
		if mistakes, ok := errors.AsType[*Mistakes](err); ok {
			requirePlaces(t, path, mistakes.List)
			return
		}
		require.NoError(t, err)
		require.NotEmpty(t, s.Site)
		require.Positive(t, s.Install.Parallel)
		require.Positive(t, s.WorkerStopTimeout)
		require.False(t, slices.ContainsFunc(s.Secrets, func(p string) bool { return !strings.HasPrefix(p, "env:") && !strings.HasPrefix(p, "file:") }))
	})
}
