package sshsig

import (
	"bytes"
	"crypto/rsa"
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"
)

// Key is a person's public key.
type Key struct{ key ssh.PublicKey }

// minRSABits is the shortest RSA key that is taken, as in OpenSSH's own advice for new keys of that kind.
const minRSABits = 2048

// keyTypes are the kinds of key that are taken. DSA is broken, and certificates stand for an authority that nobody named.
var keyTypes = map[string]bool{
	ssh.KeyAlgoED25519: true, ssh.KeyAlgoECDSA256: true, ssh.KeyAlgoECDSA384: true, ssh.KeyAlgoECDSA521: true, ssh.KeyAlgoRSA: true,
	ssh.KeyAlgoSKED25519: true, ssh.KeyAlgoSKECDSA256: true,
}

// ParseKey reads one line of an authorized_keys file, or of a .pub file: type, key, and a comment that says nothing. Options
// before the type are refused, for nothing here would heed them.
func ParseKey(line string) (Key, error) {
	key, _, options, rest, err := ssh.ParseAuthorizedKey([]byte(line))
	switch {
	case err != nil:
		return Key{}, fmt.Errorf(`not a public SSH key; want one line like "ssh-ed25519 AAAA… name", as the file id_ed25519.pub holds`)
	case len(options) > 0:
		return Key{}, fmt.Errorf("options stand before the key (%s): write the key alone", strings.Join(options, ","))
	case len(bytes.TrimSpace(rest)) > 0:
		return Key{}, fmt.Errorf("more than one line: write one key")
	case !keyTypes[key.Type()]:
		return Key{}, fmt.Errorf("a key of type %s is not taken: want ed25519, ecdsa, rsa, or a hardware key (sk-ssh-ed25519, sk-ecdsa)", key.Type())
	}
	if crypto, ok := key.(ssh.CryptoPublicKey); ok {
		if k, ok := crypto.CryptoPublicKey().(*rsa.PublicKey); ok && k.N.BitLen() < minRSABits {
			return Key{}, fmt.Errorf("an RSA key of %d bits is too short: want %d or more", k.N.BitLen(), minRSABits)
		}
	}
	return Key{key}, nil
}

// Fingerprint names the key as ssh-keygen -l does, such as SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDdWFgWDU0aoVgO2nk.
func (k Key) Fingerprint() string { return ssh.FingerprintSHA256(k.key) }
