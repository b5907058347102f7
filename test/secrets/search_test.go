package secrets_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"farmhand/test/secrets"
)

// nasty is a text with everything that programs write differently.
const nasty = "k7\"Q$x'V`9%m&w\u2019\u201c2;z|t<J>^T!r\n(W){p}[d]#@~,=+\\/ü Lq"

// writers are programs' own ways of writing a text, none of them the Searcher's.
func writers(t *testing.T) map[string]func(string) []byte {
	t.Helper()
	out := map[string]func(string) []byte{
		"as it is":     func(s string) []byte { return []byte("password=" + s + " and more") },
		"json":         func(s string) []byte { b, _ := json.Marshal(map[string]string{"a": s}); return b },
		"json in json": func(s string) []byte { b, _ := json.Marshal(s); b, _ = json.Marshal(string(b)); return b },
		"xml":          func(s string) []byte { b, _ := xml.Marshal(s); return b },
		"html":         func(s string) []byte { return []byte(html.EscapeString(s)) },
		"query":        func(s string) []byte { return []byte(url.Values{"p": {s}}.Encode()) },
		"path":         func(s string) []byte { return []byte((&url.URL{Scheme: "http", Host: "a", Path: "/" + s}).String()) },
		"%q":           func(s string) []byte { return fmt.Appendf(nil, "%q", s) },
		"%+q":          func(s string) []byte { return fmt.Appendf(nil, "%+q", s) },
		"%x":           func(s string) []byte { return fmt.Appendf(nil, "%x", s) },
		"%X":           func(s string) []byte { return fmt.Appendf(nil, "%X", s) },
		"%v of bytes":  func(s string) []byte { return fmt.Appendf(nil, "%v", []byte(s)) },
		"%#v":          func(s string) []byte { return fmt.Appendf(nil, "%#v", struct{ Password string }{s}) },
		"slog text": func(s string) []byte {
			var b bytes.Buffer
			slog.New(slog.NewTextHandler(&b, nil)).Info("x", "p", s)
			return b.Bytes()
		},
		"slog json": func(s string) []byte {
			var b bytes.Buffer
			slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "p", s)
			return b.Bytes()
		},
	}
	for i := range 3 {
		out[fmt.Sprintf("base64 behind %d bytes", i)] = func(s string) []byte {
			return []byte(base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", i) + s + "more")))
		}
		out[fmt.Sprintf("base64 of json behind %d bytes", i)] = func(s string) []byte {
			b, _ := json.Marshal(strings.Repeat("x", i) + s)
			return []byte(base64.URLEncoding.EncodeToString(b))
		}
		out[fmt.Sprintf("base64 of UTF-16 behind %d characters", i)] = func(s string) []byte {
			var b []byte
			for _, u := range utf16.Encode([]rune(strings.Repeat("x", i) + s)) {
				b = append(b, byte(u), byte(u>>8))
			}
			return []byte(base64.StdEncoding.EncodeToString(b))
		}
	}
	return out
}

// TestASecretIsFoundInEveryFormItMayBeWrittenIn: the search is not blind to any of them, whole or in part.
func TestASecretIsFoundInEveryFormItMayBeWrittenIn(t *testing.T) {
	s, err := secrets.NewSearcher(map[string]string{"setup": nasty})
	require.NoError(t, err)
	for name, write := range writers(t) {
		t.Run(name, func(t *testing.T) {
			found := s.Find("here", write(nasty))
			require.NotEmpty(t, found)
			require.Equal(t, "setup", found[0].Secret)
			require.NotContains(t, found[0].String(), nasty[:4])
			require.Empty(t, s.Find("here", write("a text that has nothing to do with it, 'quoted' & <escaped>\n")))
		})
	}
}

// TestAPartOfASecretIsFoundToo: any eight characters in a row, wherever they lie.
func TestAPartOfASecretIsFoundToo(t *testing.T) {
	s, err := secrets.NewSearcher(map[string]string{"setup": nasty})
	require.NoError(t, err)
	runes := []rune(nasty)
	for name, write := range writers(t) {
		for from := range runes {
			for to := from + 8; to <= len(runes); to++ {
				require.NotEmpty(t, s.Find("here", append([]byte("before|"), write(string(runes[from:to]))...)), "%s of %q", name, string(runes[from:to]))
			}
		}
	}
}

func TestAShortSecretCannotBeLookedFor(t *testing.T) {
	_, err := secrets.NewSearcher(map[string]string{"pin": "1234567"})
	require.ErrorContains(t, err, "pin")
}
