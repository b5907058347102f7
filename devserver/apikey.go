package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"os"
	"strings"

	"go.temporal.io/server/common/authorization"
)

// shortestAPIKey is the least length of an API key: shorter ones can be guessed.
const shortestAPIKey = 16

// readAPIKey reads the key that clients must send. The key is in a file, because command lines are listed.
func readAPIKey(path string, files tlsFiles) (string, error) {
	if path == "" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("--api-key-file: %w", err)
	}
	key := strings.TrimSpace(string(text))
	switch {
	case len(key) < shortestAPIKey:
		return "", fmt.Errorf("--api-key-file %s: the key is shorter than %d characters", path, shortestAPIKey)
	case !files.enabled():
		return "", errors.New("--api-key-file needs --tls-cert and --tls-key: a key in clear is anybody's")
	}
	return key, nil
}

// keyHolders lets in whoever sends the API key, and the server's own parts, which have the inner certificate.
type keyHolders struct{ key string }

// GetClaims implements authorization.ClaimMapper.
func (k keyHolders) GetClaims(info *authorization.AuthInfo) (*authorization.Claims, error) {
	admin := &authorization.Claims{System: authorization.RoleAdmin}
	// Only the inner certificate's own authority is trusted under that name.
	if tls := info.TLSConnection; tls != nil && tls.State.ServerName == innerName && len(tls.State.VerifiedChains) > 0 {
		return admin, nil
	}
	sent, want := sha256.Sum256([]byte(info.AuthToken)), sha256.Sum256([]byte("Bearer "+k.key))
	if subtle.ConstantTimeCompare(sent[:], want[:]) == 1 {
		return admin, nil
	}
	return &authorization.Claims{}, nil
}
