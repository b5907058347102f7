package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	fuzzTarget = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(f \*testing\.F\)`)
	spans      = regexp.MustCompile("`([^`]+)`")
)

// TestEveryFuzzTargetIsListed: the table of reliability.md names every fuzz target of the main module beside what it feeds,
// and nothing that is not there.
func TestEveryFuzzTargetIsListed(t *testing.T) {
	var listed []string
	_, table, found := strings.Cut(read(t, "reliability.md"), "| what comes in | read by | fuzz target |\n|---|---|---|\n")
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n\n")
	for row := range strings.SplitSeq(table, "\n") {
		cells := strings.Split(strings.Trim(row, "| "), " | ")
		require.Len(t, cells, 3, row)
		readers := spans.FindAllStringSubmatch(cells[1], -1)
		require.GreaterOrEqual(t, len(readers), 2, row)
		dir := readers[0][1]
		for _, r := range readers[1:] {
			require.True(t, declares(t, dir, r[1]), "%s has no function %s", dir, r[1])
		}
		targets := spans.FindAllStringSubmatch(cells[2], -1)
		require.NotEmpty(t, targets, row)
		for _, target := range targets {
			listed = append(listed, dir+" "+target[1])
		}
	}
	slices.Sort(listed)
	require.Equal(t, fuzzTargets(t), listed, "the table under \"Bad input\" in reliability.md and the fuzz targets differ")
}

// declares looks for a function or method in the files of a package that are no tests.
func declares(t *testing.T, dir, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files, dir)
	function := regexp.MustCompile(`(?m)^func (\([^)]*\) )?` + regexp.QuoteMeta(name) + `\(`)
	return slices.ContainsFunc(files, func(f string) bool {
		return !strings.HasSuffix(f, "_test.go") && function.MatchString(read(t, f))
	})
}

// fuzzTargets are those of the main module, as "directory name", sorted.
func fuzzTargets(t *testing.T) []string {
	t.Helper()
	var out []string
	require.NoError(t, fs.WalkDir(os.DirFS(root), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (path == "devserver" || path == "tools" || (path != "." && strings.HasPrefix(d.Name(), "."))) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		for _, m := range fuzzTarget.FindAllStringSubmatch(read(t, filepath.Join(root, path)), -1) {
			out = append(out, filepath.ToSlash(filepath.Dir(path))+" "+m[1])
		}
		return nil
	}))
	slices.Sort(out)
	return out
}
