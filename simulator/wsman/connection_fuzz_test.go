package wsman_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/wsman"
)

// recording is a client that has said all it will say before anybody answers.
type recording struct {
	net.Conn // the methods that are not here are not used
	in       *bytes.Reader
	mu       sync.Mutex
	out      bytes.Buffer
	ended    chan struct{}
	once     sync.Once
}

func (r *recording) Read(b []byte) (int, error)       { return r.in.Read(b) }
func (r *recording) RemoteAddr() net.Addr             { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }
func (r *recording) SetDeadline(time.Time) error      { return nil }
func (r *recording) SetReadDeadline(time.Time) error  { return nil }
func (r *recording) SetWriteDeadline(time.Time) error { return nil }

func (r *recording) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.Write(b)
}

func (r *recording) Close() error {
	r.once.Do(func() { close(r.ended) })
	return nil
}

// once hands the client out once, and then waits for its end.
type once struct {
	client *recording
	first  chan struct{}
}

func (o once) Accept() (net.Conn, error) {
	select {
	case <-o.first:
		return o.client, nil
	case <-o.client.ended:
		return nil, net.ErrClosed
	}
}

func (o once) Close() error   { return nil }
func (o once) Addr() net.Addr { return &net.TCPAddr{} }

// FuzzConnection lets a WinRM service of the twin hear anything at all: what it answers is HTTP, and the connection comes
// to its end.
func FuzzConnection(f *testing.F) {
	basic := "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(account+":"+password)) + "\r\n"
	request := func(head, body string) []byte {
		return fmt.Appendf(nil, "POST /wsman HTTP/1.1\r\nHost: app01:5985\r\nContent-Type: application/soap+xml;charset=UTF-8\r\n%sContent-Length: %d\r\n\r\n%s", head, len(body), body)
	}
	create := message{action: "http://schemas.xmlsoap.org/ws/2004/09/transfer/Create", body: `<rsp:Shell><rsp:InputStreams>stdin</rsp:InputStreams><rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>`}
	receive := message{action: shellNS + "/Receive", shell: "1", timeout: "PT0S", body: `<rsp:Receive><rsp:DesiredStream CommandId="1">stdout</rsp:DesiredStream></rsp:Receive>`}
	f.Add(request("", ""))
	f.Add(append(request(basic, create.String()), request(basic, receive.String())...))
	f.Add(request("Authorization: Negotiate TlRMTVNTUAABAAAAt4II4gAAAAAAAAAAAAAAAAAAAAAGAbEdAAAADw==\r\n", ""))
	f.Add(request("WSMANIDENTIFY: unauthenticated\r\n", `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><i:Identify xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"/></s:Body></s:Envelope>`))
	f.Add([]byte("POST /wsman HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: x\r\n\r\n0\r\n\r\n"))
	f.Fuzz(func(t *testing.T, said []byte) {
		client := &recording{in: bytes.NewReader(said), ended: make(chan struct{})}
		first := make(chan struct{}, 1)
		first <- struct{}{}
		server := wsman.New(readable(wsman.Options{Computer: "APP01", Domain: "CONTOSO", OS: "6.0.6002 SP: 2.0"}), newMachine())
		defer server.Close()
		require.ErrorIs(t, server.Serve(once{client, first}), net.ErrClosed)
		in := bufio.NewReader(&client.out)
		for {
			if _, err := in.Peek(1); err == io.EOF {
				return
			}
			reply, err := http.ReadResponse(in, nil)
			require.NoError(t, err)
			_, err = io.Copy(io.Discard, reply.Body)
			require.NoError(t, err)
			require.NoError(t, reply.Body.Close())
		}
	})
}
