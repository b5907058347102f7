package ntlm

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"

	"golang.org/x/crypto/md4" //nolint:staticcheck // NTLM is defined on MD4
)

// Message types and lengths of MS-NLMP 2.2.1.
const (
	typeNegotiate    = 1
	typeChallenge    = 2
	typeAuthenticate = 3

	negotiateHeader    = 16 // signature, type, flags
	challengeHeader    = 56 // up to and with the version
	authenticateHeader = 64 // up to and with the flags; version and MIC may follow
	micOffset          = 72
	micLength          = 16

	minNTLMv2Response = 16 + 28 // proof and the fixed part of the client's blob (MS-NLMP 2.2.2.7)
)

var signature = []byte("NTLMSSP\x00")

// Attribute ids of the target information (MS-NLMP 2.2.2.1).
const (
	avEOL             = 0
	avNetBIOSComputer = 1
	avNetBIOSDomain   = 2
	avDNSComputer     = 3
	avDNSDomain       = 4
	avFlags           = 6
	avTimestamp       = 7

	avFlagMIC = 0x2 // in avFlags: the AUTHENTICATE message holds an integrity code
)

// flags are the NEGOTIATE flags of MS-NLMP 2.2.2.5.
type flags uint32

const (
	unicode          flags = 0x00000001
	oem              flags = 0x00000002
	requestTarget    flags = 0x00000004
	sign             flags = 0x00000010
	seal             flags = 0x00000020
	ntlmKey          flags = 0x00000200
	alwaysSign       flags = 0x00008000
	targetDomain     flags = 0x00010000
	targetServer     flags = 0x00020000
	extendedSecurity flags = 0x00080000
	targetInfo       flags = 0x00800000
	version          flags = 0x02000000
	key128           flags = 0x20000000
	keyExchange      flags = 0x40000000
	key56            flags = 0x80000000
)

func (f flags) has(g flags) bool { return f&g == g }

// granted gives the flags of the challenge. Key exchange is granted only when asked for: some clients refuse a
// challenge that offers more than they requested.
func (f flags) granted(joined bool) flags {
	g := f & (unicode | requestTarget | sign | seal | alwaysSign | extendedSecurity | version | key128 | keyExchange | key56)
	g |= ntlmKey | targetInfo
	if !f.has(unicode) {
		g |= oem
	}
	if joined {
		return g | targetDomain
	}
	return g | targetServer
}

// header checks the signature and type of a message and that it has at least its fixed part.
func header(b []byte, kind uint32, length int) error {
	if len(b) < length || !bytes.HasPrefix(b, signature) || binary.LittleEndian.Uint32(b[8:]) != kind {
		return fmt.Errorf("%w: not a type %d message", ErrMalformed, kind)
	}
	return nil
}

func parseNegotiate(b []byte) (flags, error) {
	if err := header(b, typeNegotiate, negotiateHeader); err != nil {
		return 0, err
	}
	f := flags(binary.LittleEndian.Uint32(b[12:]))
	if f&(unicode|oem) == 0 {
		return 0, fmt.Errorf("%w: the client offers no character set", ErrMalformed)
	}
	return f, nil
}

// challengeMessage is the type 2 message (MS-NLMP 2.2.1.2).
type challengeMessage struct {
	flags   flags
	nonce   [8]byte
	target  string
	version Version
	info    []byte
}

func (m challengeMessage) marshal() []byte {
	le := binary.LittleEndian
	target := utf16le(m.target)
	if !m.flags.has(unicode) {
		target = []byte(m.target)
	}
	field := func(b []byte, length, offset int) []byte {
		b = le.AppendUint16(b, uint16(length))
		b = le.AppendUint16(b, uint16(length))
		return le.AppendUint32(b, uint32(offset))
	}
	b := bytes.Clone(signature)
	b = le.AppendUint32(b, typeChallenge)
	b = field(b, len(target), challengeHeader)
	b = le.AppendUint32(b, uint32(m.flags))
	b = append(b, m.nonce[:]...)
	b = append(b, make([]byte, 8)...)
	b = field(b, len(m.info), challengeHeader+len(target))
	v := make([]byte, 8)
	if m.flags.has(version) {
		v[0], v[1], v[7] = m.version.Major, m.version.Minor, 15 // 15: NTLMSSP_REVISION_W2K3, the only one there is
		le.PutUint16(v[2:], m.version.Build)
	}
	b = append(b, v...)
	b = append(b, target...)
	return append(b, m.info...)
}

// targetInfo lists what the server says of itself, in the order Windows sends it.
func (a *Acceptor) targetInfo(now time.Time) []byte {
	var b []byte
	pair := func(id uint16, value []byte) {
		b = binary.LittleEndian.AppendUint16(b, id)
		b = binary.LittleEndian.AppendUint16(b, uint16(len(value)))
		b = append(b, value...)
	}
	dnsDomain := strings.ToLower(a.authority())
	dnsComputer := strings.ToLower(a.Computer)
	if a.Domain != "" {
		dnsComputer += "." + dnsDomain
	}
	pair(avNetBIOSDomain, utf16le(a.authority()))
	pair(avNetBIOSComputer, utf16le(a.Computer))
	pair(avDNSDomain, utf16le(dnsDomain))
	pair(avDNSComputer, utf16le(dnsComputer))
	if a.Timestamp {
		pair(avTimestamp, binary.LittleEndian.AppendUint64(nil, fileTime(now)))
	}
	pair(avEOL, nil)
	return b
}

// fileTime counts 100 ns steps since 1601, as Windows does.
func fileTime(t time.Time) uint64 { return uint64(t.UnixNano()/100) + 116444736000000000 }

// authenticateMessage is the type 3 message (MS-NLMP 2.2.1.3).
type authenticateMessage struct {
	raw          []byte
	ntResponse   []byte
	domain, user string
	sessionKey   []byte
	flags        flags
	firstPayload int // offset of the first payload byte: says whether there is room for a MIC
}

func parseAuthenticate(b []byte) (*authenticateMessage, error) {
	if err := header(b, typeAuthenticate, authenticateHeader); err != nil {
		return nil, err
	}
	m := &authenticateMessage{raw: b, flags: flags(binary.LittleEndian.Uint32(b[60:])), firstPayload: len(b)}
	var fields [6][]byte // LM response, NT response, domain, user, workstation, session key
	for i := range fields {
		at := 12 + 8*i
		length := int(binary.LittleEndian.Uint16(b[at:]))
		offset := int64(binary.LittleEndian.Uint32(b[at+4:]))
		if length == 0 {
			continue
		}
		if offset < authenticateHeader || offset+int64(length) > int64(len(b)) {
			return nil, fmt.Errorf("%w: field %d lies outside the message", ErrMalformed, i)
		}
		fields[i] = b[offset : offset+int64(length)]
		m.firstPayload = min(m.firstPayload, int(offset))
	}
	m.ntResponse, m.sessionKey = fields[1], fields[5]
	if m.flags.has(unicode) {
		m.domain, m.user = fromUTF16le(fields[2]), fromUTF16le(fields[3])
	} else { // the system's code page: only its ASCII half is the same everywhere
		m.domain, m.user = strings.ToValidUTF8(string(fields[2]), "?"), strings.ToValidUTF8(string(fields[3]), "?")
	}
	return m, nil
}

// splitMIC gives the integrity code, and the message with zeros in its place, which is what the code covers.
func (m *authenticateMessage) splitMIC() (mic, zeroed []byte, err error) {
	if m.firstPayload < micOffset+micLength {
		return nil, nil, fmt.Errorf("%w: no room for the promised integrity code", ErrMalformed)
	}
	zeroed = bytes.Clone(m.raw)
	clear(zeroed[micOffset : micOffset+micLength])
	return m.raw[micOffset : micOffset+micLength], zeroed, nil
}

// micPromised reads the client's copy of the target information, which the NTLMv2 proof protects.
func micPromised(blob []byte) bool {
	le := binary.LittleEndian
	for b := blob[28:]; len(b) >= 4; {
		id, length := le.Uint16(b), int(le.Uint16(b[2:]))
		if id == avEOL || len(b) < 4+length {
			return false
		}
		if id == avFlags && length == 4 {
			return le.Uint32(b[4:])&avFlagMIC != 0
		}
		b = b[4+length:]
	}
	return false
}

// ntowfv2 is the one-way function of the password (MS-NLMP 3.3.2).
func ntowfv2(password, user, domain string) []byte {
	h := md4.New()
	h.Write(utf16le(password))
	return hmacMD5(h.Sum(nil), utf16le(strings.ToUpper(user)+domain))
}

func utf16le(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func fromUTF16le(b []byte) string {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(u))
}
