package kerberos

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/asn1"
	"encoding/binary"
	"errors"
	"time"

	krbasn1 "github.com/jcmturner/gofork/encoding/asn1"
	"github.com/jcmturner/gokrb5/v8/asn1tools"
	"github.com/jcmturner/gokrb5/v8/credentials"
	"github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/gssapi"
	"github.com/jcmturner/gokrb5/v8/iana/chksumtype"
	"github.com/jcmturner/gokrb5/v8/iana/flags"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/spnego"
	"github.com/jcmturner/gokrb5/v8/types"
)

// The kinds of Kerberos tokens inside GSS-API (RFC 4121 section 4.1).
var (
	tokenRequest = []byte{0x01, 0x00}
	tokenReply   = []byte{0x02, 0x00}
	tokenError   = []byte{0x03, 0x00}
)

// Logon is one logon to one service.
type Logon struct {
	account string
	service string
	token   []byte
	mutual  bool
	key     types.EncryptionKey
	sent    types.Authenticator
}

// Wish is what a logon asks for besides being let in.
type Wish struct {
	// Binding ties the logon to the TLS connection it travels in (tls-server-end-point, RFC 5929), so that nobody in the
	// middle can pass it on; nil where there is none.
	Binding []byte
	// Mutual asks the service to prove in its answer that it holds the key of its name.
	Mutual bool
}

// Begin makes a logon to a service by its name (SPN), such as HTTP/app01.contoso.local. Every logon has a token of its own: a
// server takes none twice. The error is an *Error.
func (c *Client) Begin(ctx context.Context, spn string, w Wish) (*Logon, error) {
	ticket, key, err := c.ticket(ctx, spn)
	if err != nil {
		return nil, err
	}
	return newLogon(c.Account(), c.shared.client.Credentials, spn, ticket, key, w)
}

// newLogon makes the token for a ticket that is there.
func newLogon(account string, who *credentials.Credentials, spn string, ticket messages.Ticket, key types.EncryptionKey, w Wish) (l *Logon, err error) {
	l = &Logon{account: account, service: spn, key: key, mutual: w.Mutual}
	if l.sent, err = types.NewAuthenticator(who.Domain(), who.CName()); err != nil {
		return nil, newError(KindConfig, "", "no logon can be made: %v", err)
	}
	l.sent.Cksum = types.Checksum{CksumType: chksumtype.GSSAPI, Checksum: contextChecksum(w)}
	request, err := messages.NewAPReq(ticket, key, l.sent)
	if err == nil {
		if w.Mutual {
			types.SetFlag(&request.APOptions, flags.APOptionMutualRequired)
		}
		l.token, err = wrap(request)
	}
	if err != nil {
		return nil, newError(KindConfig, "", "no logon to %s can be made: %v", spn, err)
	}
	return l, nil
}

// Token is what is sent to the service.
func (l *Logon) Token() []byte { return l.token }

// contextChecksum is what the authenticator says of the context (RFC 4121 section 4.1.1.1): a hash of the channel bindings and
// the flags for mutual authentication and integrity.
func contextChecksum(w Wish) []byte {
	b := binary.LittleEndian.AppendUint32(nil, md5.Size)
	if w.Binding == nil {
		b = append(b, make([]byte, md5.Size)...)
	} else {
		// gss_channel_bindings_struct: no addresses, then the application's data.
		data := make([]byte, 16, 20+len(w.Binding))
		data = append(binary.LittleEndian.AppendUint32(data, uint32(len(w.Binding))), w.Binding...)
		sum := md5.Sum(data)
		b = append(b, sum[:]...)
	}
	wanted := uint32(gssapi.ContextFlagInteg)
	if w.Mutual {
		wanted |= gssapi.ContextFlagMutual
	}
	return binary.LittleEndian.AppendUint32(b, wanted)
}

// wrap puts a request into GSS-API's framing and that into SPNEGO's.
func wrap(request messages.APReq) ([]byte, error) {
	oid, err := asn1.Marshal(asn1.ObjectIdentifier(gssapi.OIDKRB5.OID()))
	if err != nil {
		return nil, err
	}
	inner, err := request.Marshal()
	if err != nil {
		return nil, err
	}
	token := spnego.SPNEGOToken{Init: true, NegTokenInit: spnego.NegTokenInit{
		MechTypes:      []krbasn1.ObjectIdentifier{gssapi.OIDKRB5.OID()},
		MechTokenBytes: asn1tools.AddASNAppTag(append(append(oid, tokenRequest...), inner...), 0),
	}}
	return token.Marshal()
}

// Verify reads what the service answered: the proof that it could open the ticket, or why it refused. Where a proof was
// asked for, an answer without one is an error, too.
func (l *Logon) Verify(answer []byte) error {
	kind, body, err := unwrap(answer)
	if err != nil && !l.mutual {
		return nil // the end of a negotiation that has nothing to say
	}
	switch {
	case err != nil:
		return newError(KindProof, adviceProof, "the answer of %s cannot be read", l.service)
	case bytes.Equal(kind, tokenError):
		var refusal messages.KRBError
		if err := refusal.Unmarshal(body); err != nil {
			return newError(KindProof, adviceProof, "the refusal of %s cannot be read", l.service)
		}
		return ofCode(refusal.ErrorCode, l.account, l.service)
	case !bytes.Equal(kind, tokenReply):
		return newError(KindProof, adviceProof, "the service %s did not prove who it is", l.service)
	}
	var reply messages.APRep
	if err := reply.Unmarshal(body); err != nil {
		return newError(KindProof, adviceProof, "the proof of %s cannot be read", l.service)
	}
	plain, err := crypto.DecryptEncPart(reply.EncPart, l.key, keyusage.AP_REP_ENCPART)
	if err != nil {
		return newError(KindProof, adviceProof, "the service %s does not hold the key of its name", l.service)
	}
	var part messages.EncAPRepPart
	if err := part.Unmarshal(plain); err != nil || part.Cusec != l.sent.Cusec || !part.CTime.Equal(l.sent.CTime.Truncate(time.Second)) {
		return newError(KindProof, adviceProof, "the proof of %s is not for this logon", l.service)
	}
	return nil
}

const adviceProof = "somebody may stand in between; check the address, the certificate and what answers there"

var errForm = errors.New("not a Kerberos token")

// unwrap takes the Kerberos message out of a service's SPNEGO answer.
func unwrap(answer []byte) (kind, body []byte, err error) {
	_, token, err := spnego.UnmarshalNegToken(answer)
	if err != nil {
		return nil, nil, errForm
	}
	reply, ok := token.(spnego.NegTokenResp)
	if !ok {
		return nil, nil, errForm
	}
	var outer asn1.RawValue
	if _, err := asn1.Unmarshal(reply.ResponseToken, &outer); err != nil || outer.Class != asn1.ClassApplication || outer.Tag != 0 {
		return nil, nil, errForm
	}
	var mechanism asn1.ObjectIdentifier
	rest, err := asn1.Unmarshal(outer.Bytes, &mechanism)
	if err != nil || len(rest) < len(tokenReply) {
		return nil, nil, errForm
	}
	return rest[:2], rest[2:], nil
}
