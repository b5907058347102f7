package winhost

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/bodgit/ntlmssp"
)

// The form of a sealed message (MS-WSMV 2.2.9.1): it looks like MIME and is not, so it is cut by the announced length.
const (
	sealedProtocol  = "application/HTTP-SPNEGO-session-encrypted"
	sealedType      = `multipart/encrypted;protocol="` + sealedProtocol + `";boundary="Encrypted Boundary"`
	boundary        = "--Encrypted Boundary"
	octetStream     = "Content-Type: application/octet-stream\r\n"
	signatureLength = 16
)

var (
	errSealing   = errors.New("the message cannot be sealed")
	errNotSealed = errors.New("the answer is not sealed")
	errSealForm  = errors.New("the sealed answer is damaged")
)

// seal wraps one envelope. Sealing moves the keys on, so a message that was sealed must also be sent.
func seal(keys *ntlmssp.SecuritySession, envelope []byte) ([]byte, error) {
	sealed, signature, err := keys.Wrap(envelope)
	if err != nil || len(signature) != signatureLength {
		return nil, errSealing
	}
	b := make([]byte, 0, len(envelope)+512)
	b = fmt.Appendf(b, "%s\r\n\tContent-Type: %s\r\n\tOriginalContent: type=%s;Length=%d\r\n%s\r\n\t%s",
		boundary, sealedProtocol, soapType, len(envelope), boundary, octetStream)
	b = binary.LittleEndian.AppendUint32(b, signatureLength)
	b = append(append(b, signature...), sealed...)
	return append(b, boundary+"--\r\n"...), nil
}

// unseal opens an answer.
func unseal(keys *ntlmssp.SecuritySession, contentType string, body []byte) ([]byte, error) {
	lower := strings.ToLower(contentType)
	if !strings.HasPrefix(lower, "multipart/encrypted") || !strings.Contains(lower, strings.ToLower(sealedProtocol)) {
		return nil, errNotSealed
	}
	sealed, signature, err := splitSealed(body)
	if err != nil {
		return nil, err
	}
	opened, err := keys.Unwrap(sealed, signature)
	if err != nil {
		return nil, errSealForm
	}
	return opened, nil
}

var (
	lengthPattern = regexp.MustCompile(`(?i)OriginalContent:[^\r\n]*;\s*Length=(\d{1,9})\r\n`)
	closePattern  = regexp.MustCompile(`^--\s*Encrypted Boundary(--)?\s*$`)
)

// splitSealed finds the sealed bytes and their signature. Servers differ in tabs and in blanks of the boundary.
func splitSealed(body []byte) (sealed, signature []byte, err error) {
	before, after, ok := bytes.Cut(body, []byte(octetStream)) // the first is the header: the binary part comes after it
	if !ok {
		return nil, nil, errSealForm
	}
	announced := lengthPattern.FindSubmatch(before)
	if announced == nil {
		return nil, nil, errSealForm
	}
	n, err := strconv.Atoi(string(announced[1]))
	part := after
	if err != nil || len(part) < 4+signatureLength+n || binary.LittleEndian.Uint32(part) != signatureLength {
		return nil, nil, errSealForm
	}
	part = part[4:]
	sealed, tail := part[signatureLength:signatureLength+n], part[signatureLength+n:]
	if !closePattern.Match(tail) {
		return nil, nil, errSealForm
	}
	return sealed, part[:signatureLength], nil
}
