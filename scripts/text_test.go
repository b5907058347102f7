package scripts_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/scripts"
)

// parameters is what each script must declare, in order.
var parameters = map[string][]string{
	"boot-time.ps1":         nil,
	"config-cache.ps1":      nil,
	"content-databases.ps1": nil,
	"download.ps1":          {"Mode", "Url", "Folder", "Names"},
	"farm.ps1":              nil,
	"file-hash.ps1":         {"Paths"},
	"inspect.ps1":           nil,
	"job-state.ps1":         {"Folder"},
	"lease.ps1":             {"Path", "Owner", "Action"},
	"local-names.ps1":       nil,
	"probe.ps1":             {"SqlServers", "Paths"},
	"processes.ps1":         nil,
	"products.ps1":          nil,
	"put-file.ps1":          {"Path"},
	"read-log.ps1":          {"Path", "Folder", "Pattern", "Since", "Offset", "MaxBytes"},
	"register-task.ps1":     {"Name", "User", "Command"},
	"services.ps1":          nil,
	"signature.ps1":         {"Paths"},
	"smoke-test.ps1":        {"Url", "Expect"},
	"upgrade-jobs.ps1":      {"Classes"},
	"warm-up.ps1":           {"Urls"},
}

// answering are the scripts that the bootstrap runs.
func answering() []scripts.Script {
	var out []scripts.Script
	for _, s := range scripts.All() {
		if strings.HasSuffix(s.Name, ".ps1") && s.Name != scripts.Bootstrap.Name {
			out = append(out, s)
		}
	}
	return out
}

var (
	paramBlock = regexp.MustCompile(`(?ms)^param\((.*?)^?\)$`)
	paramName  = regexp.MustCompile(`\$([A-Za-z]+)`)
)

func TestScriptsDeclareTheirParameters(t *testing.T) {
	comments := catalogComments(t)
	require.Len(t, answering(), len(parameters))
	for _, s := range answering() {
		t.Run(s.Name, func(t *testing.T) {
			blocks := paramBlock.FindAllStringSubmatch(s.Text, -1)
			require.Len(t, blocks, 1)
			var declared []string
			for _, m := range paramName.FindAllStringSubmatch(blocks[0][1], -1) {
				declared = append(declared, m[1])
			}
			require.Equal(t, parameters[s.Name], declared)
			_, about, _ := strings.Cut(comments[s.Name], "arameter")
			for _, name := range declared {
				require.Regexp(t, `\b`+name+`\b`, about, "the comment in catalog.go")
				require.Regexp(t, `(?m)^# +(Parameters: +)?`+name+`  `, s.Text, "the script's own comment")
			}
		})
	}
}

var (
	recordLine  = regexp.MustCompile(`(?m)^\t([a-z]+) +([a-z0-9_]+=.*)$`)
	recordWords = regexp.MustCompile(`record:? "?([a-z]+) ([a-z0-9_]+=[^"\n]*)`)
	fieldName   = regexp.MustCompile(`(?:^| )([a-z0-9_]+)=`)
	outRecord   = regexp.MustCompile(`Out-Record '([a-z]+)' @\(`)
)

func TestScriptsAnswerWithTheRecordsOfTheCatalog(t *testing.T) {
	comments := catalogComments(t)
	for _, s := range answering() {
		t.Run(s.Name, func(t *testing.T) {
			want := map[string]bool{}
			promised := recordLine.FindAllStringSubmatch(comments[s.Name], -1)
			promised = append(promised, recordWords.FindAllStringSubmatch(comments[s.Name], -1)...)
			for _, p := range promised {
				var fields []string
				for _, m := range fieldName.FindAllStringSubmatch(p[2], -1) {
					fields = append(fields, m[1])
				}
				calls := callsOf(s.Text, p[1])
				require.NotEmpty(t, calls, "record %s", p[1])
				for _, call := range calls {
					require.Equal(t, fields, fieldsOf(call), "record %s", p[1])
				}
				want[p[1]] = true
			}
			require.NotEmpty(t, want)
			for _, m := range outRecord.FindAllStringSubmatch(s.Text, -1) {
				if m[1] != "error" { // every script may fail
					require.True(t, want[m[1]], "catalog.go does not promise record %s", m[1])
				}
			}
		})
	}
}

// callsOf returns the arguments of every Out-Record of a kind.
func callsOf(text, kind string) (calls []string) {
	for _, rest := range strings.Split(text, "Out-Record '"+kind+"' @(")[1:] {
		depth := 1
		end := strings.IndexFunc(rest, func(r rune) bool {
			depth += strings.Count("(", string(r)) - strings.Count(")", string(r))
			return depth == 0
		})
		if end >= 0 {
			calls = append(calls, rest[:end])
		}
	}
	return calls
}

// fieldsOf returns the names in the arguments of an Out-Record: name, value, name, value.
func fieldsOf(call string) (names []string) {
	depth, isName := 0, true
	for word := range strings.SplitSeq(call, ",") {
		if depth == 0 && isName {
			names = append(names, strings.Trim(strings.TrimSpace(word), "'"))
		}
		depth += strings.Count(word, "(") - strings.Count(word, ")")
		if depth == 0 {
			isName = !isName
		}
	}
	return names
}

func TestScriptsKeepTheHouseStyle(t *testing.T) {
	for _, s := range answering() {
		t.Run(s.Name, func(t *testing.T) {
			require.True(t, strings.HasPrefix(s.Text, "# "+s.Name+" - "), "opens with its name and purpose")
			for _, heading := range []string{"# Reads:      ", "# Changes:    ", "# Parameters: ", "# Example:    powershell ", "-File " + s.Name} {
				if strings.HasPrefix(heading, "# Example") && s.Name == scripts.PutFile.Name {
					heading = "# Example:    type content.b64 | powershell "
				}
				require.Contains(t, s.Text, heading)
			}
			require.Contains(t, s.Text, "\nSet-StrictMode -Version 2\n$ErrorActionPreference = 'Stop'\n")
			require.True(t, strings.HasSuffix(s.Text, "\n[Console]::Out.WriteLine('##END')\n"), "ends with the sentinel")
		})
	}
}

// Out-Record and the other functions that several scripts share are the same text everywhere, so that a reader learns
// them once.
func TestSharedFunctionsAreTheSame(t *testing.T) {
	function := regexp.MustCompile(`(?ms)^function ([A-Za-z0-9-]+)(.*?)^}$`)
	shared := map[string]bool{"Out-Record": true, "ConvertFrom-WmiTime": true, "Format-Time": true, "Get-RegistryValue": true, "Test-Administrator": true}
	seen := map[string]string{}
	for _, s := range answering() {
		for _, m := range function.FindAllStringSubmatch(s.Text, -1) {
			if !shared[m[1]] {
				continue
			}
			if seen[m[1]] == "" {
				seen[m[1]] = m[2]
			}
			require.Equal(t, seen[m[1]], m[2], "%s in %s", m[1], s.Name)
		}
		require.Contains(t, s.Text, "\nfunction Out-Record(")
	}
	require.Len(t, seen, len(shared))
}

// A 32-bit PowerShell on x64 sees another registry and other system folders: scripts that read those refuse.
func TestScriptsRefuseTheWrongBitness(t *testing.T) {
	for _, s := range []scripts.Script{scripts.Inspect, scripts.Products, scripts.FileHash, scripts.ReadLog, scripts.Probe, scripts.Farm} {
		require.Contains(t, s.Text, "if ([IntPtr]::Size -eq 4 -and [Environment]::GetEnvironmentVariable('PROCESSOR_ARCHITEW6432')) {", s.Name)
	}
}

// alias finds the short names of commands where a command stands; a script for others to read has none.
var alias = regexp.MustCompile(`(?im)(?:^|[|;({=])[ \t]*(%|\?|gwmi|gci|ls|dir|gi|gp|gsv|gps|ps|gc|cat|type|select|sort|where|group|measure|echo|write|iex|icm|ii|ni|ri|rm|del|rd|cp|copy|mv|move|sp|sl|cd|pwd|ft|fl|gm|gv|sv|tee|sleep|sasv|spsv|kill|h|r)[ \t]+[^=\s]`)

func TestScriptsUseNoAlias(t *testing.T) {
	comment := regexp.MustCompile(`(?m)(^|\s)#.*$`)
	for _, s := range append(answering(), scripts.Bootstrap) {
		require.Empty(t, alias.FindAllString(comment.ReplaceAllString(s.Text, ""), -1), s.Name)
	}
	for _, bad := range []string{"gwmi Win32_Process", "$x = @(gci C:\\)", "a | % { $_ }", "a | where { $_ }", "\techo hello"} {
		require.Regexp(t, alias, bad)
	}
}

// PowerShell 2.0 reads a file in the server's code page, and the hash of a script is taken over its bytes.
func TestTextIsPlain(t *testing.T) {
	for _, s := range scripts.All() {
		for i := range len(s.Text) {
			require.True(t, s.Text[i] == '\n' || s.Text[i] == '\r' || s.Text[i] >= ' ' && s.Text[i] <= '~', "%s: byte %d is %#x", s.Name, i, s.Text[i])
		}
		returns, ends := strings.Count(s.Text, "\r\n"), strings.Count(s.Text, "\n")
		require.Equal(t, returns, strings.Count(s.Text, "\r"), s.Name)
		if strings.HasSuffix(s.Name, ".cmd") {
			require.Equal(t, ends, returns, "%s: cmd.exe wants CR LF", s.Name)
		} else {
			require.Zero(t, returns, s.Name)
		}
		require.NotRegexp(t, `(?m)[ \t]$`, s.Text, s.Name)
	}
}

// The password of a task is read from standard input and handed to Windows, nothing else.
func TestPasswordIsNoParameter(t *testing.T) {
	for _, s := range answering() {
		for _, name := range parameters[s.Name] {
			require.NotRegexp(t, `(?i)pass|pwd|secret`, name)
		}
	}
	require.Equal(t, 1, strings.Count(scripts.RegisterTask.Text, "$User, $password, $logonPassword"))
	require.Equal(t, 2, strings.Count(scripts.RegisterTask.Text, "$password"), "made of standard input, and handed on")
	for _, call := range append(callsOf(scripts.RegisterTask.Text, "task"), callsOf(scripts.RegisterTask.Text, "refused")...) {
		require.NotContains(t, call, "$lines")
		require.NotContains(t, call, "$password")
	}
}

// catalogComments reads catalog.go: the comment of each script's variable, by the script's file name.
func catalogComments(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "catalog.go", nil, parser.ParseComments)
	require.NoError(t, err)
	comments := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 || spec.Doc == nil {
			return true
		}
		if call, ok := spec.Values[0].(*ast.CallExpr); ok && len(call.Args) == 1 {
			if name, ok := call.Args[0].(*ast.BasicLit); ok {
				comments[strings.Trim(name.Value, `"`)] = spec.Doc.Text()
			}
		}
		return true
	})
	return comments
}
