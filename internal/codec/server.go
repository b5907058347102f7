package codec

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"go.temporal.io/sdk/converter"

	"farmhand/internal/secrets"
)

const (
	// shortestToken is the least length of a token: shorter ones can be guessed.
	shortestToken = 16
	// largestBody bounds what is decoded at once: a page of history is at most 4 MB, in base64.
	largestBody = 16 << 20
	// preflightAge is how many seconds a browser may remember what it is allowed.
	preflightAge = "600"
)

var (
	errShortToken = fmt.Errorf("the token is shorter than %d characters: make one with openssl rand -hex 32", shortestToken)
	errClear      = errors.New("the address is not loopback, and what is decoded would go over the network in clear: give a certificate and its key, or listen on 127.0.0.1")
	errOrigin     = errors.New("want scheme and host of the web page, like http://127.0.0.1:8233, without a path")
)

// Server decodes and encodes for Temporal's web UI and command line, in Temporal's remote codec protocol: POST /decode and
// POST /encode with payloads as JSON.
type Server struct {
	Codec *Codec
	// Token is what callers show: as "Authorization: Bearer TOKEN", or as the password of any user where a browser asks.
	Token secrets.Value
	// Origin is the web page that may call from a browser, as scheme://host:port; empty: none.
	Origin string
}

// CheckListen refuses an address that others can reach while there is no TLS.
func CheckListen(address string, secure bool) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%s: want host:port, like 127.0.0.1:8089: %w", address, err)
	}
	if ip := net.ParseIP(host); !secure && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("%s: %w", address, errClear)
	}
	return nil
}

// Handler is the server's HTTP handler. The error is about Token or Origin, or that the codec has no key.
func (s Server) Handler() (http.Handler, error) {
	if !s.Codec.Encrypts() {
		return nil, errors.New("there is no key to decode with: the setting codec.keys is empty")
	}
	if len(s.Token.Reveal()) < shortestToken {
		return nil, errShortToken
	}
	if s.Origin != "" {
		u, err := url.Parse(s.Origin)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.Scheme+"://"+u.Host != s.Origin {
			return nil, fmt.Errorf("origin %q: %w", s.Origin, errOrigin)
		}
	}
	payloads := converter.NewPayloadCodecHTTPHandler(s.Codec)
	mux := http.NewServeMux()
	mux.HandleFunc("OPTIONS /", s.preflight) // a browser asks first, and shows no token then
	mux.Handle("POST /decode", s.guard(payloads))
	mux.Handle("POST /encode", s.guard(payloads))
	mux.Handle("GET /{$}", s.guard(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "This browser may decode now. Go back to the Temporal UI and load the page again.")
	})))
	return mux, nil
}

// guard lets in who shows the token.
func (s Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.allowOrigin(w, r)
		w.Header().Set("Cache-Control", "no-store")
		if !s.shown(r) {
			w.Header().Set("WWW-Authenticate", `Basic realm="farmhand codec: any user, the token as password", charset="UTF-8"`)
			http.Error(w, "the codec wants its token", http.StatusUnauthorized)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, largestBody)
		next.ServeHTTP(w, r)
	})
}

// shown reports whether the request shows the token. Hashes are compared, so that the time tells neither text nor length.
func (s Server) shown(r *http.Request) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		_, token, _ = r.BasicAuth()
	}
	got, want := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(s.Token.Reveal()))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

func (s Server) preflight(w http.ResponseWriter, r *http.Request) {
	if s.allowOrigin(w, r) {
		w.Header().Set("Access-Control-Allow-Methods", "POST")
		w.Header().Set("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Namespace")
		w.Header().Set("Access-Control-Max-Age", preflightAge)
	}
	w.WriteHeader(http.StatusNoContent)
}

// allowOrigin lets the one web page read answers, with the credentials that its user gave the browser.
func (s Server) allowOrigin(w http.ResponseWriter, r *http.Request) bool {
	w.Header().Set("Vary", "Origin")
	if s.Origin == "" || r.Header.Get("Origin") != s.Origin {
		return false
	}
	w.Header().Set("Access-Control-Allow-Origin", s.Origin)
	w.Header().Set("Access-Control-Allow-Credentials", "true")
	return true
}
