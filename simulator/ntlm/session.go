package ntlm

import (
	"crypto/md5"
	"crypto/rc4"
	"crypto/subtle"
	"encoding/binary"
	"errors"
)

// SignatureLength is the size in bytes of every message signature.
const SignatureLength = 16

// ErrTampered is returned for a message whose signature does not fit: it was changed, lost or reordered.
var ErrTampered = errors.New("ntlm: message signature does not match")

// Session seals messages to the client and unseals messages from it (MS-NLMP 3.4). Each direction is one RC4 stream
// over the whole life of the session, so messages must be handled in the order they travelled. A new logon starts
// a new session. It is not safe for concurrent use.
type Session struct {
	out, in direction
}

type direction struct {
	signingKey     []byte
	stream         *rc4.Cipher
	sequence       uint32
	sealedChecksum bool // with key exchange the checksum goes through the stream too
}

// newSession gives nil unless the client negotiated sealing with extended session security.
func newSession(f flags, exported []byte) *Session {
	if !f.has(seal | extendedSecurity) {
		return nil
	}
	sealingBase := exported
	switch {
	case f.has(key128):
	case f.has(key56):
		sealingBase = exported[:7]
	default:
		sealingBase = exported[:5]
	}
	newDirection := func(way string) direction {
		return direction{
			signingKey:     md5Of(exported, "session key to "+way+" signing key magic constant\x00"),
			stream:         newRC4(md5Of(sealingBase, "session key to "+way+" sealing key magic constant\x00")),
			sealedChecksum: f.has(keyExchange),
		}
	}
	return &Session{out: newDirection("server-to-client"), in: newDirection("client-to-server")}
}

// Seal encrypts and signs one message to the client.
func (s *Session) Seal(plain []byte) (sealed, signature []byte) {
	sealed = make([]byte, len(plain))
	s.out.stream.XORKeyStream(sealed, plain)
	return sealed, s.out.sign(plain)
}

// Unseal decrypts one message from the client and checks its signature. It returns [ErrTampered] when that fails;
// the session is useless from then on, as the streams of the two ends no longer agree.
func (s *Session) Unseal(sealed, signature []byte) ([]byte, error) {
	if len(signature) != SignatureLength {
		return nil, ErrTampered
	}
	plain := make([]byte, len(sealed))
	s.in.stream.XORKeyStream(plain, sealed)
	if subtle.ConstantTimeCompare(signature, s.in.sign(plain)) != 1 {
		return nil, ErrTampered
	}
	return plain, nil
}

// sign makes the signature of the next message: version, checksum, sequence number (MS-NLMP 2.2.2.9.2).
func (d *direction) sign(plain []byte) []byte {
	sequence := binary.LittleEndian.AppendUint32(nil, d.sequence)
	checksum := hmacMD5(d.signingKey, sequence, plain)[:8]
	if d.sealedChecksum {
		d.stream.XORKeyStream(checksum, checksum)
	}
	d.sequence++
	b := []byte{1, 0, 0, 0}
	b = append(b, checksum...)
	return append(b, sequence...)
}

func md5Of(key []byte, constant string) []byte {
	h := md5.New()
	h.Write(key)
	h.Write([]byte(constant))
	return h.Sum(nil)
}
