package winhost

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"farmhand/scripts"
)

// requireTyped: an error of a client is always an *Error, with a kind and words.
func requireTyped(t *testing.T, err error, kinds ...Kind) {
	t.Helper()
	var e *Error
	require.ErrorAs(t, err, &e)
	require.NotEmpty(t, e.Message)
	if len(kinds) > 0 {
		require.Contains(t, kinds, e.Kind)
	}
}

// FuzzChallenge: the proof of a password is sent to nobody who does not grant sealing, whatever he answers to a logon.
func FuzzChallenge(f *testing.F) {
	challenge := func(flags uint32) string {
		b := append([]byte("NTLMSSP\x00\x02\x00\x00\x00"), make([]byte, 36)...)
		binary.LittleEndian.PutUint32(b[20:], flags)
		return base64.StdEncoding.EncodeToString(b)
	}
	f.Add(401, "Negotiate "+challenge(requiredFlags), "Basic realm=\"WSMAN\"", false)
	f.Add(401, "negotiate "+challenge(0), "", true)
	f.Add(401, "Kerberos x", "Negotiate", false)
	f.Add(503, "", "", false)
	f.Fuzz(func(t *testing.T, status int, one, other string, https bool) {
		header := http.Header{authenticate: {one, other}}
		got, err := endpoint{https: https}.challenge(reply{status: status, header: header})
		if err != nil {
			requireTyped(t, err)
			require.Empty(t, got)
			return
		}
		require.Equal(t, http.StatusUnauthorized, status)
		require.True(t, bytes.HasPrefix(got, []byte("NTLMSSP\x00\x02")))
		if !https {
			require.EqualValues(t, requiredFlags, binary.LittleEndian.Uint32(got[20:])&requiredFlags)
		}
	})
}

// FuzzIdentity: who a server is said to be has three parts, or is an error that says why.
func FuzzIdentity(f *testing.F) {
	for _, s := range []string{"OS: 6.0.6002 SP: 2.0 Stack: 2.0", "OS: 0.0.0 SP: 0.0 Stack: 2.0", "OS:5.2.3790 SP:2.0 Stack:1.1", "OS: SP: Stack:", ""} {
		f.Add(" Microsoft Corporation ", s)
	}
	f.Fuzz(func(t *testing.T, vendor, version string) {
		i, err := parseIdentity(vendor, version)
		if err != nil {
			requireTyped(t, err, KindBadOutput, KindAuth)
			require.Zero(t, i)
			return
		}
		for _, part := range []string{i.OSVersion, i.ServicePack, i.Stack} {
			require.NotEmpty(t, part)
			require.Contains(t, version, part)
		}
		if i.Before2008() {
			require.Regexp(t, `^\+?0*[1-5](\.|$)`, i.OSVersion)
		}
	})
}

// FuzzJobState: a job that is said to have exited has a code, one that is gone had begun, and an answer that tells neither
// is no state.
func FuzzJobState(f *testing.F) {
	const boot = "boot\ttime=2008-07-15T20:04:05Z\tnow=2008-07-15T21:00:00Z\n"
	for _, job := range []string{"exists=true\tstarted=true\texit=17025\tprocesses=0", "exists=true\tstarted=true\texit=\tprocesses=2", "exists=true\tstarted=true\tprocesses=", "exists=true\tstarted=false", "exists=false", "exists=true\texit=x"} {
		f.Add(boot + "job\t" + job)
	}
	f.Add("job\texists=true")
	f.Fuzz(func(t *testing.T, text string) {
		records, err := scripts.Parse(text+"\n##RC=0 n", "n")
		if err != nil {
			return
		}
		state, _, err := new(Host).jobState(records)
		if err != nil {
			requireTyped(t, err, KindBadOutput)
			return
		}
		var job scripts.Record
		for _, r := range records {
			if r.Kind == "job" {
				job = r
				break
			}
		}
		switch state.State {
		case JobExited:
			require.NotEmpty(t, job.Get("exit"))
		case JobGone, JobRunning:
			require.True(t, job.Bool("started"))
		case JobPrepared:
			require.True(t, job.Bool("exists"))
			require.False(t, job.Bool("started"))
		default:
			require.False(t, job.Bool("exists"))
		}
	})
}

// FuzzOutputText: what a command printed is valid text in any code page, and ASCII stays as it was printed.
func FuzzOutputText(f *testing.F) {
	f.Add([]byte("\xEF\xBB\xBFSTATE"), 65001)
	f.Add([]byte("Zugriff verweigert \x81"), 850)
	f.Add([]byte{0xFF, 0, 'a'}, 1252)
	f.Add([]byte("x"), -1)
	f.Fuzz(func(t *testing.T, printed []byte, codePage int) {
		var o output
		o.full = func() {}
		_, err := o.Write(printed)
		require.NoError(t, err)
		text := o.text(codePage)
		require.True(t, utf8.ValidString(text))
		ascii := strings.Map(func(r rune) rune {
			if r < utf8.RuneSelf {
				return r
			}
			return -1
		}, text)
		want := bytes.Map(func(r rune) rune {
			if r < utf8.RuneSelf {
				return r
			}
			return -1
		}, printed)
		require.Equal(t, string(want), ascii)
	})
}
