package wsman_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/wsman"
)

// wire is a bare TCP connection, to see what really travels.
type wire struct {
	t  *testing.T
	c  net.Conn
	in *bufio.Reader
}

func dial(t *testing.T, h *host) *wire {
	c, err := net.Dial("tcp", h.address())
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	return &wire{t, c, bufio.NewReader(c)}
}

var date = regexp.MustCompile(`Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT`)

// post sends a request and gives the head, with the date taken out, and the body.
func (w *wire) post(body string, headers ...string) (head, reply string) {
	extra := ""
	for _, h := range headers {
		extra += h + "\r\n"
	}
	_, err := fmt.Fprintf(w.c, "POST /wsman HTTP/1.1\r\nHost: app01:5985\r\nContent-Type: application/soap+xml;charset=UTF-8\r\n%sContent-Length: %d\r\n\r\n%s",
		extra, len(body), body)
	require.NoError(w.t, err)
	return w.read()
}

func (w *wire) read() (head, reply string) {
	var lines []string
	for {
		line, err := w.in.ReadString('\n')
		require.NoError(w.t, err)
		if line == "\r\n" {
			break
		}
		lines = append(lines, strings.TrimSuffix(line, "\r\n"))
	}
	head = strings.Join(lines, "\n")
	require.Regexp(w.t, date, head)
	_, length, ok := strings.Cut(head, "Content-Length: ")
	require.True(w.t, ok, head)
	n, err := strconv.Atoi(length)
	require.NoError(w.t, err)
	b := make([]byte, n)
	_, err = io.ReadFull(w.in, b)
	require.NoError(w.t, err)
	return date.ReplaceAllString(head, "Date"), string(b)
}

func (w *wire) ended() {
	_, err := w.in.ReadByte()
	require.ErrorIs(w.t, err, io.EOF)
}

func basicHeader(secret string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(account+":"+secret))
}

// The heads of http.sys, line by line.
func TestHTTPHeads(t *testing.T) {
	body := create("").String()
	for _, tc := range []struct {
		name    string
		options wsman.Options
		headers []string
		body    string
		want    string
		closed  bool
	}{
		{
			name: "nobody logged on", options: wsman.Options{AllowBasic: true}, body: body, closed: true,
			want: "HTTP/1.1 401 \nServer: Microsoft-HTTPAPI/2.0\nWWW-Authenticate: Negotiate\nWWW-Authenticate: Kerberos\nWWW-Authenticate: Basic realm=\"WSMAN\"\nDate\nConnection: close\nContent-Length: 0",
		},
		{
			name: "2003 in a workgroup", options: wsman.Options{Computer: "APP01", OS: "5.2.3790 SP: 2.0"}, body: body, closed: true,
			want: "HTTP/1.1 401 \nServer: Microsoft-HTTPAPI/1.0\nWWW-Authenticate: Negotiate\nDate\nConnection: close\nContent-Length: 0",
		},
		{
			name: "Basic in clear text", options: wsman.Options{AllowBasic: true}, headers: []string{basicHeader(password)}, body: body,
			want: "HTTP/1.1 500 \nServer: Microsoft-HTTPAPI/2.0\nDate\nContent-Length: 0",
		},
		{
			name: "Basic not offered", options: wsman.Options{AllowUnencrypted: true}, headers: []string{basicHeader(password)}, body: body, closed: true,
			want: "HTTP/1.1 401 \nServer: Microsoft-HTTPAPI/2.0\nWWW-Authenticate: Negotiate\nWWW-Authenticate: Kerberos\nDate\nConnection: close\nContent-Length: 0",
		},
		{
			name: "too big", options: readable(wsman.Options{}), headers: []string{basicHeader(password)}, body: strings.Repeat("x", 150<<10+1), closed: true,
			want: "HTTP/1.1 413 \nServer: Microsoft-HTTPAPI/2.0\nDate\nConnection: close\nContent-Length: 0",
		},
		{
			name: "a token that is none", headers: []string{"Authorization: Negotiate AAAA"}, body: body, closed: true,
			want: "HTTP/1.1 401 \nServer: Microsoft-HTTPAPI/2.0\nWWW-Authenticate: Negotiate\nDate\nConnection: close\nContent-Length: 0",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := dial(t, newHost(t, tc.options))
			head, reply := w.post(tc.body, tc.headers...)
			require.Equal(t, tc.want, head)
			require.Empty(t, reply)
			if tc.closed {
				w.ended()
			}
		})
	}
}

func TestIdentify(t *testing.T) {
	const identify = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>`
	for _, tc := range []struct {
		name    string
		options wsman.Options
		headers []string
		want    string
	}{
		{"anonymous", wsman.Options{}, []string{"WSMANIDENTIFY: unauthenticated"}, "OS: 0.0.0 SP: 0.0 Stack: 2.0"},
		{"logged on, 2003", readable(wsman.Options{OS: "5.2.3790 SP: 2.0"}), []string{basicHeader(password)}, "OS: 5.2.3790 SP: 2.0 Stack: 2.0"},
		{"logged on, 2008 as shipped", readable(wsman.Options{OS: "6.0.6002 SP: 2.0", Stack: wsman.Stack11}), []string{basicHeader(password)}, "OS: 6.0.6002 SP: 2.0 Stack: 1.1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			head, reply := dial(t, newHost(t, tc.options)).post(identify, tc.headers...)
			require.Contains(t, head, "HTTP/1.1 200 \n")
			require.Contains(t, reply, "<wsmid:ProductVersion>"+tc.want+"</wsmid:ProductVersion>")
			require.Contains(t, reply, "<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>")
		})
	}
	t.Run("only Identify is anonymous", func(t *testing.T) {
		head, _ := dial(t, newHost(t, wsman.Options{})).post(create("").String(), "WSMANIDENTIFY: unauthenticated")
		require.Contains(t, head, "HTTP/1.1 401 \n")
	})
}

func TestOtherRequests(t *testing.T) {
	h := newHost(t, readable(wsman.Options{}))
	for _, tc := range []struct {
		method, path string
		body         io.Reader
		want         int
	}{
		{http.MethodPost, "/powershell", strings.NewReader("x"), http.StatusNotFound},
		{http.MethodGet, "/wsman", nil, http.StatusMethodNotAllowed},
		{http.MethodPost, "/wsman", io.MultiReader(strings.NewReader("of unknown length: chunked")), http.StatusInternalServerError},
	} {
		req, err := http.NewRequestWithContext(t.Context(), tc.method, "http://"+h.address()+tc.path, tc.body)
		require.NoError(t, err)
		req.SetBasicAuth(account, password)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		resp.Body.Close()
		require.Equal(t, tc.want, resp.StatusCode)
	}
}
