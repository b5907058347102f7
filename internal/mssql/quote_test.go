package mssql

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestQuoteName(t *testing.T) {
	for name, want := range map[string]string{
		"PWA_Published":                "[PWA_Published]",
		"odd]name":                     "[odd]]name]",
		"x]; DROP DATABASE master; --": "[x]]; DROP DATABASE master; --]",
		"Grüße":                        "[Grüße]",
	} {
		got, err := QuoteName(name)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, bad := range []string{"", "a\x00b", "a\nb", strings.Repeat("x", 129), "\xff"} {
		_, err := QuoteName(bad)
		require.Error(t, err, "%q", bad)
	}
}

func TestQuotePath(t *testing.T) {
	for path, want := range map[string]string{
		`E:\Backup\o'brien.bak`: `N'E:\Backup\o''brien.bak'`,
		`\\bk01\sp\x.bak`:       `N'\\bk01\sp\x.bak'`,
		`E:\`:                   `N'E:\'`,
	} {
		got, err := quotePath(path)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, bad := range []string{"", "x.bak", `\x.bak`, `E:x.bak`, `E:`, `\\bk01`, "/tmp/x.bak", `1:\x.bak`, `E:\` + strings.Repeat("x", 300)} {
		_, err := quotePath(bad)
		require.Error(t, err, "%q", bad)
	}
}

// What is quoted reads back as what it was, and ends only at its own end.
func TestQuotingIsReversible(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringMatching(`[\[\]' a-z;-]{1,40}`).Draw(rt, "text")
		literal, err := quoteText(text)
		require.NoError(rt, err)
		require.Equal(rt, text, unquote(rt, literal[1:], '\''))
		name, err := QuoteName(text)
		require.NoError(rt, err)
		require.Equal(rt, text, unquote(rt, name, ']'))
	})
}

// unquote reads a quoted text as SQL Server's parser does: the closing character ends it unless it comes twice.
func unquote(t require.TestingT, quoted string, end byte) string {
	var b strings.Builder
	for i := 1; i < len(quoted); i++ {
		if quoted[i] == end {
			if i+1 == len(quoted) {
				return b.String()
			}
			require.Equal(t, end, quoted[i+1], "the text ends early in %s", quoted)
			i++
		}
		b.WriteByte(quoted[i])
	}
	require.Fail(t, "no end", quoted)
	return ""
}
