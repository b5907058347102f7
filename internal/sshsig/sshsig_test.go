package sshsig_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"

	"farmhand/internal/sshsig"
)

const namespace = "farmhand"

func read(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return string(b)
}

func key(t testing.TB, name string) sshsig.Key {
	t.Helper()
	k, err := sshsig.ParseKey(read(t, name+".pub"))
	require.NoError(t, err)
	return k
}

// TestSignaturesOfSSHKeygen: testdata/make.sh made them with the real program.
func TestSignaturesOfSSHKeygen(t *testing.T) {
	message := []byte(read(t, "message.txt"))
	for _, name := range []string{"ed25519", "rsa3072", "ecdsa256", "ecdsa384", "ecdsa521"} {
		t.Run(name, func(t *testing.T) {
			sig := read(t, name+".sig")
			require.NoError(t, sshsig.Verify(sig, message, namespace, key(t, name)))
			require.NoError(t, sshsig.Verify(strings.ReplaceAll(strings.TrimSpace(sig), "\n", "\r\n"), message, namespace, key(t, name)), "as a mail brings it")
			require.ErrorContains(t, sshsig.Verify(sig, append(message, ' '), namespace, key(t, name)), "does not fit")
			require.ErrorContains(t, sshsig.Verify(sig, message, "file", key(t, name)), `for the namespace "farmhand": want ssh-keygen -n file`)
		})
	}
	require.NoError(t, sshsig.Verify(read(t, "sha256.sig"), message, namespace, key(t, "ed25519")))
}

func TestWhatIsNoSignature(t *testing.T) {
	message, sig := []byte(read(t, "message.txt")), read(t, "ed25519.sig")
	block, _ := pem.Decode([]byte(sig))
	with := func(edit func([]byte) []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: edit(bytes.Clone(block.Bytes))}))
	}
	for want, armored := range map[string]string{
		"another key (SHA256:":              read(t, "ecdsa256.sig"),
		`the namespace "file"`:              read(t, "wrong-namespace.sig"),
		"does not fit":                      read(t, "other-message.sig"),
		"want the whole file":               sig[:len(sig)/2],
		"no SSH signature":                  "",
		"more than any signature":           sig + strings.Repeat(" ", sshsig.MaxSize),
		"want the whole file that":          sig + sig,
		"its content begins":                with(func(b []byte) []byte { b[0] = 'X'; return b }),
		"version 2":                         with(func(b []byte) []byte { b[9] = 2; return b }),
		"cut short":                         with(func(b []byte) []byte { return b[:len(b)-1] }),
		"cut short or damaged":              with(func(b []byte) []byte { return append(b, 0) }),
		"it names the hash \"sha513\"":      with(func(b []byte) []byte { return bytes.Replace(b, []byte("sha512"), []byte("sha513"), 1) }),
		"the key in it cannot":              with(func(b []byte) []byte { return bytes.Replace(b, []byte("ssh-ed25519"), []byte("ssh-ed25518"), 1) }),
		"something else was signed, or it ": with(func(b []byte) []byte { b[len(b)-1] ^= 1; return b }),
	} {
		require.ErrorContains(t, sshsig.Verify(armored, message, namespace, key(t, "ed25519")), want)
	}
}

func TestKeys(t *testing.T) {
	ed := strings.TrimSpace(read(t, "ed25519.pub"))
	require.Regexp(t, `^SHA256:[A-Za-z0-9+/]{43}$`, key(t, "ed25519").Fingerprint())
	for want, line := range map[string]string{
		"not a public SSH key":    "ssh-ed25519 AAAA",
		"options stand before":    `command="x" ` + ed,
		"more than one line":      ed + "\n" + ed,
		"1024 bits is too short":  read(t, "rsa1024.pub"),
		"want one line like":      "-----BEGIN OPENSSH PRIVATE KEY-----",
		"not a public SSH key; w": "",
	} {
		_, err := sshsig.ParseKey(line)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "AAAA ", "what was written is not repeated: it may be a private key")
	}
}

// TestHardwareKeys: a security key signs a hash of the application, its flags and counter besides (PROTOCOL.u2f). Made here, for
// no machine of these tests has one.
func TestHardwareKeys(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	blob := ssh.Marshal(struct {
		Type        string
		Key         []byte
		Application string
	}{ssh.KeyAlgoSKED25519, public, "ssh:"})
	parsed, err := ssh.ParsePublicKey(blob)
	require.NoError(t, err)
	k, err := sshsig.ParseKey(string(ssh.MarshalAuthorizedKey(parsed)))
	require.NoError(t, err)
	message := []byte("approve")
	sign := func(flags byte) string {
		hash := sha512.Sum512(message)
		text := append([]byte("SSHSIG"), ssh.Marshal(struct{ Namespace, Reserved, Alg, Hash string }{namespace, "", "sha512", string(hash[:])})...)
		app, data := sha256.Sum256([]byte("ssh:")), sha256.Sum256(text)
		touched := append(append(app[:], flags, 0, 0, 0, 7), data[:]...)
		sig := append(ssh.Marshal(struct{ Format, Blob string }{ssh.KeyAlgoSKED25519, string(ed25519.Sign(private, touched))}), flags, 0, 0, 0, 7)
		body := append([]byte("SSHSIG"), ssh.Marshal(struct {
			Version                        uint32
			Key, Namespace, Reserved, Hash string
			Sig                            []byte
		}{1, string(blob), namespace, "", "sha512", sig})...)
		return string(pem.EncodeToMemory(&pem.Block{Type: "SSH SIGNATURE", Bytes: body}))
	}
	require.NoError(t, sshsig.Verify(sign(1), message, namespace, k))
	require.ErrorContains(t, sshsig.Verify(sign(0), message, namespace, k), "does not fit", "nobody touched the key")
	require.ErrorContains(t, sshsig.Verify(sign(1), []byte("reject"), namespace, k), "does not fit")
}

// TestAgreesWithSSHKeygen: the stock program accepts what this package accepts.
func TestAgreesWithSSHKeygen(t *testing.T) {
	program, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("no ssh-keygen here")
	}
	signers := filepath.Join(t.TempDir(), "allowed_signers")
	require.NoError(t, os.WriteFile(signers, []byte("bob "+read(t, "ed25519.pub")), 0o600))
	for name, ok := range map[string]bool{"ed25519.sig": true, "sha256.sig": true, "other-message.sig": false, "wrong-namespace.sig": false} {
		c := exec.CommandContext(t.Context(), program, "-Y", "verify", "-f", signers, "-I", "bob", "-n", namespace, "-s", filepath.Join("testdata", name))
		c.Stdin = strings.NewReader(read(t, "message.txt"))
		require.Equal(t, ok, c.Run() == nil, name)
		require.Equal(t, ok, sshsig.Verify(read(t, name), []byte(read(t, "message.txt")), namespace, key(t, "ed25519")) == nil, name)
	}
}

// FuzzVerify: no text makes it fail otherwise than with an error, and none but the key's own signature is accepted.
func FuzzVerify(f *testing.F) {
	message, good := []byte(read(f, "message.txt")), map[string]bool{}
	files, err := filepath.Glob("testdata/*.sig")
	require.NoError(f, err)
	for _, file := range files {
		f.Add(read(f, filepath.Base(file)))
	}
	for _, name := range []string{"ed25519.sig", "sha256.sig"} {
		block, _ := pem.Decode([]byte(read(f, name)))
		good[string(block.Bytes)] = true
	}
	k := key(f, "ed25519")
	f.Fuzz(func(t *testing.T, armored string) {
		if sshsig.Verify(armored, message, namespace, k) == nil {
			block, _ := pem.Decode([]byte(armored))
			require.True(t, block != nil && good[string(block.Bytes)], "%q", armored)
		}
	})
}
