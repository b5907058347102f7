package winhost

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"net/http"
	"strings"

	"github.com/bodgit/ntlmssp"
)

// requiredFlags are what a challenge must grant before the proof of the password is sent over plain http: UNICODE, SIGN,
// SEAL, EXTENDED_SESSIONSECURITY, TARGET_INFO, 128 bit, KEY_EXCH (MS-NLMP 2.2.2.5). There is no weaker fallback.
const requiredFlags = 1<<0 | 1<<4 | 1<<5 | 1<<19 | 1<<23 | 1<<29 | 1<<30

// challengeHeader is the shortest challenge that holds flags and target information (MS-NLMP 2.2.1.2).
const challengeHeader = 48

// logonTries bounds how often a logon begins anew whose connection went away before the password was proven on it.
const logonTries = 3

// open connects and logs on. A connection that ends between the challenge and its answer costs no failed logon, for the
// answer never left: the logon begins anew on another. Servers do that, and so does net/http on a busy machine: it
// gives up a connection whose writer did not report within 50 ms.
func (e endpoint) open(ctx context.Context) (*session, error) {
	if e.tickets != nil {
		return e.openWithTicket(ctx)
	}
	if e.basic {
		s := e.dial()
		s.basic = "Basic " + base64.StdEncoding.EncodeToString([]byte(e.user+":"+e.password.Reveal()))
		return s, nil
	}
	for try := 1; ; try++ {
		s := e.dial()
		err := e.negotiate(ctx, s)
		if err == nil {
			return s, nil
		}
		s.close()
		if !errors.Is(err, errSpent) {
			return nil, err
		}
		if try == logonTries {
			return nil, newError(KindUnreachable, "the connection ended during the logon: %v", err)
		}
	}
}

// negotiate is the NTLM exchange: an empty POST with each token, so that no envelope is sent before the logon holds and
// a refusal cannot be mistaken for a refused clear-text body. Its error is errSpent where the answer to the challenge
// never left.
func (e endpoint) negotiate(ctx context.Context, s *session) error {
	client, err := ntlmssp.NewClient(ntlmssp.SetUserInfo(e.user, e.password.Reveal()), ntlmssp.SetDomain(e.domain), ntlmssp.SetVersion(ntlmssp.DefaultVersion()))
	if err != nil {
		return newError(KindConfig, "the NTLM logon cannot be prepared: %v", err)
	}
	token, err := client.Authenticate(nil, nil)
	if err != nil {
		return newError(KindConfig, "the NTLM logon cannot be prepared: %v", err)
	}
	first, err := s.round(ctx, soapType, nil, token)
	if err != nil {
		return noAnswer(err)
	}
	challenge, err := e.challenge(first)
	if err != nil {
		return err
	}
	var binding *ntlmssp.ChannelBindings
	if first.tls != nil && len(first.tls.PeerCertificates) > 0 {
		binding = channelBinding(first.tls.PeerCertificates[0])
	}
	if token, err = client.Authenticate(challenge, binding); err != nil {
		return newError(KindConfig, "the server's NTLM challenge cannot be understood")
	}
	second, err := s.round(ctx, soapType, nil, token)
	switch {
	case errors.Is(err, errSpent):
		return errSpent
	case err != nil:
		return newError(KindUnreachable, "the connection ended during the logon: %v", err)
	case second.status == http.StatusUnauthorized:
		return refused(e)
	case second.status != http.StatusOK:
		return statusError(second.status, "the logon was not answered by the WinRM service")
	}
	if !e.https {
		if s.keys = client.SecuritySession(); s.keys == nil {
			return newError(KindConfig, "the logon gave no keys to seal messages with")
		}
	}
	return nil
}

// challenge finds the server's challenge and refuses one that would leave messages open to others on the network.
func (e endpoint) challenge(r reply) ([]byte, error) {
	if r.status != http.StatusUnauthorized {
		return nil, statusError(r.status, "the WinRM service did not answer the logon with a challenge")
	}
	var challenge []byte
	for _, h := range r.header.Values(authenticate) {
		if scheme, token, found := strings.Cut(h, " "); found && strings.EqualFold(scheme, "Negotiate") {
			challenge, _ = base64.StdEncoding.DecodeString(strings.TrimSpace(token))
		}
	}
	if len(challenge) < challengeHeader || !bytes.HasPrefix(challenge, []byte("NTLMSSP\x00\x02\x00\x00\x00")) {
		err := newError(KindConfig, "the server does not offer NTLM (Negotiate)")
		err.HTTP = r.status
		return nil, err
	}
	if granted := binary.LittleEndian.Uint32(challenge[20:]); !e.https && granted&requiredFlags != requiredFlags {
		return nil, newError(KindConfig, "the server grants NTLM flags %08x and lacks %08x, so messages over http would not be sealed; allow 128-bit encryption on it, or use https", granted, requiredFlags&^granted)
	}
	return challenge, nil
}

func refused(e endpoint) *Error {
	err := newError(KindAuth, "the server refused the logon of %s", e.account())
	err.HTTP = http.StatusUnauthorized
	return err
}

// account is the account as people write it.
func (e endpoint) account() string {
	if e.domain == "" {
		return e.user
	}
	return e.domain + `\` + e.user
}
