package view_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"farmhand/internal/view"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares output with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o750))
		require.NoError(t, os.WriteFile(path, got, 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update once")
	require.Equal(t, string(want), string(got))
}

func printed(t *testing.T, v view.Screenable, s view.Style) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, view.Screen(&b, v, s))
	return b.String()
}

var berlin = time.FixedZone("CET", 3600)

func TestScreens(t *testing.T) {
	for name, v := range screens() {
		t.Run(name, func(t *testing.T) {
			golden(t, name+".txt", []byte(printed(t, v, view.Style{Zone: berlin})))
		})
	}
}

var ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestScreensKeepTheirWidth(t *testing.T) {
	for name, v := range screens() {
		for _, columns := range []int{72, 80, 100, 132} {
			plain := printed(t, v, view.Style{Width: columns})
			for line := range strings.Lines(plain) {
				line = strings.TrimSuffix(line, "\n")
				require.LessOrEqual(t, utf8.RuneCountInString(line), columns, "%s: %q", name, line)
				require.Equal(t, strings.TrimRight(line, " "), line, "%s: trailing blanks", name)
			}
			require.NotContains(t, plain, "\x1b", name)
			coloured := printed(t, v, view.Style{Width: columns, Color: true})
			require.Equal(t, plain, ansi.ReplaceAllString(coloured, ""), "%s: colour changes nothing but colour", name)
		}
	}
}

// What servers and people say is shown and never obeyed: no escape sequence of theirs reaches a terminal, and none of the
// characters that order text from right to left.
func TestScreensObeyNobodyElse(t *testing.T) {
	s := stuck(contoso)
	hostile := "\x1b[2J\x1b]0;all done\a\u202eenod\u2066\x9b31m\r approved"
	q := &s.Questions[len(s.Questions)-1]
	q.Title, q.Failure.Message, q.Failure.Log[0], q.Facts[0].Text = hostile, hostile, hostile, hostile
	s.Timeline[0].What, s.Servers[0].Name = hostile, hostile
	v := view.FromStatus(s, at(120))
	text := printed(t, v, view.Style{Width: 100, Zone: berlin}) + strings.Join(view.Changes(view.Farm{}, v), "\n")
	require.Contains(t, text, "all done")
	for _, never := range []string{"\x1b", "\a", "\u202e", "\u2066", "\x9b", "\r"} {
		require.NotContains(t, text, never)
	}
}
