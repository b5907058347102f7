package codec

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"farmhand/config"
	"farmhand/internal/secrets"
)

// KeySize is the length of a key in bytes: AES-256.
const KeySize = 32

// Key is one key with the id that payloads name it by.
type Key struct {
	ID string
	// Secret is KeySize random bytes in base64, as `openssl rand -base64 32` prints them.
	Secret secrets.Value
}

// KeyError says what is wrong with a key of the settings. It never holds the key.
type KeyError struct {
	ID  string
	Err error
}

// Error names the key by its id.
func (e *KeyError) Error() string { return fmt.Sprintf("codec key %s: %v", e.ID, e.Err) }

// Unwrap returns the cause, such as a *secrets.Error.
func (e *KeyError) Unwrap() error { return e.Err }

var (
	errNotKey = fmt.Errorf("want %d bytes in base64, as openssl rand -base64 %d prints them", KeySize, KeySize)
	errTwice  = errors.New("the id is given twice")
)

// Load resolves the keys of the settings and makes the codec. The error joins a *KeyError for each key that is no good.
func Load(settings config.CodecSettings, resolver *secrets.Resolver) (*Codec, error) {
	var (
		keys []Key
		errs []error
	)
	for _, k := range settings.Keys {
		value, err := resolver.Resolve(k.Key)
		if err != nil {
			errs = append(errs, &KeyError{ID: k.ID, Err: err})
			continue
		}
		keys = append(keys, Key{ID: k.ID, Secret: value})
	}
	c, err := New(keys)
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}
	return c, nil
}

// open makes the cipher of a key. Each message gets a random nonce of 96 bits, which is safe for 2^32 messages of one
// key (NIST SP 800-38D, 8.3): far more payloads than a namespace holds.
func (k Key) open() (cipher.AEAD, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(k.Secret.Reveal()))
	if err != nil || len(raw) != KeySize {
		return nil, &KeyError{ID: k.ID, Err: errNotKey} // the error of base64 would quote the key
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, &KeyError{ID: k.ID, Err: err}
	}
	return cipher.NewGCMWithRandomNonce(block)
}
