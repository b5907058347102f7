package evidence_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/pem"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"

	"farmhand/internal/evidence"
)

// Workers that start at once in one directory sign with one key, and so does the next start.
func TestWorkersShareTheKeyOfTheirDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "evidence")
	var wg sync.WaitGroup
	publics, errs := make([]string, 8), make([]error, 8)
	for i := range publics {
		wg.Go(func() {
			k, err := evidence.LoadOrMake(dir)
			if errs[i] = err; err == nil {
				publics[i] = k.Public()
			}
		})
	}
	wg.Wait()
	again, err := evidence.LoadOrMake(dir)
	require.NoError(t, err)
	for i, p := range publics {
		require.NoError(t, errs[i])
		require.Equal(t, again.Public(), p)
	}
	info, err := os.Stat(filepath.Join(dir, "evidence_key"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	public, err := os.ReadFile(filepath.Join(dir, "evidence_key.pub"))
	require.NoError(t, err)
	require.Equal(t, again.Public()+"\n", string(public))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 2, "nothing half made is left")
}

func TestKeysThatAreNone(t *testing.T) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	locked, err := ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte("hunter2"))
	require.NoError(t, err)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	other, err := ssh.MarshalPrivateKey(curve, "")
	require.NoError(t, err)
	for want, text := range map[string]string{
		"no private key as ssh-keygen writes it": "secret-text", "it has a passphrase": string(pem.EncodeToMemory(locked)), "not of type ed25519": string(pem.EncodeToMemory(other)),
	} {
		_, err := evidence.ParseKey("of the setting", text)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "evidence key of the setting: ")
		require.NotContains(t, err.Error(), "secret-text")
	}
}

func TestAKeyFileThatIsDamagedIsNotReplaced(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "evidence_key")
	require.NoError(t, os.WriteFile(path, []byte("half"), 0o600))
	_, err := evidence.LoadOrMake(dir)
	require.ErrorContains(t, err, path)
	left, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "half", string(left))
}
