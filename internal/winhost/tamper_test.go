package winhost

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/wsman"
)

// newMeddler passes requests on to a server, and answers on after change had its way with the body and the headers.
func newMeddler(t *testing.T, port int, change func(*http.Response, []byte) []byte) int {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
			if err != nil {
				_ = client.Close()
				return
			}
			go func() { // ends with the client
				_, _ = io.Copy(server, client)
				_ = server.Close()
			}()
			go func() {
				defer client.Close()
				answers := bufio.NewReader(server)
				for {
					r, err := http.ReadResponse(answers, nil) //nolint:bodyclose // it is read to its end
					if err != nil {
						return
					}
					body, err := io.ReadAll(r.Body)
					if err != nil {
						return
					}
					body = change(r, body)
					r.Body, r.ContentLength, r.TransferEncoding = io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
					if r.Write(client) != nil {
						return
					}
				}
			}()
		}
	}()
	return l.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // of a tcp listener
}

// Somebody between worker and server changes an answer over http, or puts a readable one in its place: it is refused, and
// what he wrote is believed in nothing.
func TestAnswersThatSomebodyChangedAreRefused(t *testing.T) {
	for name, change := range map[string]func(*http.Response, []byte) []byte{
		"one bit of the sealed part": func(r *http.Response, body []byte) []byte {
			if at := bytes.Index(body, []byte(octetStream)); at > 0 {
				body[at+len(octetStream)+4+signatureLength+10] ^= 1
			}
			return body
		},
		"one bit of the signature": func(r *http.Response, body []byte) []byte {
			if at := bytes.Index(body, []byte(octetStream)); at > 0 {
				body[at+len(octetStream)+4+6] ^= 1
			}
			return body
		},
		"a readable answer in its place": func(r *http.Response, body []byte) []byte {
			if !bytes.Contains(body, []byte(octetStream)) {
				return body
			}
			r.Header.Set("Content-Type", soapType)
			return []byte(strings.ReplaceAll(receive11, "pr", "stdout"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			tw := newTwin(t, wsman.Options{})
			var touched atomic.Int32
			tw.Host.endpoint.port = newMeddler(t, tw.port, func(r *http.Response, body []byte) []byte {
				was := bytes.Clone(body)
				body = change(r, body)
				if !bytes.Equal(was, body) {
					touched.Add(1)
				}
				return body
			})
			r, err := tw.Command(t.Context(), "both")
			require.Error(t, err)
			require.Zero(t, r)
			require.Empty(t, tw.ran(), "the first answer was changed: no command came after it")
			require.Positive(t, touched.Load())
		})
	}
	tw := newTwin(t, wsman.Options{})
	tw.Host.endpoint.port = newMeddler(t, tw.port, func(_ *http.Response, body []byte) []byte { return body })
	r, err := tw.Command(t.Context(), "both")
	require.NoError(t, err, "who only passes them on is not noticed")
	require.Equal(t, 7, r.Exit)
}
