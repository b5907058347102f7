package wsman

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"strings"
	"time"

	"farmhand/simulator/ntlm"
)

const (
	maxHead       = 64 << 10 // http.sys refuses longer heads
	sealingMargin = 1 << 10  // what sealing adds to an envelope, generously
	soapType      = "application/soap+xml;charset=UTF-8"
)

// connection is one TCP connection. NTLM logs on a connection, not a request, so the logon lives here. net/http is
// not used for serving: it cannot send the empty reason phrase and header order of http.sys, nor drop a connection
// in the middle of a reply.
type connection struct {
	server   *Server
	net      net.Conn
	secure   bool
	logon    *ntlm.Conversation // between challenge and answer
	session  *ntlm.Session      // keys of the logon, nil when the client does not seal
	identity *ntlm.Identity     // nil until logged on
	proof    string             // WWW-Authenticate line for the reply of a request that a ticket came with
}

// request is one HTTP request, read to its end.
type request struct {
	method, path, host string
	header             http.Header
	body               []byte
	chunked, tooBig    bool
	last               bool // the client will send no further request
}

// response is what goes back.
type response struct {
	status       int
	contentType  string
	body         []byte
	authenticate []string // WWW-Authenticate lines
	close        bool     // close the connection after the reply
	drop         bool     // send nothing and reset the connection
	truncate     bool     // send half of the body and reset the connection
}

func (s *Server) serveConnection(nc net.Conn) {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	defer context.AfterFunc(s.ctx, func() { reset(nc) })()
	defer nc.Close()
	_, secure := nc.(*tls.Conn)
	c := &connection{server: s, net: s.options.Traffic.Conn(nc), secure: secure}
	requests := make(chan *request)
	go func() {
		defer close(requests)
		defer cancel() // a client that hangs up ends the operation it was waiting for, not the command
		c.read(ctx, requests)
	}()
	for r := range requests {
		reply := c.withProof(c.answer(ctx, r))
		if reply.drop || s.ctx.Err() != nil { // a service that is closed answers nobody
			reset(nc)
			return
		}
		if !c.write(reply) || reply.close || r.last {
			return
		}
	}
}

// read delivers the requests of a connection until it ends or turns into nonsense.
func (c *connection) read(ctx context.Context, out chan<- *request) {
	head := &io.LimitedReader{R: c.net}
	in := bufio.NewReader(head)
	for {
		head.N = maxHead
		hr, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		head.N = math.MaxInt64
		c.server.options.Traffic.Request()
		r := &request{
			method: hr.Method, path: hr.URL.Path, host: hr.Host, header: hr.Header, last: hr.Close,
			chunked: len(hr.TransferEncoding) > 0,
		}
		if strings.EqualFold(hr.Header.Get("Expect"), "100-continue") {
			if _, err := io.WriteString(c.net, "HTTP/1.1 100 Continue\r\n\r\n"); err != nil {
				return
			}
		}
		limit := int64(c.server.limits.envelope)
		if isSealed(hr.Header) {
			limit += sealingMargin
		}
		if r.body, err = io.ReadAll(io.LimitReader(hr.Body, limit+1)); err != nil {
			return
		}
		if r.tooBig = int64(len(r.body)) > limit; r.tooBig {
			// The rest is read, or closing would reset the connection before the client saw why.
			if _, err := io.Copy(io.Discard, hr.Body); err != nil {
				return
			}
		}
		select {
		case out <- r:
		case <-ctx.Done():
			return
		}
	}
}

// answer decides one request up to the point where a user and a message are known.
func (c *connection) answer(ctx context.Context, r *request) response {
	if unready := c.server.options.Unready; unready != nil {
		if f := unready(); f != nil {
			if reply, final := c.server.beforeEffect(ctx, f); final {
				return reply
			}
		}
	}
	switch {
	case !strings.EqualFold(strings.TrimSuffix(r.path, "/"), "/wsman"):
		return response{status: http.StatusNotFound}
	case r.method != http.MethodPost:
		return response{status: http.StatusMethodNotAllowed, close: true}
	case r.chunked:
		// A longer, chunked request of a Java client was answered like this (winrm4j 144).
		return response{status: http.StatusInternalServerError, close: true}
	case r.tooBig:
		return response{status: http.StatusRequestEntityTooLarge, close: true}
	}
	if r.header.Get("Authorization") == "" && strings.EqualFold(r.header.Get("WSMANIDENTIFY"), "unauthenticated") {
		if e, err := parseEnvelope(r.body); err == nil && e.Body.Identify != nil {
			return c.server.underFault(ctx, caller{host: hostOnly(r.host)}, Operation{Action: ActionIdentify}, e.Header.MessageID, func() response {
				return response{status: http.StatusOK, contentType: soapType, body: c.server.identify(false)}
			})
		}
	}
	who, refusal := c.authenticate(ctx, r)
	if refusal != nil {
		return *refusal
	}
	message := r.body
	sealed := isSealed(r.header)
	if sealed {
		var err error
		if message, err = unsealBody(c.session, r.body); err != nil {
			return response{status: http.StatusBadRequest, close: true} // knife-windows 218
		}
	}
	reply := c.server.operate(ctx, caller{
		user: who.String(), host: hostOnly(r.host), url: c.url(r), client: hostOnly(c.net.RemoteAddr().String()),
	}, message)
	if sealed && len(reply.body) > 0 {
		reply.body, reply.contentType = sealBody(c.session, reply.body), sealedType
	}
	return reply
}

func (c *connection) url(r *request) string {
	scheme := "http"
	if c.secure {
		scheme = "https"
	}
	return scheme + "://" + r.host + r.path
}

func hostOnly(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return hostport
}

// write sends a reply as http.sys does: the reason phrase is empty with its space kept, every reply has a length,
// and the header lines keep this order. It reports whether the connection is still of use.
func (c *connection) write(r response) bool {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d \r\n", r.status)
	if len(r.body) > 0 {
		fmt.Fprintf(&b, "Content-Type: %s\r\n", r.contentType)
	}
	challenge := len(r.authenticate) > 0 && !r.close
	if challenge {
		c.writeAuthenticate(&b, r)
	}
	fmt.Fprintf(&b, "Server: %s\r\n", c.server.options.httpServer())
	if !challenge {
		c.writeAuthenticate(&b, r)
	}
	fmt.Fprintf(&b, "Date: %s\r\n", time.Now().UTC().Format(http.TimeFormat))
	if r.close {
		b.WriteString("Connection: close\r\n")
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n", len(r.body))
	if r.truncate {
		b.Write(r.body[:len(r.body)/2])
	} else {
		b.Write(r.body)
	}
	_, err := c.net.Write(b.Bytes())
	return err == nil && !r.truncate
}

func (c *connection) writeAuthenticate(b *bytes.Buffer, r response) {
	for _, line := range r.authenticate {
		fmt.Fprintf(b, "WWW-Authenticate: %s\r\n", line)
	}
}

// reset closes a connection the hard way, so that the client sees it break instead of end.
func reset(nc net.Conn) {
	raw := nc
	if t, ok := nc.(*tls.Conn); ok {
		raw = t.NetConn()
	}
	if t, ok := raw.(*net.TCPConn); ok {
		_ = t.SetLinger(0) // best effort: the close below follows either way
	}
	raw.Close()
}
