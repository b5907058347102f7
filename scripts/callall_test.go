package scripts_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/scripts"
)

// TestEncodeAll: the nonce stands before each script, and each has its own parameters and input.
func TestEncodeAll(t *testing.T) {
	one := scripts.Call{Script: scripts.PutFile, Args: []scripts.Arg{{Name: "Path", Value: `D:\a`}}, Input: []byte("YQ==\r\n")}
	two := scripts.Call{Script: scripts.BootTime}
	text := string(scripts.EncodeAll("n1", []scripts.Call{one, two}))
	require.Equal(t, 2, strings.Count("\r\n"+text, "\r\nn1\r\n"))
	one.Nonce, two.Nonce = "n1", "n1"
	require.Equal(t, string(one.Encode(one.Input))+string(two.Encode(nil)), text)
}

// TestParseAll: what one script says is never taken for another's, and an answer that stops says where.
func TestParseAll(t *testing.T) {
	const a, b, end = "a\tx=1\n##END\n", "b\tx=2\n##END\n", "##RC=0 n1\n"
	for _, tt := range []struct {
		name, stdout string
		answers      int
		err          error
	}{
		{"both", a + end + b + end, 2, nil},
		{"the second is missing", a + end, 1, &scripts.IncompleteError{}},
		{"the second is cut short", a + end + b, 1, &scripts.IncompleteError{Tail: strings.TrimSpace(b)}},
		{"the first has lost its end", a + b + end, 1, &scripts.IncompleteError{}},
		{"the first threw", "error\ttext=no\n##RC=1 n1\n", 0, &scripts.FailedError{Text: "no"}},
		{"the second threw", a + end + "error\ttext=no\n##RC=1 n1\n", 1, &scripts.FailedError{Text: "no"}},
		{"the second says what is no record", a + end + "hello there\n" + end, 1, &scripts.MalformedError{Line: "hello there"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			all, err := scripts.ParseAll(tt.stdout, "n1", 2)
			require.Equal(t, tt.err, err)
			require.Len(t, all, tt.answers)
		})
	}
	all, err := scripts.ParseAll(a+end+b+end, "n1", 2)
	require.NoError(t, err)
	require.Equal(t, "1", all[0][0].Get("x"))
	require.Equal(t, "2", all[1][0].Get("x"))
}
