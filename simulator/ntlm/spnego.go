package ntlm

import (
	"bytes"
	"encoding/asn1"
	"fmt"
)

// oidNTLM names NTLM among the SPNEGO mechanisms (MS-SPNG 1.9).
var oidNTLM = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 2, 2, 10}

// Negotiation states of RFC 4178 4.2.2.
const (
	acceptCompleted  asn1.Enumerated = 0
	acceptIncomplete asn1.Enumerated = 1
)

// negTokenInit is the client's first token (RFC 4178 4.2.1). The trailing integrity field is left unread.
type negTokenInit struct {
	MechTypes []asn1.ObjectIdentifier `asn1:"explicit,tag:0"`
	ReqFlags  asn1.BitString          `asn1:"explicit,optional,tag:1"`
	MechToken []byte                  `asn1:"explicit,optional,tag:2"`
	MIC       []byte                  `asn1:"explicit,optional,tag:3"`
}

// negTokenResp is every later token, either way (RFC 4178 4.2.2). The server sends no MIC over the mechanism list:
// it is optional where the client's preferred mechanism was taken.
type negTokenResp struct {
	State         asn1.Enumerated       `asn1:"explicit,optional,tag:0"`
	SupportedMech asn1.ObjectIdentifier `asn1:"explicit,optional,tag:1"`
	ResponseToken []byte                `asn1:"explicit,optional,tag:2"`
	MIC           []byte                `asn1:"explicit,optional,tag:3"`
}

// unwrap takes the NTLM message out of a SPNEGO token. A bare NTLM message is given back as it is.
func unwrap(token []byte) (message []byte, wrapped bool, err error) {
	if bytes.HasPrefix(token, signature) {
		return token, false, nil
	}
	malformed := func(what string) ([]byte, bool, error) {
		return nil, false, fmt.Errorf("%w: %s", ErrMalformed, what)
	}
	var outer asn1.RawValue
	if _, err := asn1.Unmarshal(token, &outer); err != nil {
		return malformed("neither NTLM nor SPNEGO")
	}
	if outer.Class == asn1.ClassContextSpecific && outer.Tag == 1 {
		var resp negTokenResp
		if _, err := asn1.Unmarshal(outer.Bytes, &resp); err != nil {
			return malformed("SPNEGO response")
		}
		return resp.ResponseToken, true, nil
	}
	if outer.Class != asn1.ClassApplication || outer.Tag != 0 {
		return malformed("neither NTLM nor SPNEGO")
	}
	var mechanism asn1.ObjectIdentifier
	rest, err := asn1.Unmarshal(outer.Bytes, &mechanism)
	if err != nil {
		return malformed("SPNEGO mechanism")
	}
	var choice asn1.RawValue
	if _, err := asn1.Unmarshal(rest, &choice); err != nil {
		return malformed("SPNEGO token")
	}
	var init negTokenInit
	if _, err := asn1.Unmarshal(choice.Bytes, &init); err != nil {
		return malformed("SPNEGO initial token")
	}
	return init.MechToken, true, nil
}

// wrapResponse puts an NTLM message into the server's SPNEGO token.
func wrapResponse(state asn1.Enumerated, message []byte) []byte {
	explicit := func(tag int, inner []byte) asn1.RawValue {
		return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, IsCompound: true, Bytes: inner}
	}
	parts := []asn1.RawValue{explicit(0, der(state))}
	if message != nil {
		parts = append(parts, explicit(1, der(oidNTLM)), explicit(2, der(message)))
	}
	return der(explicit(1, der(parts)))
}

// der cannot fail: it is given only the fixed types above.
func der(v any) []byte {
	b, err := asn1.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
