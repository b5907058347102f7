package docs

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTroublesOfTheMachineAreTested: each row of "When the machine itself is the problem" says what to do and names a test
// that exists, or that people tried it.
func TestTroublesOfTheMachineAreTested(t *testing.T) {
	known := testFunctions(t)
	for _, target := range fuzzTargets(t) {
		_, name, _ := strings.Cut(target, " ")
		known[name] = true
	}
	_, section, found := strings.Cut(read(t, "operations.md"), "\n## When the machine itself is the problem\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	rows := 0
	for line := range strings.SplitSeq(section, "\n") {
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|-") || strings.HasPrefix(line, "| what you see") {
			continue
		}
		rows++
		cells := strings.Split(strings.TrimSuffix(strings.TrimPrefix(line, "| "), " |"), " | ")
		require.Len(t, cells, 4, line)
		require.NotEmpty(t, strings.TrimSpace(cells[2]), line)
		if cells[3] == "tried by hand" {
			continue
		}
		require.Regexp(t, cellOfTests, cells[3], line)
		for _, m := range span.FindAllStringSubmatch(cells[3], -1) {
			require.True(t, known[m[1]], "no test function is called %s: %s", m[1], line)
		}
	}
	require.Greater(t, rows, 10)
}
