package wsman_test

import (
	"bytes"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/bodgit/ntlmssp"
	"github.com/stretchr/testify/require"

	"farmhand/simulator/wsman"
)

// der writes an ASN.1 element around others.
func der(class, tag int, parts ...[]byte) []byte {
	b, err := asn1.Marshal(asn1.RawValue{Class: class, Tag: tag, IsCompound: class != 0 || tag == asn1.TagSequence, Bytes: bytes.Join(parts, nil)})
	if err != nil {
		panic(err) // fixed input
	}
	return b
}

// A client that wraps NTLM into SPNEGO, as GSS-API and browsers do, is answered in kind to the end.
func TestWrappedLogon(t *testing.T) {
	const context, application = asn1.ClassContextSpecific, asn1.ClassApplication
	spnego, ntlm := []byte{0x06, 6, 0x2b, 6, 1, 5, 5, 2}, []byte{0x06, 10, 0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 10}
	client, err := ntlmssp.NewClient(ntlmssp.SetUserInfo("sp-setup", password), ntlmssp.SetDomain("CONTOSO"), ntlmssp.SetVersion(ntlmssp.DefaultVersion()))
	require.NoError(t, err)
	type1, err := client.Authenticate(nil, nil)
	require.NoError(t, err)
	w := dial(t, newHost(t, wsman.Options{}))
	header := func(token []byte) string {
		return "Authorization: Negotiate " + base64.StdEncoding.EncodeToString(token)
	}

	head, _ := w.post("", header(der(application, 0, spnego, der(context, 0, der(0, asn1.TagSequence,
		der(context, 0, der(0, asn1.TagSequence, ntlm)), der(context, 2, der(0, asn1.TagOctetString, type1)))))))
	_, rest, ok := strings.Cut(head, "WWW-Authenticate: Negotiate ")
	require.True(t, ok, head)
	encoded, _, _ := strings.Cut(rest, "\n")
	reply, err := base64.StdEncoding.DecodeString(encoded)
	require.NoError(t, err)
	start := bytes.Index(reply, []byte("NTLMSSP\x00")) // the challenge comes last
	require.Positive(t, start)
	type3, err := client.Authenticate(reply[start:], nil)
	require.NoError(t, err)

	head, _ = w.post("", header(der(context, 1, der(0, asn1.TagSequence, der(context, 2, der(0, asn1.TagOctetString, type3))))))
	require.Contains(t, head, "HTTP/1.1 200 \n")
	require.Contains(t, head, "WWW-Authenticate: Negotiate oQcwBaADCgEA", "accept-completed")
}

// logon logs a connection on by NTLM, with an empty last message as pywinrm does.
func (w *wire) logon() *ntlmssp.SecuritySession {
	client, err := ntlmssp.NewClient(ntlmssp.SetUserInfo("sp-setup", password), ntlmssp.SetDomain("CONTOSO"), ntlmssp.SetVersion(ntlmssp.DefaultVersion()))
	require.NoError(w.t, err)
	token := func(input []byte) string {
		b, err := client.Authenticate(input, nil)
		require.NoError(w.t, err)
		return "Authorization: Negotiate " + base64.StdEncoding.EncodeToString(b)
	}
	head, _ := w.post("", token(nil))
	form := regexp.MustCompile(`^HTTP/1.1 401 \nWWW-Authenticate: Negotiate (\S+)\nServer: Microsoft-HTTPAPI/2.0\nDate\nContent-Length: 0$`)
	require.Regexp(w.t, form, head)
	challenge, err := base64.StdEncoding.DecodeString(form.FindStringSubmatch(head)[1])
	require.NoError(w.t, err)
	head, _ = w.post("", token(challenge))
	require.Equal(w.t, "HTTP/1.1 200 \nServer: Microsoft-HTTPAPI/2.0\nDate\nContent-Length: 0", head)
	return client.SecuritySession()
}

const sealedType = `multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"`

// A connection stays logged on, messages are sealed both ways, and an empty request is asked to log on again.
func TestSealedConversation(t *testing.T) {
	for _, tc := range []struct{ name, indent, end string }{
		{"as Windows writes it", "\t", "--Encrypted Boundary--\r\n"},
		{"without tab and closing dashes", "", "--Encrypted Boundary\r\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := newHost(t, wsman.Options{})
			w := dial(t, h)
			session := w.logon()
			for range 2 {
				request := create("").String()
				sealed, signature, err := session.Wrap([]byte(request))
				require.NoError(t, err)
				body := "--Encrypted Boundary\r\n" + tc.indent + "Content-Type: application/HTTP-SPNEGO-session-encrypted\r\n" +
					tc.indent + "OriginalContent: type=application/soap+xml;charset=UTF-8;Length=" + strconv.Itoa(len(request)) + "\r\n--Encrypted Boundary\r\n" +
					tc.indent + "Content-Type: application/octet-stream\r\n\x10\x00\x00\x00" + string(signature) + string(sealed) + tc.end
				_, err = fmt.Fprintf(w.c, "POST /wsman HTTP/1.1\r\nHost: app01:5985\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", sealedType, len(body), body)
				require.NoError(t, err)
				head, reply := w.read()
				require.True(t, strings.HasPrefix(head, "HTTP/1.1 200 \nContent-Type: "+sealedType+"\nServer: "), head)
				form := regexp.MustCompile(`(?s)^--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n\tOriginalContent: type=application/soap\+xml;charset=UTF-8;Length=(\d+)\r\n--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n\x10\x00\x00\x00(.*)--Encrypted Boundary--\r\n$`)
				m := form.FindStringSubmatch(reply)
				require.NotNil(t, m)
				plain, err := session.Unwrap([]byte(m[2][16:]), []byte(m[2][:16]))
				require.NoError(t, err)
				require.Equal(t, m[1], strconv.Itoa(len(plain)))
				require.Contains(t, string(plain), "http://app01:5985/wsman")
				// 258 bytes around the message and its four digits, as in the recording (1892 for 1634).
				require.Equal(t, 258, len(reply)-len(plain)-len(m[1])+4)
			}
			head, _ := w.post("")
			require.Contains(t, head, "HTTP/1.1 401 \n")
			w.ended()
		})
	}
}

func TestReadableMessageOnSealedConnectionIsRefused(t *testing.T) {
	h := newHost(t, wsman.Options{})
	w := dial(t, h)
	w.logon()
	head, _ := w.post(create("").String())
	require.Contains(t, head, "HTTP/1.1 500 \n")
	require.Empty(t, h.journal())
}

func TestTamperedMessageIsRefused(t *testing.T) {
	h := newHost(t, wsman.Options{})
	w := dial(t, h)
	w.logon()
	body := "--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=4\r\n" +
		"--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n\x10\x00\x00\x00" + strings.Repeat("s", 16) + "data--Encrypted Boundary--\r\n"
	_, err := fmt.Fprintf(w.c, "POST /wsman HTTP/1.1\r\nHost: app01\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", sealedType, len(body), body)
	require.NoError(t, err)
	head, _ := w.read()
	require.Contains(t, head, "HTTP/1.1 400 \n")
	w.ended()
}
