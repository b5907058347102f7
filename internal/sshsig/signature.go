package sshsig

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"
)

// MaxSize bounds a signature as text, in bytes. That of a 16384-bit RSA key, the longest there is, has about 6000.
const MaxSize = 8192

// The fixed parts of the format.
const (
	magic    = "SSHSIG"
	version  = 1
	pemBlock = "SSH SIGNATURE"
)

// signature is what a signature file holds (PROTOCOL.sshsig, "Blob format").
type signature struct {
	key                      ssh.PublicKey
	namespace, reserved, alg string
	sig                      ssh.Signature
}

// blob is the binary form behind the magic.
type blob struct {
	Version       uint32
	PublicKey     []byte
	Namespace     string
	Reserved      string
	HashAlgorithm string
	Signature     []byte
}

// signed is what the key has signed, behind the magic (PROTOCOL.sshsig, "Signed Data").
type signed struct {
	Namespace     string
	Reserved      string
	HashAlgorithm string
	Hash          []byte
}

// Verify checks that a key has signed a message for a namespace, with the text of a signature file as ssh-keygen -Y sign
// prints it. The error says what is wrong; nil means that whoever holds the key signed exactly this message.
func Verify(armored string, message []byte, namespace string, key Key) error {
	s, err := parse(armored)
	if err != nil {
		return err
	}
	if !bytes.Equal(s.key.Marshal(), key.key.Marshal()) {
		return fmt.Errorf("it was made with another key (%s): want %s", ssh.FingerprintSHA256(s.key), key.Fingerprint())
	}
	if s.namespace != namespace {
		return fmt.Errorf("it was made for the namespace %.40q: want ssh-keygen -n %s", s.namespace, namespace)
	}
	hash, err := digest(s.alg, message)
	if err != nil {
		return err
	}
	text := append([]byte(magic), ssh.Marshal(signed{s.namespace, s.reserved, s.alg, hash})...)
	if err := key.key.Verify(text, &s.sig); err != nil {
		return errors.New("it does not fit: something else was signed, or it was changed since")
	}
	return nil
}

func parse(armored string) (signature, error) {
	var s signature
	if len(armored) > MaxSize {
		return s, fmt.Errorf("it has %d bytes, more than any signature: want the file that ssh-keygen -Y sign writes", len(armored))
	}
	block, rest := pem.Decode([]byte(strings.TrimSpace(armored) + "\n"))
	if block == nil || block.Type != pemBlock || len(block.Headers) > 0 || len(bytes.TrimSpace(rest)) > 0 {
		return s, errors.New("it is no SSH signature: want the whole file that ssh-keygen -Y sign writes, from BEGIN to END")
	}
	var b blob
	body, ok := bytes.CutPrefix(block.Bytes, []byte(magic))
	if !ok {
		return s, errors.New("it is no SSH signature: its content begins otherwise")
	}
	if err := ssh.Unmarshal(body, &b); err != nil {
		return s, errors.New("it is cut short or damaged")
	}
	if b.Version != version {
		return s, fmt.Errorf("it has version %d of the format: want %d", b.Version, version)
	}
	key, err := ssh.ParsePublicKey(b.PublicKey)
	if err != nil {
		return s, errors.New("the key in it cannot be read")
	}
	s = signature{key: key, namespace: b.Namespace, reserved: b.Reserved, alg: b.HashAlgorithm}
	if err := ssh.Unmarshal(b.Signature, &s.sig); err != nil {
		return s, errors.New("it is cut short or damaged")
	}
	if sk := strings.HasPrefix(s.sig.Format, "sk-"); !sk && len(s.sig.Rest) > 0 {
		return s, errors.New("something follows the signature in it")
	}
	// RSA with SHA-1 is broken, and the format forbids it.
	if s.sig.Format == ssh.KeyAlgoRSA {
		return s, errors.New("it is an RSA signature with SHA-1: want rsa-sha2-512, which OpenSSH makes by itself since 7.2")
	}
	return s, nil
}

// digest hashes a message by one of the two algorithms of the format.
func digest(alg string, message []byte) ([]byte, error) {
	switch alg {
	case "sha256":
		sum := sha256.Sum256(message)
		return sum[:], nil
	case "sha512":
		sum := sha512.Sum512(message)
		return sum[:], nil
	}
	return nil, fmt.Errorf("it names the hash %.40q: want sha256 or sha512", alg)
}
