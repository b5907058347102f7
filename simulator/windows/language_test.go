package windows

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var verb = regexp.MustCompile(`%[-0-9.]*[a-z]`)

// literals are the texts in this package's own files.
func literals(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range names {
		if strings.HasPrefix(name, "language") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				text, err := strconv.Unquote(l.Value)
				require.NoError(t, err)
				found[text] = true
			}
			return true
		})
	}
	return found
}

// TestFrenchTextsAreUsed: a translation whose English text nobody prints any more would leave English in its
// place, and one with other verbs would print rubbish.
func TestFrenchTextsAreUsed(t *testing.T) {
	t.Parallel()
	printed := literals(t)
	for english, french := range frenchTexts {
		require.True(t, printed[strings.TrimSuffix(english, netMore)], "nobody prints %q", english)
		require.Equal(t, verb.FindAllString(english, -1), verb.FindAllString(french, -1), english)
	}
}
