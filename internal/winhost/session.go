package winhost

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bodgit/ntlmssp"

	"farmhand/internal/kerberos"
)

const (
	dialTimeout  = 10 * time.Second
	maxReply     = 32 << 20 // far above any envelope; a reply beyond it is not WinRM
	soapType     = "application/soap+xml;charset=UTF-8"
	userAgent    = "Microsoft WinRM Client"
	authenticate = "WWW-Authenticate"
)

// errSpent comes from a session's dialer when net/http asks it for a second connection. For a POST net/http does that
// only when it wrote nothing of it, so the error proves that the request never left.
var errSpent = errors.New("the connection was closed before the request was sent")

// session is one TCP connection, logged on; calls use it one after the other. NTLM authenticates the connection, so connection, logon and sealing keys
// live and die together; a session is never repaired.
type session struct {
	url   string
	http  *http.Transport
	basic string                   // the Authorization of every request, for a Basic logon
	keys  *ntlmssp.SecuritySession // nil when messages travel inside TLS
	// ticket makes the token of each request, for a Kerberos logon; abandon closes its connection, which net/http may never
	// have taken.
	ticket  func(context.Context) (*kerberos.Logon, error)
	abandon func() error
}

// reply is one HTTP answer, read to its end.
type reply struct {
	status int
	header http.Header
	body   []byte
	tls    *tls.ConnectionState
}

// dial makes a session that is not logged on yet; it connects with the first request.
func (e endpoint) dial() *session {
	var dialled atomic.Bool
	d := net.Dialer{Timeout: dialTimeout}
	return &session{url: e.url(), http: &http.Transport{
		MaxConnsPerHost:     1,
		IdleConnTimeout:     keepFor,
		DisableCompression:  true,
		TLSClientConfig:     e.tls,
		TLSHandshakeTimeout: dialTimeout,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if dialled.Swap(true) {
				return nil, errSpent
			}
			return d.DialContext(ctx, network, address)
		},
	}}
}

// noAnswer sorts what net/http reports when there is no reply: a certificate or a protocol that does not fit will not
// get better by waiting.
func noAnswer(err error) *Error {
	if strings.Contains(err.Error(), "tls: ") { // crypto/tls has no type that covers versions, certificates and plain http
		e := newError(KindConfig, "no secure connection: %v", err)
		e.Advice = "check the certificate of the WinRM https listener, the worker's file of certificate authorities, and scheme, server_name and tls_min of the server in the rollout file"
		return e
	}
	return newError(KindUnreachable, "no answer: %v", err)
}

func (s *session) close() {
	s.http.CloseIdleConnections()
	if s.abandon != nil {
		_ = s.abandon() // it may be closed already
	}
}

// round sends one request and reads the answer. It goes below http.Client, so there are no redirects and no *url.Error.
func (s *session) round(ctx context.Context, contentType string, body, token []byte) (reply, error) {
	var content io.Reader
	if body != nil {
		content = bytes.NewReader(body) // has GetBody, without which net/http hides that nothing was written
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, content)
	if err != nil {
		return reply{}, err
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("User-Agent", userAgent)
	switch {
	case token != nil:
		req.Header.Set("Authorization", "Negotiate "+base64.StdEncoding.EncodeToString(token))
	case s.basic != "":
		req.Header.Set("Authorization", s.basic)
	}
	resp, err := s.http.RoundTrip(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxReply)) // to the end, or the connection is not kept
	return reply{status: resp.StatusCode, header: resp.Header, body: answer, tls: resp.TLS}, err
}

// message sends one SOAP envelope, sealed where the session has keys, and returns the status and the clear answer. After
// an error that is no *Error, or whose reply was not sealed, the session must be closed: its keys have moved on.
func (s *session) message(ctx context.Context, envelope []byte) (int, []byte, error) {
	if s.keys == nil {
		var token []byte
		if s.ticket != nil {
			logon, err := s.ticket(ctx)
			if err != nil {
				return 0, nil, ofKerberos(err)
			}
			token = logon.Token()
		}
		r, err := s.round(ctx, soapType, envelope, token)
		return r.status, r.body, err
	}
	sealed, err := seal(s.keys, envelope)
	if err != nil {
		return 0, nil, err
	}
	r, err := s.round(ctx, sealedType, sealed, nil)
	if err != nil || r.status == http.StatusUnauthorized {
		return r.status, nil, err
	}
	opened, err := unseal(s.keys, r.header.Get("Content-Type"), r.body)
	if err != nil { // http.sys answers 503, 404, 413 and 500 in the clear; such a body is not trusted
		return r.status, nil, statusError(r.status, err.Error())
	}
	return r.status, opened, nil
}
