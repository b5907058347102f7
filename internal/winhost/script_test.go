package winhost

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/scripts"
	"farmhand/simulator/wsman"
)

func TestScript(t *testing.T) {
	tw := newTwin(t, wsman.Options{})
	tw.scripts = func(s scripts.Script, args map[string]string, stdin string) (string, int) {
		require.Equal(t, scripts.FileHash.Name, s.Name)
		require.Equal(t, "input\r\n", stdin)
		return "file\tpath=" + scripts.Escape(args["Paths"]) + "\texists=true\r\n", 0
	}
	got, err := tw.Script(t.Context(), scripts.FileHash, []scripts.Arg{{Name: "Paths", Value: `C:\Größe\a b.exe`}}, []byte("input\r\n"))
	require.NoError(t, err)
	require.Equal(t, []scripts.Record{{Kind: "file", Fields: map[string]string{"path": `C:\Größe\a b.exe`, "exists": "true"}}}, got)
	require.Equal(t, []string{scripts.CommandLine()}, tw.ran(), "what changes goes through standard input")
}

func TestScriptThatWasCutShort(t *testing.T) {
	tw := newTwin(t, wsman.Options{})
	tw.scripts = func(scripts.Script, map[string]string, string) (string, int) { return "boot\ttime=2008", -1 }
	_, err := tw.Script(t.Context(), scripts.BootTime, nil, nil)
	requireKind(t, err, KindBadOutput)
	var incomplete *scripts.IncompleteError
	require.ErrorAs(t, err, &incomplete)
	require.Equal(t, "boot\ttime=2008", incomplete.Tail)
}

func TestScriptThatThrew(t *testing.T) {
	tw := newTwin(t, wsman.Options{})
	tw.scripts = func(scripts.Script, map[string]string, string) (string, int) {
		return "error\ttext=no access with " + scripts.Escape(password) + "\r\n", 1
	}
	_, err := tw.Script(t.Context(), scripts.BootTime, nil, nil)
	requireKind(t, err, KindFailed)
	var failed *scripts.FailedError
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "no access with [redacted]", failed.Text)
	require.ErrorContains(t, err, "no access")
}

func TestScriptThatNeverRan(t *testing.T) {
	tw := newTwin(t, wsman.Options{})
	_, err := tw.Script(t.Context(), scripts.BootTime, nil, nil)
	requireKind(t, err, KindBadOutput)
	require.ErrorContains(t, err, "unknown script")
}

func TestPutFile(t *testing.T) {
	content := strings.Repeat("0123456789ABCDEF\x00\xff", 10_000)
	tw := newTwin(t, wsman.Options{})
	damage, fips := "", false
	tw.scripts = func(s scripts.Script, args map[string]string, stdin string) (string, int) {
		require.Equal(t, scripts.PutFile.Name, s.Name)
		require.Equal(t, `D:\farmhand\x.ps1`, args["Path"])
		var got []byte
		for line := range strings.Lines(stdin) {
			part, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(line, "\r\n"))
			require.NoError(t, err)
			got = append(got, part...)
		}
		require.Equal(t, content, string(got), "the content changed on its way")
		if fips {
			sum := sha1.Sum([]byte(string(got) + damage))
			return fmt.Sprintf("file\tpath=x\tsize=%d\tsha256=\talgorithm=SHA-1\thash=%s\r\n", len(got), hex.EncodeToString(sum[:])), 0
		}
		return fmt.Sprintf("file\tpath=x\tsize=%d\tsha256=%s\r\n", len(got), scripts.Hash(string(got)+damage)), 0
	}
	require.NoError(t, tw.PutFile(t.Context(), `D:\farmhand\x.ps1`, []byte(content)))
	fips = true
	require.NoError(t, tw.PutFile(t.Context(), `D:\farmhand\x.ps1`, []byte(content)), "a server under the FIPS policy")
	damage = "!"
	requireKind(t, tw.PutFile(t.Context(), `D:\farmhand\x.ps1`, []byte(content)), KindBadOutput)
	fips = false
	requireKind(t, tw.PutFile(t.Context(), `D:\farmhand\x.ps1`, []byte(content)), KindBadOutput)
}

// TestScriptsShareACall: one command runs them all, and an error is that of the script it is about.
func TestScriptsShareACall(t *testing.T) {
	tw := newTwin(t, wsman.Options{})
	tw.machine.scripts = func(s scripts.Script, _ map[string]string, stdin string) (string, int) {
		if s.Name == scripts.Products.Name {
			return "error\ttext=the registry is locked\r\n", 1
		}
		return "said\tby=" + s.Name + "\tinput=" + strings.TrimSpace(stdin) + "\r\n", 0
	}
	all, err := tw.Scripts(t.Context(), scripts.Call{Script: scripts.Inspect, Input: []byte("a\r\n")}, scripts.Call{Script: scripts.Services})
	require.NoError(t, err)
	require.Len(t, all, 2)
	require.Equal(t, "a", all[0][0].Get("input"))
	require.Equal(t, scripts.Services.Name, all[1][0].Get("by"))
	require.Empty(t, all[1][0].Get("input"))
	require.Len(t, tw.ran(), 1)

	_, err = tw.Scripts(t.Context(), scripts.Call{Script: scripts.Inspect}, scripts.Call{Script: scripts.Products}, scripts.Call{Script: scripts.Services})
	e := requireKind(t, err, KindFailed)
	require.Equal(t, scripts.Products.Name, e.Op)
}
