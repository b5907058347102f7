package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	testFunction = regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9_]+)\(`)
	cellOfTests  = regexp.MustCompile("^`[^`]+`(, `[^`]+`)*$")
	numbered     = regexp.MustCompile(`^\*\*(\d+)\*\* `)
)

// TestEachInstructionOfTheArticleHasATest: every row names what does it and at least one test function or rehearsal
// that exists, and none of the article's fifteen steps is left out.
func TestEachInstructionOfTheArticleHasATest(t *testing.T) {
	known := testFunctions(t)
	folders, err := os.ReadDir(filepath.Join(root, "simulator", "testdata"))
	require.NoError(t, err)
	for _, f := range folders {
		known[f.Name()] = f.IsDir()
	}
	rows, steps := 0, map[string]bool{}
	instructions, _, found := strings.Cut(read(t, "article.md"), "## Where farmhand leaves the article's order")
	require.True(t, found)
	for line := range strings.SplitSeq(instructions, "\n") {
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|-") {
			continue
		}
		cells := strings.Split(strings.TrimSuffix(strings.TrimPrefix(line, "| "), " |"), " | ")
		require.Len(t, cells, 3, line)
		if cells[0] == "the article" {
			require.Equal(t, "test", cells[2], line)
			continue
		}
		rows++
		require.NotEmpty(t, strings.TrimSpace(cells[1]), line)
		require.NotContains(t, strings.ToLower(cells[1]), "not yet", line)
		require.Regexp(t, cellOfTests, cells[2], line)
		for _, m := range span.FindAllStringSubmatch(cells[2], -1) {
			require.True(t, known[m[1]], "no test function and no rehearsal is called %s: %s", m[1], line)
		}
		if m := numbered.FindStringSubmatch(cells[0]); m != nil {
			steps[m[1]] = true
		}
	}
	require.Greater(t, rows, 50)
	require.Len(t, steps, 15)
}

// testFunctions are the names of all test functions of the main module.
func testFunctions(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, "_test.go") {
			return nil
		}
		for _, m := range testFunction.FindAllStringSubmatch(read(t, path), -1) {
			found[m[1]] = true
		}
		return nil
	}))
	return found
}
