package kerberos

import (
	"bytes"
	"encoding/asn1"
	"slices"
)

// The mechanisms of SPNEGO that mean Kerberos: the standard's own, and the number that a bug of Windows 2000 made
// (MS-SPNG 3.1.5.2).
var (
	oidKerberos   = asn1.ObjectIdentifier{1, 2, 840, 113554, 1, 2, 2}
	oidMSKerberos = asn1.ObjectIdentifier{1, 2, 840, 48018, 1, 2, 2}
	oidSPNEGO     = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 2}
)

// The kinds of Kerberos tokens inside GSS-API (RFC 4121 section 4.1).
var (
	tokenRequest = []byte{0x01, 0x00}
	tokenReply   = []byte{0x02, 0x00}
	tokenError   = []byte{0x03, 0x00}
)

// Negotiation states of RFC 4178 section 4.2.2.
const (
	acceptCompleted asn1.Enumerated = 0
	reject          asn1.Enumerated = 2
)

// negTokenInit is the client's message (RFC 4178 section 4.2.1).
type negTokenInit struct {
	MechTypes []asn1.ObjectIdentifier `asn1:"explicit,tag:0"`
	ReqFlags  asn1.BitString          `asn1:"explicit,optional,tag:1"`
	MechToken []byte                  `asn1:"explicit,optional,tag:2"`
	MIC       []byte                  `asn1:"explicit,optional,tag:3"`
}

// offered is a client's Kerberos message, and how it came.
type offered struct {
	// mechanism is Kerberos as the client spelled it in SPNEGO; nil where the message came without SPNEGO, as FreeTDS sends it.
	mechanism asn1.ObjectIdentifier
	request   []byte // the AP-REQ
}

// offer reads a token that is Kerberos' own, or a SPNEGO message whose first choice is Kerberos.
func offer(token []byte) (o offered, ok bool) {
	outer, body, ok := framed(token)
	switch {
	case !ok:
		return o, false
	case isKerberos(outer):
		o.request, ok = bytes.CutPrefix(body, tokenRequest)
		return o, ok
	case !outer.Equal(oidSPNEGO):
		return o, false
	}
	var choice asn1.RawValue
	if _, err := asn1.Unmarshal(body, &choice); err != nil || choice.Class != asn1.ClassContextSpecific || choice.Tag != 0 {
		return o, false
	}
	var init negTokenInit
	if _, err := asn1.Unmarshal(choice.Bytes, &init); err != nil || len(init.MechTypes) == 0 || !isKerberos(init.MechTypes[0]) {
		return o, false
	}
	inner, message, ok := framed(init.MechToken)
	if !ok || !isKerberos(inner) {
		return o, false
	}
	o.mechanism = init.MechTypes[0]
	o.request, ok = bytes.CutPrefix(message, tokenRequest)
	return o, ok
}

func isKerberos(oid asn1.ObjectIdentifier) bool {
	return oid.Equal(oidKerberos) || oid.Equal(oidMSKerberos)
}

// framed takes off GSS-API's framing: the mechanism and what belongs to it (RFC 2743 section 3.1).
func framed(token []byte) (mechanism asn1.ObjectIdentifier, body []byte, ok bool) {
	var outer asn1.RawValue
	if _, err := asn1.Unmarshal(token, &outer); err != nil || outer.Class != asn1.ClassApplication || outer.Tag != 0 {
		return nil, nil, false
	}
	body, err := asn1.Unmarshal(outer.Bytes, &mechanism)
	return mechanism, body, err == nil
}

// answer is the server's message around one of Kerberos', in the form that the client's came in.
func (o offered) answer(state asn1.Enumerated, kind, message []byte) []byte {
	explicit := func(tag int, inner []byte) asn1.RawValue {
		return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, IsCompound: true, Bytes: inner}
	}
	inner := slices.Concat(der(oidKerberos), kind, message)
	token := der(asn1.RawValue{Class: asn1.ClassApplication, Tag: 0, IsCompound: true, Bytes: inner})
	if o.mechanism == nil {
		return token
	}
	return der(explicit(1, der([]asn1.RawValue{explicit(0, der(state)), explicit(1, der(o.mechanism)), explicit(2, der(token))})))
}

// der cannot fail: it is given only the fixed types above.
func der(v any) []byte {
	b, err := asn1.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
