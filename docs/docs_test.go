// Package docs holds the documentation and the tests that keep it true: links resolve, commands and flags exist, and
// nothing that can be looked up (failure kinds, choices, settings, keys of files, metrics) is missing from its page.
package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
)

const root = ".."

// pages are the Markdown files of the project, by path from its root.
func pages(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") {
			return fs.SkipDir
		}
		if d.IsDir() || filepath.Ext(name) != ".md" {
			return nil
		}
		found[filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))] = read(t, path)
		return nil
	}))
	require.Contains(t, found, "README.md")
	return found
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(b)
}

var (
	fence   = regexp.MustCompile("(?ms)^[ \t]*```([a-z]*)[^\n]*\n(.*?)^[ \t]*```")
	span    = regexp.MustCompile("`([^`\n]+)`")
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ +(.*)$`)
)

// TestLinks: every relative link names a file that exists, and a heading in it where it has a fragment.
func TestLinks(t *testing.T) {
	all := pages(t)
	for page, text := range all {
		prose := fence.ReplaceAllString(text, "")
		for _, m := range link.FindAllStringSubmatch(prose, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			target, fragment, _ := strings.Cut(m[1], "#")
			file := page
			if target != "" {
				file = filepath.ToSlash(filepath.Join(filepath.Dir(page), target))
				_, err := os.Stat(filepath.Join(root, file))
				require.NoError(t, err, "%s links to %s", page, m[1])
			}
			if fragment != "" && filepath.Ext(file) == ".md" {
				require.Contains(t, anchors(all[file]), fragment, "%s links to %s", page, m[1])
			}
		}
	}
}

// anchors are the fragments that a page's headings get on the web.
func anchors(text string) []string {
	var out []string
	for _, m := range heading.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		slug := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-', r == '_', r >= '0' && r <= '9', r >= 'a' && r <= 'z':
				return r
			}
			return -1
		}, strings.ToLower(m[1]))
		out = append(out, slug)
	}
	return out
}

// code is what a page shows as code: its fenced blocks, a line of them at a time, and its spans.
func code(text string) []string {
	var out []string
	for _, m := range fence.FindAllStringSubmatch(text, -1) {
		if m[1] != "mermaid" {
			out = append(out, strings.Split(m[2], "\n")...)
		}
	}
	for _, m := range span.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		out = append(out, m[1])
	}
	return out
}

// sources is the text of a command's Go files, without its tests.
func sources(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
	require.NoError(t, err)
	var all strings.Builder
	for _, f := range files {
		if !strings.HasSuffix(f, "_test.go") {
			all.WriteString(read(t, f))
		}
	}
	return all.String()
}

var (
	constructor = regexp.MustCompile(`\bnew([A-Z][a-z]+)\(a\)`)
	below       = regexp.MustCompile(`\bnew[A-Z][a-z]+([A-Z][a-z]+)\(a\)`) // newReleaseList: a command of a command
	use         = regexp.MustCompile(`Use: +"([a-z]+)`)
	called      = regexp.MustCompile(`(?:^|[\s/(])(starter|worker|devserver)( [^|;&#]*)?`)
	flagName    = regexp.MustCompile(`(?:^| )--([a-z][a-z-]+)`)
)

// TestCommandsAndFlagsExist: whoever copies a command line from a page gets what the page says.
func TestCommandsAndFlagsExist(t *testing.T) {
	starter := sources(t, "starter")
	commands := map[string]bool{"help": true}
	for _, m := range constructor.FindAllStringSubmatch(read(t, filepath.Join(root, "starter", "root.go")), -1) {
		commands[strings.ToLower(m[1])] = true
	}
	second := map[string]bool{}
	for _, m := range below.FindAllStringSubmatch(starter, -1) {
		second[strings.ToLower(m[1])] = true
	}
	for _, m := range use.FindAllStringSubmatch(starter, -1) {
		require.True(t, m[1] == "starter" || commands[m[1]] || second[m[1]], "the command %s is in no list of starter/root.go", m[1])
	}
	programs := map[string]string{"starter": starter + `"version"` /* cobra's own */, "worker": sources(t, "worker"), "devserver": sources(t, "devserver")}
	seen := map[string]bool{}
	for page, text := range pages(t) {
		if strings.HasPrefix(page, "docs/commands/") {
			continue // drawn from the programs, and held to them there: a page that people wrote has to show each command
		}
		for _, line := range code(text) {
			line = strings.ReplaceAll(line, "temporal worker", "temporal") // a command of Temporal's own
			for _, m := range called.FindAllStringSubmatch(line, -1) {
				words := strings.Fields(m[2])
				if m[1] == "starter" && len(words) > 0 && regexp.MustCompile(`^[a-z]+$`).MatchString(words[0]) {
					require.True(t, commands[words[0]], "%s names the command starter %s", page, words[0])
					seen[words[0]] = true
				}
				for _, f := range flagName.FindAllStringSubmatch(m[2], -1) {
					require.Contains(t, programs[m[1]], strconv.Quote(f[1]), "%s gives %s the flag --%s", page, m[1], f[1])
				}
			}
		}
	}
	for c := range commands {
		require.True(t, seen[c] || c == "help", "no page shows starter %s", c)
	}
}

// constants are the string constants of one type in a Go file.
func constants(t *testing.T, file, typeName string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, 0)
	require.NoError(t, err)
	var out []string
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			v := s.(*ast.ValueSpec)
			if id, ok := v.Type.(*ast.Ident); typeName != "" && (!ok || id.Name != typeName) {
				continue
			}
			for _, e := range v.Values {
				if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					text, err := strconv.Unquote(lit.Value)
					require.NoError(t, err)
					out = append(out, text)
				}
			}
		}
	}
	require.NotEmpty(t, out, "%s has no constants of type %s", file, typeName)
	return out
}

// TestNothingIsLeftOut: what people look up in a page is in it, as code.
func TestNothingIsLeftOut(t *testing.T) {
	for _, c := range []struct{ page, file, typeName string }{
		{"operations.md", "internal/farm/failure.go", "FailureKind"},
		{"operations.md", "internal/farm/decision.go", "Choice"},
		{"operations.md", "internal/farm/plan.go", "StepKind"},
		{"concepts.md", "internal/farm/phase.go", "Phase"},
		{"concepts.md", "internal/farm/phase.go", "Outcome"},
		{"concepts.md", "internal/farm/rollout.go", "GateName"},
		{"concepts.md", "internal/farm/role.go", "Role"},
		{"observability.md", "internal/metrics/metrics.go", ""},
	} {
		text := read(t, c.page)
		for _, name := range constants(t, c.file, c.typeName) {
			if name != "" {
				require.Contains(t, text, "`"+name+"`", "%s does not explain %s of %s", c.page, name, c.file)
			}
		}
	}
}

// TestEveryKeyIsExplained: settings with their variables, and the keys of both files.
func TestEveryKeyIsExplained(t *testing.T) {
	text := read(t, "configuration.md")
	for _, key := range settings("", reflect.TypeFor[config.Settings]()) {
		require.Contains(t, text, "`"+key+"`")
		require.Contains(t, text, "`"+config.EnvironmentVariable(key)+"`")
	}
	for _, typ := range []reflect.Type{reflect.TypeFor[farm.Rollout](), reflect.TypeFor[farm.Release]()} {
		for _, key := range keys("", typ) {
			last := key[strings.LastIndex(key, ".")+1:]
			require.Regexp(t, "`([a-z_]+\\.)*"+regexp.QuoteMeta(last)+"`", text, "%s is not explained", key)
		}
	}
}

// keys lists what can be set in a value of a type, by mapstructure tag; lists by the key of their members.
func keys(prefix string, t reflect.Type) []string {
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[farm.Version]() {
		return []string{prefix}
	}
	var out []string
	for f := range t.Fields() {
		key := f.Tag.Get("mapstructure")
		if prefix != "" {
			key = prefix + "." + key
		}
		out = append(out, keys(key, f.Type)...)
	}
	return out
}

// settings lists what has a variable: a list is one setting, whatever its members are.
func settings(prefix string, t reflect.Type) []string {
	if t.Kind() != reflect.Struct {
		return []string{prefix}
	}
	var out []string
	for f := range t.Fields() {
		out = append(out, settings(strings.TrimPrefix(prefix+"."+f.Tag.Get("mapstructure"), "."), f.Type)...)
	}
	return out
}

// TestVariablesExist: a page names no variable of ours that nothing reads.
func TestVariablesExist(t *testing.T) {
	known := map[string]bool{"FARMHAND_DEVSERVER": true, "FARMHAND_RECORD": true}
	for _, key := range settings("", reflect.TypeFor[config.Settings]()) {
		known[config.EnvironmentVariable(key)] = true
	}
	for page, text := range pages(t) {
		for _, name := range regexp.MustCompile(`\bFARMHAND_[A-Z_]*[A-Z]\b`).FindAllString(text, -1) {
			require.True(t, known[name], "%s names the variable %s", page, name)
		}
	}
}

// TestReadmeNamesTheTestCommand: newcomers and machines look for this line.
func TestReadmeNamesTheTestCommand(t *testing.T) {
	require.Regexp(t, `(?m)^make test$`, read(t, filepath.Join(root, "README.md")))
}
