package winhost

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"farmhand/internal/farm"
	"farmhand/internal/secrets"
	"farmhand/simulator/wsman"
)

// newPlainHost is a host whose server is a Go handler.
func newPlainHost(t *testing.T, h http.HandlerFunc) *Host {
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	require.NoError(t, err)
	port, err := strconv.Atoi(u.Port())
	require.NoError(t, err)
	host, err := New(Options{
		Server: farm.Server{Name: "APP01", Address: u.Hostname(), WinRM: farm.WinRM{Port: port}}, User: account, Password: secrets.New(password),
	})
	require.NoError(t, err)
	return host
}

func challengeWith(flags uint32) string {
	b := make([]byte, 56)
	copy(b, "NTLMSSP\x00\x02")
	binary.LittleEndian.PutUint32(b[20:], flags)
	return "Negotiate " + base64.StdEncoding.EncodeToString(b)
}

func TestServersThatOfferNoSealedLogonGetNoProofOfThePassword(t *testing.T) {
	for name, tt := range map[string]struct {
		headers []string
		status  int
		kind    Kind
	}{
		"weak flags":         {[]string{challengeWith(requiredFlags &^ (1 << 5))}, 401, KindConfig},
		"56 bit":             {[]string{challengeWith(requiredFlags &^ (1 << 29))}, 401, KindConfig},
		"Basic only":         {[]string{`Basic realm="WSMAN"`}, 401, KindConfig},
		"Negotiate is empty": {[]string{"Negotiate", "Kerberos"}, 401, KindConfig},
		"no NTLM message":    {[]string{"Negotiate " + base64.StdEncoding.EncodeToString(make([]byte, 64))}, 401, KindConfig},
		"not base64":         {[]string{"Negotiate !!"}, 401, KindConfig},
		"not WinRM":          {nil, 200, KindConfig},
		"not ready":          {nil, 503, KindUnreachable},
		"no such page":       {nil, 404, KindUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			var tokens []string
			h := newPlainHost(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				tokens = append(tokens, r.Header.Get("Authorization")+string(body))
				for _, v := range tt.headers {
					w.Header().Add(authenticate, v)
				}
				w.WriteHeader(tt.status)
			})
			_, err := h.Command(t.Context(), "both")
			requireKind(t, err, tt.kind)
			for _, token := range tokens { // type 1 messages only, which hold no proof, and no body in the clear
				raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(token, "Negotiate "))
				require.NoError(t, err)
				require.EqualValues(t, 1, binary.LittleEndian.Uint32(raw[8:]))
			}
			require.NotEmpty(t, tokens)
		})
	}
}

// newCuttingProxy passes connections on to a server and cuts each after a random number of bytes.
func newCuttingProxy(t *testing.T, port int, draw func() int64) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			limit := draw()
			go func() {
				defer client.Close()
				server, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
				if err != nil {
					return
				}
				defer server.Close()
				go io.Copy(server, client)
				io.CopyN(client, server, limit)
			}()
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}

// newClosingProxy passes connections on to a server; the first ones say in their first answer that they close.
func newClosingProxy(t *testing.T, port, closing int) (proxy int, connections *atomic.Int64) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	connections = new(atomic.Int64)
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			closes := connections.Add(1) <= int64(closing)
			go func() {
				defer client.Close()
				server, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
				if err != nil {
					return
				}
				defer server.Close()
				go io.Copy(server, client)
				answer := bufio.NewReader(server)
				if status, err := answer.ReadString('\n'); err == nil && closes {
					io.WriteString(client, status+"Connection: close\r\n")
				} else {
					io.WriteString(client, status)
				}
				io.Copy(client, answer)
			}()
		}
	}()
	return l.Addr().(*net.TCPAddr).Port, connections
}

func TestALogonWhoseConnectionCloses(t *testing.T) {
	for closing, works := range map[int]bool{0: true, 1: true, logonTries - 1: true, logonTries: false} {
		tw := newTwin(t, wsman.Options{})
		proxy, connections := newClosingProxy(t, tw.port, closing)
		tw.Host.endpoint.port = proxy
		r, err := tw.Command(t.Context(), "exit 5")
		if works {
			require.NoError(t, err)
			require.Equal(t, 5, r.Exit)
			require.EqualValues(t, closing+1, connections.Load())
		} else {
			e := requireKind(t, err, KindUnreachable)
			require.False(t, e.Maybe)
			require.Empty(t, tw.ran())
		}
		require.Zero(t, tw.count(wsman.EventAuthFailed), "nothing counts against the account")
	}
}

func TestCutConnectionsNeverRunACommandTwice(t *testing.T) {
	tw := newTwin(t, wsman.Options{Stack: wsman.Stack20, MaxShellsPerUser: 1000, MaxOperationsPerUser: 1000})
	random := rand.New(rand.NewPCG(1, 2))
	proxy := newCuttingProxy(t, tw.port, func() int64 { return 1000 + random.Int64N(9000) })
	tw.Host.endpoint.port = proxy
	good, bad := 0, 0
	for i := range 60 {
		line := fmt.Sprintf("fill %d", 16*(i+1))
		r, err := tw.Command(t.Context(), line, strings.NewReader(strings.Repeat("x", i*50)))
		times := 0
		for _, ran := range tw.ran() {
			if ran == line {
				times++
			}
		}
		require.LessOrEqual(t, times, 1)
		if err == nil {
			good++
			require.Equal(t, 1, times)
			require.Len(t, r.Stdout, 16*(i+1))
			continue
		}
		bad++
		var e *Error
		require.ErrorAs(t, err, &e)
		require.Contains(t, []Kind{KindUnreachable, KindInterrupted}, e.Kind, "%v", err)
		if times == 1 {
			require.True(t, e.Maybe, "%v", err)
		}
	}
	require.NotZero(t, good)
	require.NotZero(t, bad)
	require.Zero(t, tw.count(wsman.EventAuthFailed))
}

func TestSpansNameACommandAndKeepItsText(t *testing.T) {
	exporter := tracetest.NewInMemoryExporter()
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter)))
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	tw := newTwin(t, wsman.Options{})
	_, err := tw.Command(t.Context(), `both "a secret argument"`)
	require.NoError(t, err)
	_, err = tw.Command(t.Context(), "both\n")
	require.Error(t, err)

	spans := exporter.GetSpans()
	require.Len(t, spans, 2)
	values := map[string]string{}
	for _, a := range spans[0].Attributes {
		values[string(a.Key)] = a.Value.String()
	}
	require.Equal(t, "winrm.run", spans[0].Name)
	require.Equal(t, map[string]string{
		"server.address": "127.0.0.1", "server.port": strconv.Itoa(tw.port), "farmhand.server": "APP01",
		"farmhand.command": "both", "process.exit.code": "7",
	}, values)
	require.Equal(t, "config", spans[1].Status.Description)
}
