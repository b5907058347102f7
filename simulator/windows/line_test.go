package windows

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/scripts"
)

func TestParseLine(t *testing.T) {
	for _, tt := range []struct {
		line string
		want []command
	}{
		{`echo a`, []command{{"echo a", map[int]redirect{}}}},
		{`a && "b && c"`, []command{{"a ", map[int]redirect{}}, {`"b && c"`, map[int]redirect{}}}},
		{`a >x 2>&1`, []command{{"a  ", map[int]redirect{1: {file: "x"}, 2: {stream: 1}}}}},
		{`a>"x y.log" b`, []command{{"a b", map[int]redirect{1: {file: "x y.log"}}}}},
		{`a 2>nul`, []command{{"a ", map[int]redirect{2: {file: "nul"}}}}},
		{`>exit.tmp echo 0`, []command{{"echo 0", map[int]redirect{1: {file: "exit.tmp"}}}}},
		{`echo 12>x`, []command{{"echo 12", map[int]redirect{1: {file: "x"}}}}},
		{`echo a 1>&2`, []command{{"echo a ", map[int]redirect{1: {stream: 2}}}}},
		{``, []command{{"", map[int]redirect{}}}},
	} {
		t.Run(tt.line, func(t *testing.T) {
			got, err := parseLine(tt.line)
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
	for _, line := range []string{"a | b", "a & b", "a || b", "a < b", "a >> b", "a ^b", "(a)", "a &&", "&& a", "a >", "a >&3", "a\nb", "a & &b"} {
		_, err := parseLine(line)
		require.Error(t, err, line)
	}
}

// The table of Microsoft's "Parsing C Command-Line Arguments".
func TestSplitArgs(t *testing.T) {
	for line, want := range map[string][]string{
		`"a b c" d e`:            {"a b c", "d", "e"},
		`"ab\"c" "\\" d`:         {`ab"c`, `\`, "d"},
		`a\\\b d"e f"g h`:        {`a\\\b`, "de fg", "h"},
		`a\\\"b c d`:             {`a\"b`, "c", "d"},
		`a\\\\"b c" d e`:         {`a\\b c`, "d", "e"},
		`/log:"C:\a b\x.log" ""`: {`/log:C:\a b\x.log`, ""},
	} {
		require.Equal(t, want, splitArgs(line), line)
	}
}

// quoteArg writes an argument so that CommandLineToArgvW reads it back: the rule from the other side.
func quoteArg(arg string) string {
	var b strings.Builder
	b.WriteByte('"')
	slashes := 0
	for _, c := range []byte(arg) {
		switch c {
		case '\\':
			slashes++
			continue
		case '"':
			b.WriteString(strings.Repeat(`\`, 2*slashes+1))
		default:
			b.WriteString(strings.Repeat(`\`, slashes))
		}
		slashes = 0
		b.WriteByte(c)
	}
	b.WriteString(strings.Repeat(`\`, 2*slashes))
	b.WriteByte('"')
	return b.String()
}

func TestSplitArgsReadsWhatWasQuoted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		args := rapid.SliceOfN(rapid.StringOf(rapid.SampledFrom([]rune(`ab \"	é`))), 1, 5).Draw(t, "args")
		var line []string
		for _, a := range args {
			line = append(line, quoteArg(a))
		}
		require.Equal(t, args, splitArgs(strings.Join(line, " ")))
	})
}

func TestClean(t *testing.T) {
	for path, want := range map[string]string{
		`C:\a\b\`: `C:\a\b`, `C:/a//b`: `C:\a\b`, `C:\`: `C:`, `C:\a\..\b\.`: `C:\b`, `C:\..\..`: `C:`, `\\host\share\x`: `\\host\share\x`,
	} {
		require.Equal(t, want, clean(path), path)
	}
}

func FuzzCommandLine(f *testing.F) {
	for _, line := range []string{
		`cmd /c "echo a" && type x 2>&1`, `start "" /wait /b "D:\a b.exe" /x`, `net stop "a b" /y`, `reg query HKLM\x /v`, `set A=%B%`,
		`schtasks /create /tn a /tr "\"x y\" z" /sc once`, `powershell -enc YQA=`, `powershell -File x -a`, `>`, `"`, `dir/b C:\..\*`, `sc config`, `shutdown /t`,
		`copy D:\farmhand D:\`, `ren D:\farmhand x`, `rd /s /q D:\`, `wmic os get a /value`, `taskkill /im *`,
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		c := newConsole(t, server2008("APP01"))
		_, _, exit := c.run(line, "y\r\n")
		all, _ := c.machine.world.Events(0)
		last := all[len(all)-1]
		if last.Event == "command" {
			require.Equal(t, exit, *last.Exit)
		}
	})
}

func FuzzBootstrapInput(f *testing.F) {
	f.Add("n\r\nYQ==\r\nA YQ==\r\n.\r\nx\r\n")
	f.Add("")
	f.Add("n\n!\n")
	f.Add("n\nYQ==\nName !\n.\n")
	f.Fuzz(func(t *testing.T, stdin string) {
		c := newConsole(t, server2008("APP01"))
		stdout, _, exit := c.run(scripts.CommandLine(), stdin)
		require.Equal(t, exit == 0, strings.Contains(stdout, "##RC=0"))
	})
}
