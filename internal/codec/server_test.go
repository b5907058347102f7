package codec_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"

	"farmhand/internal/codec"
	"farmhand/internal/secrets"
)

const (
	token = "0123456789abcdef-token"
	page  = "http://127.0.0.1:8233"
)

// served is a server with a codec behind it.
func served(t *testing.T, c *codec.Codec) string {
	t.Helper()
	h, err := codec.Server{Codec: c, Token: secrets.New(token), Origin: page}.Handler()
	require.NoError(t, err)
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// ask sends a request with headers, as "Name: value", and returns the status and the headers of the answer.
func ask(t *testing.T, method, address, body string, headers ...string) (int, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	require.NoError(t, err)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	return answer.StatusCode, answer.Header
}

// TestRemoteCodec: Temporal's own client of the protocol, as its command line has it.
func TestRemoteCodec(t *testing.T) {
	c := open(t, key("a"))
	remote := converter.NewRemotePayloadCodec(converter.RemotePayloadCodecOptions{
		Endpoint: served(t, c), ModifyRequest: func(r *http.Request) error { r.Header.Set("Authorization", "Bearer "+token); return nil },
	})
	secret, err := remote.Encode([]*commonpb.Payload{payload(t, "SQL01")})
	require.NoError(t, err)
	require.Equal(t, codec.Encoding, string(secret[0].GetMetadata()["encoding"]))
	plain, err := remote.Decode(secret)
	require.NoError(t, err)
	require.True(t, proto.Equal(payload(t, "SQL01"), plain[0]))

	_, err = remote.Decode(encode(t, open(t, key("b")), payload(t, "SQL01")))
	require.Error(t, err)
}

func TestTheCodecWantsItsToken(t *testing.T) {
	address := served(t, open(t, key("a")))
	for _, path := range []string{"/decode", "/encode"} {
		for _, header := range []string{"X: y", "Authorization: Bearer", "Authorization: Bearer wrong", "Authorization: " + token, "Authorization: Bearer " + token + "x"} {
			status, _ := ask(t, http.MethodPost, address+path, `{"payloads":[]}`, header)
			require.Equal(t, http.StatusUnauthorized, status, "%s %s", path, header)
		}
		status, _ := ask(t, http.MethodPost, address+path, `{"payloads":[]}`, "Authorization: Bearer "+token)
		require.Equal(t, http.StatusOK, status)
	}
	status, header := ask(t, http.MethodGet, address+"/", "")
	require.Equal(t, http.StatusUnauthorized, status)
	require.Contains(t, header.Get("Www-Authenticate"), "Basic", "a browser asks its user then")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/", http.NoBody)
	require.NoError(t, err)
	r.SetBasicAuth("anybody", token)
	in, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	require.NoError(t, in.Body.Close())
	require.Equal(t, http.StatusOK, in.StatusCode)
}

// TestOnlyTheWebPageMayReadIt: of all pages a browser shows.
func TestOnlyTheWebPageMayReadIt(t *testing.T) {
	address := served(t, open(t, key("a")))
	asks := []string{"Access-Control-Request-Method: POST", "Access-Control-Request-Headers: authorization,content-type,x-namespace"}
	status, header := ask(t, http.MethodOptions, address+"/decode", "", append(asks, "Origin: "+page)...)
	require.Equal(t, http.StatusNoContent, status)
	require.Equal(t, page, header.Get("Access-Control-Allow-Origin"))
	require.Equal(t, "true", header.Get("Access-Control-Allow-Credentials"))
	require.Contains(t, header.Get("Access-Control-Allow-Headers"), "X-Namespace")
	for _, other := range []string{"http://127.0.0.1:8234", "https://evil.example", "null", page + ".evil.example"} {
		for _, method := range []string{http.MethodOptions, http.MethodPost} {
			_, header = ask(t, method, address+"/decode", `{"payloads":[]}`, append(asks, "Origin: "+other, "Authorization: Bearer "+token)...)
			require.Empty(t, header.Get("Access-Control-Allow-Origin"), other)
		}
	}
}

func TestWhatTheServerRefuses(t *testing.T) {
	c := open(t, key("a"))
	for _, s := range []codec.Server{
		{Codec: open(t), Token: secrets.New(token)},
		{Codec: c},
		{Codec: c, Token: secrets.New("short")},
		{Codec: c, Token: secrets.New(token), Origin: "*"},
		{Codec: c, Token: secrets.New(token), Origin: page + "/"},
		{Codec: c, Token: secrets.New(token), Origin: "file://x"},
	} {
		_, err := s.Handler()
		require.Error(t, err)
	}
	for address, secure := range map[string]bool{"0.0.0.0:1": true, "127.0.0.1:1": false, "[::1]:1": false, "localhost:1": false, "127.9.9.9:1": false} {
		require.NoError(t, codec.CheckListen(address, secure), address)
	}
	for _, address := range []string{"0.0.0.0:1", ":1", "192.0.2.1:1", "codec.example:1", "[::]:1", "127.0.0.1"} {
		require.Error(t, codec.CheckListen(address, false), address)
	}
}
