package kerberos

import (
	"crypto/md5"
	"crypto/subtle"
	"encoding/asn1"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/iana/chksumtype"
	"github.com/jcmturner/gokrb5/v8/iana/errorcode"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/service"
	"github.com/jcmturner/gokrb5/v8/types"
)

// skew is how far the clocks of client and server may differ: Windows' default policy.
const skew = 5 * time.Minute

// Keys are those of the services of a domain, by their names.
type Keys struct{ table *keytab.Keytab }

// LoadKeys reads a keytab.
func LoadKeys(path string) (*Keys, error) {
	table, err := keytab.Load(path)
	if err != nil {
		return nil, fmt.Errorf("keytab %s: %w", path, err)
	}
	return &Keys{table}, nil
}

// Acceptor is one service's side of Kerberos. It is safe for concurrent use.
type Acceptor struct {
	// Keys hold the service's own key, besides others.
	Keys *Keys
	// Class is the service's, such as HTTP or MSSQLSvc.
	Class string
	// Computer is the NetBIOS name; the service answers to it, and to every full name that begins with it.
	Computer string
	// Known reports whether the domain has an account that may log on here.
	Known func(domain, user string) bool
}

// Identity is an account whose ticket was good.
type Identity struct {
	Domain, User string // Domain is the first label of the realm, as NetBIOS names usually are
}

// RefusedError says who was turned down and why. It holds no secret.
type RefusedError struct {
	Domain, User string // empty where the ticket could not be opened
	Reason       string
	// Answer is sent to the client.
	Answer []byte
}

// Error gives the reason.
func (e *RefusedError) Error() string { return "kerberos: " + e.Reason }

// Offered reports whether a token is Kerberos' own, or a SPNEGO message whose first choice is Kerberos.
func Offered(token []byte) bool {
	_, ok := offer(token)
	return ok
}

// Accept checks the token of a client. binding is tls-server-end-point of the TLS connection that it came in, nil without
// one: a client that was bound to another certificate is refused, one that was bound to nothing is not (Windows' default,
// CbtHardeningLevel Relaxed). The error is a [*RefusedError].
func (a *Acceptor) Accept(token, binding []byte) (Identity, []byte, error) {
	offered, ok := offer(token)
	if !ok {
		return Identity{}, nil, &RefusedError{Reason: "no Kerberos token"}
	}
	var request messages.APReq
	refuse := func(id Identity, code int32, reason string) (Identity, []byte, error) {
		return Identity{}, nil, &RefusedError{id.Domain, id.User, reason, offered.answer(reject, tokenError, failure(request, code))}
	}
	if err := request.Unmarshal(offered.request); err != nil {
		return refuse(Identity{}, errorcode.KRB_AP_ERR_MSG_TYPE, "malformed request")
	}
	spn := request.Ticket.SName.PrincipalNameString()
	if !a.answersTo(request.Ticket.SName.NameString) {
		return refuse(Identity{}, errorcode.KRB_AP_ERR_NOT_US, "a ticket for "+spn)
	}
	_, credentials, err := service.VerifyAPREQ(&request, service.NewSettings(a.Keys.table, service.DecodePAC(false), service.MaxClockSkew(skew)))
	if err != nil {
		code := errorcode.KRB_AP_ERR_MODIFIED // what Windows answers when it cannot open a ticket
		if told, ok := errors.AsType[messages.KRBError](err); ok {
			code = told.ErrorCode
		}
		return refuse(Identity{}, code, fmt.Sprintf("ticket for %s: %v", spn, err))
	}
	label, _, _ := strings.Cut(credentials.Domain(), ".")
	id := Identity{Domain: strings.ToUpper(label), User: credentials.UserName()}
	switch {
	case !a.Known(id.Domain, id.User):
		return refuse(id, errorcode.KRB_ERR_GENERIC, "unknown account")
	case !bound(request.Authenticator.Cksum, binding):
		return refuse(id, errorcode.KRB_AP_ERR_BADMATCH, "bound to another TLS connection")
	}
	proof, err := proof(request)
	if err != nil {
		return refuse(id, errorcode.KRB_ERR_GENERIC, err.Error())
	}
	return id, offered.answer(acceptCompleted, tokenReply, proof), nil
}

// answersTo reports whether a service's name, in parts, is one of this service's.
func (a *Acceptor) answersTo(name []string) bool {
	if len(name) != 2 || !strings.EqualFold(name[0], a.Class) {
		return false
	}
	host, _, _ := strings.Cut(name[1], ":")
	label, _, _ := strings.Cut(host, ".")
	return strings.EqualFold(label, a.Computer)
}

// bound compares the channel bindings that the client hashed into its authenticator (RFC 4121 section 4.1.1.2) with those of
// the connection.
func bound(sum types.Checksum, binding []byte) bool {
	if sum.CksumType != chksumtype.GSSAPI || len(sum.Checksum) < 4+md5.Size || binding == nil {
		return binding == nil || sum.CksumType != chksumtype.GSSAPI
	}
	sent := sum.Checksum[4 : 4+md5.Size]
	if subtle.ConstantTimeCompare(sent, make([]byte, md5.Size)) == 1 {
		return true
	}
	data := make([]byte, 16, 20+len(binding))
	data = append(binary.LittleEndian.AppendUint32(data, uint32(len(binding))), binding...)
	want := md5.Sum(data)
	return subtle.ConstantTimeCompare(sent, want[:]) == 1
}

// encAPRepPart is the secret part of an AP-REP (RFC 4120 section 5.5.2): what only the service could have read.
type encAPRepPart struct {
	CTime     time.Time `asn1:"generalized,explicit,tag:0"`
	Cusec     int       `asn1:"explicit,tag:1"`
	SeqNumber int64     `asn1:"explicit,tag:3"`
}

// apRep is an AP-REP.
type apRep struct {
	PVNO    int           `asn1:"explicit,tag:0"`
	MsgType int           `asn1:"explicit,tag:1"`
	EncPart encryptedData `asn1:"explicit,tag:2"`
}

type encryptedData struct {
	EType  int32  `asn1:"explicit,tag:0"`
	Cipher []byte `asn1:"explicit,tag:2"`
}

// proof is the AP-REP of a request whose ticket was opened.
func proof(request messages.APReq) ([]byte, error) {
	sent := request.Authenticator
	secret, err := asn1.MarshalWithParams(encAPRepPart{sent.CTime, sent.Cusec, sent.SeqNumber}, "application,explicit,tag:27")
	if err != nil {
		return nil, err
	}
	sealed, err := crypto.GetEncryptedData(secret, request.Ticket.DecryptedEncPart.Key, keyusage.AP_REP_ENCPART, 0)
	if err != nil {
		return nil, err
	}
	return asn1.MarshalWithParams(apRep{5, 15, encryptedData{sealed.EType, sealed.Cipher}}, "application,explicit,tag:15")
}

// failure is the KRB-ERROR that says why a request was refused.
func failure(request messages.APReq, code int32) []byte {
	e := messages.NewKRBError(request.Ticket.SName, request.Ticket.Realm, code, "")
	b, err := e.Marshal()
	if err != nil {
		return nil // the client hears of a refusal without a reason
	}
	return b
}
