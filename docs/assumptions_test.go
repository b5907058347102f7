package docs

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var confidence = regexp.MustCompile(`^\[[DBCI?T]\]`)

// TestAssumptionsAreHandled: every row says how sure the fact is, and in which of the three ways it is handled.
func TestAssumptionsAreHandled(t *testing.T) {
	rows := 0
	for line := range strings.SplitSeq(read(t, filepath.Join(root, "docs", "assumptions.md")), "\n") {
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|-") || strings.HasPrefix(line, "| fact ") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		require.Len(t, cells, 4, line)
		require.Regexp(t, confidence, cells[1], line)
		require.Contains(t, []string{"data", "probe", "question"}, cells[2], line)
		rows++
	}
	require.Greater(t, rows, 20)
}

var (
	section = regexp.MustCompile(`^### ([A-Z]\.\d+) `)
	mention = regexp.MustCompile(`\b[A-C]\.\d\b`)
	unsure  = regexp.MustCompile(`\[(B/)?[I?]\]`)
)

// TestUnsureFactsAreListed: a section of domain.md with inferred or recalled facts has rows here.
func TestUnsureFactsAreListed(t *testing.T) {
	listed := map[string]bool{}
	for line := range strings.SplitSeq(read(t, "assumptions.md"), "\n") {
		for _, m := range mention.FindAllString(line, -1) {
			listed[m] = true
		}
	}
	at, sections := "", 0
	for line := range strings.SplitSeq(read(t, "domain.md"), "\n") {
		if m := section.FindStringSubmatch(line); m != nil {
			at = m[1]
			sections++
		}
		if at != "" && unsure.MatchString(line) {
			require.True(t, listed[at], "assumptions.md has no row of section %s: %s", at, line)
		}
	}
	require.Greater(t, sections, 15)
}
