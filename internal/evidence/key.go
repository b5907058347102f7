package evidence

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha512"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/crypto/ssh"
)

// Namespace is the namespace of signatures (ssh-keygen -n): a decision signed with the same key is no evidence.
const Namespace = "farmhand-evidence"

// keyFile is a worker's own key in its directory; the public half lies beside it with the ending .pub.
const keyFile = "evidence_key"

// Key is the key a worker signs evidence with: Ed25519.
type Key struct{ signer ssh.Signer }

// KeyError says why a worker has no key. It never holds the key.
type KeyError struct {
	Where string // a path, or the setting that refers to the key
	Err   error
}

// Error says what is wrong and what to do.
func (e *KeyError) Error() string {
	return fmt.Sprintf("evidence key %s: %v; make one with ssh-keygen -t ed25519 -N \"\"", e.Where, e.Err)
}

// Unwrap returns the cause.
func (e *KeyError) Unwrap() error { return e.Err }

// ParseKey reads a private key as ssh-keygen writes it, without a passphrase. where is named in errors.
func ParseKey(where, text string) (*Key, error) {
	raw, err := ssh.ParseRawPrivateKey([]byte(text))
	if _, locked := errors.AsType[*ssh.PassphraseMissingError](err); locked {
		return nil, &KeyError{where, errors.New("it has a passphrase, and nobody is there to type it")}
	}
	if err != nil {
		return nil, &KeyError{where, errors.New("it is no private key as ssh-keygen writes it")}
	}
	private, ok := raw.(*ed25519.PrivateKey)
	if !ok {
		return nil, &KeyError{where, errors.New("it is not of type ed25519")}
	}
	signer, err := ssh.NewSignerFromKey(*private)
	if err != nil {
		return nil, &KeyError{where, err}
	}
	return &Key{signer}, nil
}

// LoadOrMake returns the key in a directory and makes it the first time. Workers that share the directory get the same
// one, also when they start at once.
func LoadOrMake(directory string) (*Key, error) {
	path := filepath.Join(directory, keyFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeKey(directory, path); err != nil {
			return nil, &KeyError{path, err}
		}
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, &KeyError{path, err}
	}
	k, err := ParseKey(path, string(text))
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(path+".pub", []byte(k.Public()+"\n"), 0o644); err != nil { //nolint:gosec // a public key
		return nil, &KeyError{path + ".pub", err}
	}
	return k, nil
}

// makeKey writes a new key and puts it in its place whole, unless another worker was faster.
func makeKey(directory, path string) error {
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return err
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	block, err := ssh.MarshalPrivateKey(private, "farmhand evidence")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(directory, keyFile+".*") // made for its owner alone
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if _, err := f.Write(pem.EncodeToMemory(block)); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// Public is the public key as a line of an authorized_keys file.
func (k *Key) Public() string {
	return string(bytes.TrimSpace(ssh.MarshalAuthorizedKey(k.signer.PublicKey())))
}

// Fingerprint names the key as ssh-keygen -l does.
func (k *Key) Fingerprint() string { return ssh.FingerprintSHA256(k.signer.PublicKey()) }

// Sign signs a message as `ssh-keygen -Y sign -n farmhand-evidence` does (OpenSSH's PROTOCOL.sshsig).
func (k *Key) Sign(message []byte) (string, error) {
	const magic, hash = "SSHSIG", "sha512"
	sum := sha512.Sum512(message)
	signed := append([]byte(magic), ssh.Marshal(struct {
		Namespace, Reserved, HashAlgorithm string
		Hash                               []byte
	}{Namespace, "", hash, sum[:]})...)
	sig, err := k.signer.Sign(rand.Reader, signed)
	if err != nil {
		return "", err
	}
	blob := append([]byte(magic), ssh.Marshal(struct {
		Version                            uint32
		PublicKey                          []byte
		Namespace, Reserved, HashAlgorithm string
		Signature                          []byte
	}{1, k.signer.PublicKey().Marshal(), Namespace, "", hash, ssh.Marshal(sig)})...)
	return string(pem.EncodeToMemory(&pem.Block{Type: "SSH SIGNATURE", Bytes: blob})), nil
}
