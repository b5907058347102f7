package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/evidence"
)

// A worker signs with the key that its settings refer to, else with one of its own, else not at all.
func TestKeyThatEvidenceIsSignedWith(t *testing.T) {
	none, err := evidenceKey(config.Settings{})
	require.NoError(t, err)
	require.Nil(t, none)

	dir := t.TempDir()
	own, err := evidenceKey(config.Settings{Evidence: config.EvidenceSettings{Directory: dir}})
	require.NoError(t, err)
	again, err := evidence.LoadOrMake(dir)
	require.NoError(t, err)
	require.Equal(t, again.Public(), own.Public())

	path := filepath.Join(dir, "evidence_key")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	t.Setenv("SP_EVIDENCE_KEY", string(text))
	for _, reference := range []string{"file:" + filepath.ToSlash(path), "env:SP_EVIDENCE_KEY"} {
		s := config.Settings{Evidence: config.EvidenceSettings{Key: reference}, Secrets: []string{reference}}
		named, err := evidenceKey(s)
		require.NoError(t, err, reference)
		require.Equal(t, own.Public(), named.Public())
		s.Secrets = nil
		_, err = evidenceKey(s)
		require.ErrorContains(t, err, "evidence.key", "a key that the worker may not resolve")
	}
}
