package winhost

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
	"farmhand/internal/secrets"
	"farmhand/simulator/wsman"
)

func TestQuoted(t *testing.T) {
	for text, want := range map[string]string{
		`C:\Updates`:               `"C:\Updates"`,
		`C:\Program Files (x86)\a`: `"C:\Program Files (x86)\a"`,
		`a & del b | c > d < e ^f`: `"a & del b | c > d < e ^f"`,
		`$(calc) 'x' ; {y} @z #q`:  `"$(calc) 'x' ; {y} @z #q"`,
		`D:\`:                      `"D:\\"`,
		`\\files\updates\\`:        `"\\files\updates\\\\"`,
		"Gr\u00fc\u00dfe \u2019":   "\"Gr\u00fc\u00dfe \u2019\"",
	} {
		got, err := Quoted(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got)
	}
	for _, bad := range []string{"", `a" & calc & "`, "%PATH%", "a!b!", "a\nb", "a\r\nb", "a\x00b", "a\tb", "a\u202eb", "a\u2066b", "\xff", "\ufffd", "a\x7fb", "a\u0085b"} {
		_, err := Quoted(bad)
		require.True(t, IsKind(err, KindConfig), "%q: %v", bad, err)
	}
}

// Whatever a text holds: it is refused, or cmd.exe reads one word in which nothing is left to read, and a program gets
// one argument that is the text.
func TestAnythingQuotedIsOneArgument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(
			rapid.StringOfN(rapid.SampledFrom([]rune("&|<>^%!\"(),;= '`$\\{}[]@#-/*?~\t\r\n\x00\u2018\u2019\u201c\u201d\u202eabZ09ü")), 0, 30, -1),
			rapid.String(),
		).Draw(t, "text")
		line, err := Quoted(text)
		if err != nil {
			return
		}
		inner := line[1 : len(line)-1]
		require.True(t, line[0] == '"' && line[len(line)-1] == '"' && !strings.ContainsAny(inner, "\"%!"))
		require.False(t, strings.ContainsFunc(inner, unicode.IsControl))
		require.Equal(t, []string{"program", text, "next"}, arguments("program "+line+" next"))
		require.NoError(t, checkLine("dir "+line+" && ver"))
	})
}

// arguments splits a command line as CommandLineToArgvW documents it: 2n backslashes before a quote are n, and the quote
// counts; 2n+1 are n and a quote that is text.
func arguments(line string) (out []string) {
	var word strings.Builder
	quoted, slashes := false, 0
	for _, r := range line + " " {
		switch {
		case r == '\\':
			slashes++
			continue
		case r == '"' && slashes%2 == 0:
			word.WriteString(strings.Repeat(`\`, slashes/2))
			quoted = !quoted
		case r == '"':
			word.WriteString(strings.Repeat(`\`, slashes/2) + `"`)
		default:
			word.WriteString(strings.Repeat(`\`, slashes))
			if r == ' ' && !quoted {
				out = append(out, word.String())
				word.Reset()
			} else {
				word.WriteRune(r)
			}
		}
		slashes = 0
	}
	return out
}

// hostile are texts that would become commands of cmd.exe, PowerShell or a batch file where one is pasted.
var hostile = []string{
	`x" & calc & "`, `x"`, `x%COMSPEC%x`, "x\r\ncalc", "x\ncalc", "x\x00y", "x\u202ecod.exe",
}

// Nothing that cannot stand in a command reaches a server: not as a service, a job's command, an account, a folder or a
// key of the registry. No shell is opened for it.
func TestWhatCannotStandInACommandIsNotSent(t *testing.T) {
	tw := newTwin(t, wsman.Options{})
	for _, text := range hostile {
		_, err := tw.Service(t.Context(), text)
		requireKind(t, err, KindConfig)
		requireKind(t, tw.StopService(t.Context(), text), KindConfig)
		requireKind(t, setMode(t, tw.Host, text, StartManual), KindConfig)
		_, _, err = tw.RegQuery(t.Context(), `HKLM\SOFTWARE\`+text, "")
		requireKind(t, err, KindConfig)
		_, err = tw.PollJob(t.Context(), text)
		requireKind(t, err, KindConfig)
		if !strings.Contains(text, "\u202e") { // an account may look as it likes
			requireKind(t, tw.MakeClosedFolder(t.Context(), `D:\backup`, `CONTOSO\`+text), KindConfig)
			requireKind(t, tw.MakeClosedFolder(t.Context(), `D:\`+text, account), KindConfig)
		}
	}
	for _, command := range []string{"x\r\ncalc", "\"C:\\\u2019.exe\"", "x\x1ay"} {
		spec := jobSpec()
		spec.Command = command
		_, err := tw.StartJob(t.Context(), spec)
		requireKind(t, err, KindConfig)
	}
	for _, stage := range []string{`D:\a" & calc & "`, `D:\%TEMP%`, `D:\a&b`, "D:\\a\nb", `D:\a!b`, `\\share\stage`} {
		h, err := New(Options{Server: farm.Server{Name: "APP01", Address: "127.0.0.1", Stage: stage}, User: account, Password: secrets.New(password)})
		require.NoError(t, err)
		_, err = h.StartJob(t.Context(), jobSpec())
		requireKind(t, err, KindConfig)
	}
	require.Zero(t, tw.count(wsman.EventCreateShell))
}
