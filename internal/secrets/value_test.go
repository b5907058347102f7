package secrets_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/secrets"
)

const password = "Pa55-phrase"

func TestValueNeverPrints(t *testing.T) {
	v := secrets.New(password)
	type account struct {
		User     string
		Password secrets.Value
		hidden   secrets.Value
	}
	a := account{User: "sp-setup", Password: v, hidden: v}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%p", "%10s"} {
		for _, arg := range []any{v, &v, a, &a, []secrets.Value{v}, map[string]secrets.Value{"p": v}} {
			out := fmt.Sprintf(verb, arg)
			require.NotContains(t, out, password, "%s of %T", verb, arg)
			require.NotContains(t, strings.ToLower(out), fmt.Sprintf("%x", password), "%s of %T", verb, arg)
		}
		if verb != "%p" { // the one verb that asks nobody; it prints an address
			require.Equal(t, secrets.Redacted, fmt.Sprintf(verb, v))
		}
	}
	require.Equal(t, secrets.Redacted, fmt.Sprint(v))
	require.Equal(t, secrets.Redacted, v.String())
}

func TestValueNeverEncodes(t *testing.T) {
	v := secrets.New(password)
	b, err := json.Marshal(map[string]any{"v": v, "p": &v})
	require.NoError(t, err)
	require.JSONEq(t, `{"v":"[redacted]","p":"[redacted]"}`, string(b))

	type account struct{ Password secrets.Value }
	b, err = xml.Marshal(account{v})
	require.NoError(t, err)
	require.Contains(t, string(b), secrets.Redacted)

	var text, js bytes.Buffer
	for buf, h := range map[*bytes.Buffer]slog.Handler{&text: slog.NewTextHandler(&text, nil), &js: slog.NewJSONHandler(&js, nil)} {
		slog.New(h).Info("login", "password", v, "in", struct{ P secrets.Value }{v})
		require.Contains(t, buf.String(), secrets.Redacted)
		require.NotContains(t, buf.String(), password)
	}
}

func TestReveal(t *testing.T) {
	require.Equal(t, password, secrets.New(password).Reveal())
	require.False(t, secrets.New(password).IsZero())
	require.True(t, secrets.New("").IsZero())
	require.Empty(t, secrets.Value{}.Reveal())
	require.Equal(t, secrets.Redacted, secrets.Value{}.String(), "output must not tell whether a password is set")
}

func TestScrub(t *testing.T) {
	short, long := secrets.New("abc"), secrets.New("abcdef")
	require.Equal(t, "net use /user:x [redacted] ok", secrets.Scrub("net use /user:x abcdef ok", short, long))
	require.Equal(t, "[redacted]-[redacted]", secrets.Scrub("abc-abcdef", short, long))
	require.Equal(t, "text", secrets.Scrub("text"))
	require.Equal(t, "text", secrets.Scrub("text", secrets.Value{}))
}

func TestScrubLeavesNoValue(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		// Upper case, so that no value is a part of the word that replaces it.
		word := rapid.StringMatching(`[A-Z0-9]{1,12}`)
		values := rapid.SliceOfN(word, 1, 4).Draw(rt, "values")
		var text strings.Builder
		var known []secrets.Value
		for _, w := range values {
			known = append(known, secrets.New(w))
			text.WriteString(rapid.StringMatching(`[a-z ]{0,6}`).Draw(rt, "between") + w)
		}
		out := secrets.Scrub(text.String(), known...)
		for _, w := range values {
			require.NotContains(rt, out, w)
		}
	})
}
