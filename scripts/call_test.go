package scripts_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/scripts"
)

// The limits of cmd.exe (KB830473) and of a script behind -EncodedCommand inside it.
const (
	commandLineLimit = 8191
	scriptLimit      = 3060
)

func TestCommandLineFitsIntoTheShell(t *testing.T) {
	line := scripts.CommandLine()
	require.Less(t, len(line), commandLineLimit)
	require.LessOrEqual(t, len(utf16.Encode([]rune(scripts.Bootstrap.Text))), scriptLimit)
	require.Equal(t, line, scripts.CommandLine())
}

func TestCommandLineHoldsTheBootstrap(t *testing.T) {
	head, encoded, found := strings.Cut(scripts.CommandLine(), " -EncodedCommand ")
	require.True(t, found)
	require.Equal(t, "powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass", head)
	raw, err := base64.StdEncoding.DecodeString(encoded)
	require.NoError(t, err)
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(raw[2*i:])
	}
	require.Equal(t, scripts.Bootstrap.Text, string(utf16.Decode(units)))
}

func TestEncodeIsDataInASCIILines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		call := scripts.Call{Script: scripts.Script{Text: rapid.String().Draw(t, "text")}, Nonce: "0123abcd"}
		for range rapid.IntRange(0, 4).Draw(t, "count") {
			call.Args = append(call.Args, scripts.Arg{
				Name:  rapid.StringMatching(`[A-Z][A-Za-z]{0,8}`).Draw(t, "name"),
				Value: rapid.String().Draw(t, "value"),
			})
		}
		input := rapid.StringMatching(`([A-Za-z0-9+/=.]{0,20}\n){0,3}`).Draw(t, "stdin")
		encoded := call.Encode([]byte(input))
		for _, b := range encoded {
			require.Less(t, b, byte(0x7f))
		}
		in := bufio.NewReader(bytes.NewReader(encoded))
		require.Equal(t, call.Nonce, line(t, in))
		require.Equal(t, call.Script.Text, decode(t, line(t, in)))
		for _, a := range call.Args {
			name, value, found := strings.Cut(line(t, in), " ")
			require.True(t, found)
			require.Equal(t, scripts.Arg{Name: name, Value: decode(t, value)}, a)
		}
		require.Equal(t, ".", line(t, in))
		rest := new(bytes.Buffer)
		_, err := rest.ReadFrom(in)
		require.NoError(t, err)
		require.Equal(t, input, rest.String())
	})
}

func line(t require.TestingT, r *bufio.Reader) string {
	s, err := r.ReadString('\n')
	require.NoError(t, err)
	return strings.TrimSuffix(s, "\r\n")
}

func decode(t require.TestingT, s string) string {
	b, err := base64.StdEncoding.DecodeString(s)
	require.NoError(t, err)
	return string(b)
}
