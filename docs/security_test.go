package docs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEachLineOfTheThreatModelHasATest: every row of its tables names tests or rehearsals that exist, or says none; and
// one that says none says what is left to do, or why nothing is.
func TestEachLineOfTheThreatModelHasATest(t *testing.T) {
	known := testFunctions(t)
	folders, err := os.ReadDir(filepath.Join(root, "simulator", "testdata"))
	require.NoError(t, err)
	for _, f := range folders {
		known[f.Name()] = f.IsDir()
	}
	_, model, found := strings.Cut(read(t, "security.md"), "## Who can do what")
	require.True(t, found)
	model, _, found = strings.Cut(model, "## Secrets")
	require.True(t, found)
	attackers := strings.Split(model, "\n### ")[1:]
	require.Len(t, attackers, 6)
	for _, attacker := range attackers {
		held, open := 0, 0
		for line := range strings.SplitSeq(attacker, "\n") {
			if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| can or cannot") {
				continue
			}
			cells := strings.Split(strings.TrimSuffix(strings.TrimPrefix(line, "| "), " |"), " | ")
			require.Len(t, cells, 3, line)
			require.NotEmpty(t, strings.TrimSpace(cells[1]), line)
			if cells[2] == "none" {
				open++
				continue
			}
			held++
			require.Regexp(t, cellOfTests, cells[2], line)
			for _, m := range span.FindAllStringSubmatch(cells[2], -1) {
				require.True(t, known[m[1]], "no test function and no rehearsal is called %s: %s", m[1], line)
			}
		}
		require.Positive(t, held, attacker)
		require.Positive(t, open, "nobody is held off from everything: %s", attacker)
	}
}
