package wsman

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"farmhand/simulator/ntlm"
)

// The layout of a sealed message (MS-WSMV 2.2.9.1). It looks like MIME and is not: the part headers are indented by
// a tab and no empty line ends them.
const (
	sealedProtocol = "application/HTTP-SPNEGO-session-encrypted"
	sealedType     = `multipart/encrypted;protocol="` + sealedProtocol + `";boundary="Encrypted Boundary"`
	boundary       = "--Encrypted Boundary"
	octetStream    = "Content-Type: application/octet-stream\r\n"
	lengthField    = "Length="
)

var errSealedLayout = errors.New("wsman: not a sealed message")

func isSealed(h http.Header) bool {
	return strings.HasPrefix(strings.ToLower(h.Get("Content-Type")), "multipart/encrypted")
}

// splitSealed takes a sealed message apart. Like Windows it accepts headers without the tab and a closing line
// without dashes, which some clients send. The binary part is cut by its announced length: it may hold anything,
// the boundary included.
func splitSealed(body []byte) (signature, sealed []byte, err error) {
	head, rest, ok := bytes.Cut(body, []byte(octetStream))
	if !ok || !bytes.HasPrefix(head, []byte(boundary)) || !bytes.Contains(head, []byte(sealedProtocol)) {
		return nil, nil, errSealedLayout
	}
	_, digits, ok := bytes.Cut(head, []byte(lengthField))
	if !ok {
		return nil, nil, errSealedLayout
	}
	digits, _, _ = bytes.Cut(digits, []byte("\r\n"))
	length, err := strconv.ParseUint(string(bytes.TrimSpace(digits)), 10, 31)
	if err != nil || len(rest) < 4 {
		return nil, nil, errSealedLayout
	}
	if n := binary.LittleEndian.Uint32(rest); n != ntlm.SignatureLength {
		return nil, nil, errSealedLayout
	}
	rest = rest[4:]
	if uint64(len(rest)) < ntlm.SignatureLength+length {
		return nil, nil, errSealedLayout
	}
	signature, rest = rest[:ntlm.SignatureLength], rest[ntlm.SignatureLength:]
	sealed, end := rest[:length], rest[length:]
	if !bytes.HasPrefix(end, []byte(boundary)) {
		return nil, nil, errSealedLayout
	}
	return signature, sealed, nil
}

// unsealBody gives the message inside a sealed body. session is nil on a connection without sealing keys.
func unsealBody(session *ntlm.Session, body []byte) ([]byte, error) {
	signature, sealed, err := splitSealed(body)
	if err != nil {
		return nil, err
	}
	if session == nil {
		return nil, errors.New("wsman: sealed message without a logon that agreed on keys")
	}
	return session.Unseal(sealed, signature)
}

// sealBody puts a message into the layout Windows sends.
func sealBody(session *ntlm.Session, message []byte) []byte {
	sealed, signature := session.Seal(message)
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\r\n\tContent-Type: %s\r\n\tOriginalContent: type=%s;%s%d\r\n%s\r\n\t%s",
		boundary, sealedProtocol, soapType, lengthField, len(message), boundary, octetStream)
	b.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(signature))))
	b.Write(signature)
	b.Write(sealed)
	b.WriteString(boundary + "--\r\n")
	return b.Bytes()
}
