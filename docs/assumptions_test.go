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
