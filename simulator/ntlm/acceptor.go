// Package ntlm is the server end of NTLMv2: it challenges a client, checks the answer against a password, and
// seals messages with the keys agreed on. The simulator's WinRM and TDS listeners both log users on with it.
//
// One logon is three messages (MS-NLMP 1.3.1.1). The client's NEGOTIATE goes to [Acceptor.Begin], which gives the
// CHALLENGE to send back; the client's AUTHENTICATE goes to [Conversation.Finish], which gives the [Identity] or a
// refusal. Afterwards [Conversation.Session] seals and unseals, when the client asked for that.
//
// Only NTLMv2 is accepted, which is what every living client sends. Tokens may come bare (as WinRM clients and TDS
// drivers send them) or wrapped in SPNEGO (as browsers and GSS-API send them); the reply comes in the same form. The package is written from the specification and shares no code with any client.
package ntlm

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/rc4"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrMalformed marks a token that is not the NTLM message expected at this point of the conversation.
var ErrMalformed = errors.New("ntlm: malformed token")

// ErrRefused marks every logon that was understood and turned down. The error itself is a [*RefusedError].
var ErrRefused = errors.New("ntlm: logon refused")

// RefusedError says who was turned down and why. It matches [ErrRefused] under errors.Is and holds no secret.
type RefusedError struct {
	Domain, User string // as the client sent them
	Reason       string
}

// Error names the account and the reason.
func (e *RefusedError) Error() string {
	return fmt.Sprintf(`ntlm: logon of %s\%s refused: %s`, e.Domain, e.User, e.Reason)
}

// Is makes errors.Is(err, ErrRefused) true.
func (e *RefusedError) Is(target error) bool { return target == ErrRefused }

// Version is the operating system version a challenge may carry (MS-NLMP 2.2.2.10).
type Version struct {
	Major, Minor uint8
	Build        uint16
}

// Acceptor is one server's side of NTLM. It holds no state between logons and is safe for concurrent use.
type Acceptor struct {
	Computer  string  // NetBIOS name, such as APP01
	Domain    string  // NetBIOS name of the domain; empty in a workgroup
	Timestamp bool    // send MsvAvTimestamp: Vista and later do, Server 2003 does not
	Version   Version // told to clients that ask for it

	// Password looks an account up. Domain is the server's own when the client named none.
	Password func(domain, user string) (password string, ok bool)
}

// Identity is an account that proved its password.
type Identity struct {
	Domain, User string
}

// String gives the account in the form DOMAIN\user.
func (i Identity) String() string { return i.Domain + `\` + i.User }

// Conversation is one logon in progress. It belongs to one connection and is not safe for concurrent use.
type Conversation struct {
	acceptor   *Acceptor
	negotiate  []byte
	challenge  []byte
	nonce      [8]byte
	flags      flags
	wrapped    bool
	session    *Session
	completion []byte
}

// Begin reads a NEGOTIATE message and gives the CHALLENGE that answers it. The error is [ErrMalformed] for a token
// that is no NEGOTIATE message, or one that offers no character set.
func (a *Acceptor) Begin(negotiate []byte) (*Conversation, []byte, error) {
	token, wrapped, err := unwrap(negotiate)
	if err != nil {
		return nil, nil, err
	}
	requested, err := parseNegotiate(token)
	if err != nil {
		return nil, nil, err
	}
	c := &Conversation{acceptor: a, negotiate: bytes.Clone(token), wrapped: wrapped, flags: requested.granted(a.Domain != "")}
	if _, err := rand.Read(c.nonce[:]); err != nil {
		return nil, nil, fmt.Errorf("ntlm: server challenge: %w", err)
	}
	c.challenge = challengeMessage{
		flags: c.flags, nonce: c.nonce, target: a.authority(), version: a.Version, info: a.targetInfo(time.Now()),
	}.marshal()
	if wrapped {
		return c, wrapResponse(acceptIncomplete, c.challenge), nil
	}
	return c, c.challenge, nil
}

// authority is the name accounts belong to when the client names no domain.
func (a *Acceptor) authority() string {
	if a.Domain != "" {
		return a.Domain
	}
	return a.Computer
}

// Finish checks an AUTHENTICATE message: the NTLMv2 proof, and the message integrity code when the client says it
// sent one. The error is [ErrMalformed], or a [*RefusedError].
func (c *Conversation) Finish(authenticate []byte) (Identity, error) {
	token, _, err := unwrap(authenticate)
	if err != nil {
		return Identity{}, err
	}
	m, err := parseAuthenticate(token)
	if err != nil {
		return Identity{}, err
	}
	refuse := func(reason string) (Identity, error) {
		return Identity{}, &RefusedError{Domain: m.domain, User: m.user, Reason: reason}
	}
	if m.user == "" {
		return refuse("anonymous logon")
	}
	if len(m.ntResponse) < minNTLMv2Response {
		return refuse("the client answered with something older than NTLMv2")
	}
	id := Identity{Domain: strings.ToUpper(m.domain), User: m.user}
	if id.Domain == "" || id.Domain == "." {
		id.Domain = c.acceptor.authority()
	}
	password, ok := c.acceptor.Password(id.Domain, id.User)
	if !ok {
		return refuse("unknown account")
	}
	// The hash covers the domain as sent, even an empty one (MS-NLMP 3.3.2).
	key := ntowfv2(password, m.user, m.domain)
	proof, blob := m.ntResponse[:16], m.ntResponse[16:]
	if !hmac.Equal(proof, hmacMD5(key, c.nonce[:], blob)) {
		return refuse("wrong password")
	}
	negotiated := c.flags & m.flags
	exported := hmacMD5(key, proof)
	if negotiated.has(keyExchange) {
		if len(m.sessionKey) != 16 {
			return Identity{}, fmt.Errorf("%w: session key of %d bytes", ErrMalformed, len(m.sessionKey))
		}
		exported = rc4Once(exported, m.sessionKey)
	}
	if micPromised(blob) {
		mic, zeroed, err := m.splitMIC()
		if err != nil {
			return Identity{}, err
		}
		if !hmac.Equal(mic, hmacMD5(exported, c.negotiate, c.challenge, zeroed)) {
			return refuse("message integrity code does not match")
		}
	}
	c.session = newSession(negotiated, exported)
	if c.wrapped {
		c.completion = wrapResponse(acceptCompleted, nil)
	}
	return id, nil
}

// Session gives the keys of a finished conversation, or nil when the client did not ask for sealing.
func (c *Conversation) Session() *Session { return c.session }

// Completion gives the token that tells a SPNEGO client it is accepted, or nil when bare tokens were used.
func (c *Conversation) Completion() []byte { return c.completion }

func hmacMD5(key []byte, parts ...[]byte) []byte {
	h := hmac.New(md5.New, key)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

func rc4Once(key, data []byte) []byte {
	out := make([]byte, len(data))
	newRC4(key).XORKeyStream(out, data)
	return out
}

// newRC4 cannot fail: every key here is the 16 bytes of an MD5.
func newRC4(key []byte) *rc4.Cipher {
	c, err := rc4.NewCipher(key)
	if err != nil {
		panic(err)
	}
	return c
}
