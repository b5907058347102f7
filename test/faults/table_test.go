package faults

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/simulator"
	"farmhand/simulator/world"
)

// written is a row as docs/faults.md has it.
type written struct {
	twin, ends string
	faults     []world.Fault // step and kind
	test, name string        // TestFaults or TestRehearsals, and the subtest
}

var (
	named  = regexp.MustCompile("`([^`]+)` / `([^`]+)`")
	tested = regexp.MustCompile("^`(TestFaults|TestRehearsals)/([a-z0-9-]+)`$")
	ending = regexp.MustCompile("^(recovered|recovered without a retry|intervention `([a-z-]+)`)$")
)

// table reads the rows of the page.
func table(t *testing.T) (out []written) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "faults.md"))
	require.NoError(t, err)
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 7 || strings.HasPrefix(cells[1], "---") || strings.TrimSpace(cells[5]) == "test" {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		m := tested.FindStringSubmatch(cells[5])
		require.NotNil(t, m, "no test: %s", line)
		require.NotEmpty(t, cells[1], line)
		require.NotEmpty(t, cells[3], line)
		r := written{twin: cells[2], ends: cells[4], test: m[1], name: m[2]}
		for _, f := range named.FindAllStringSubmatch(cells[2], -1) {
			r.faults = append(r.faults, world.Fault{Step: f[1], Kind: f[2]})
		}
		require.NotEmpty(t, r.faults, "no fault: %s", line)
		out = append(out, r)
	}
	require.NotEmpty(t, out)
	return out
}

// TestTheTableIsTheTests: each row names a test that plays its faults, and each test has its row.
func TestTheTableIsTheTests(t *testing.T) {
	t.Parallel()
	known := rows()
	var ids []string
	for _, w := range table(t) {
		m := ending.FindStringSubmatch(w.ends)
		require.NotNil(t, m, "%s ends as %q", w.name, w.ends)
		if w.test == "TestRehearsals" {
			twin, err := simulator.LoadTwin(filepath.Join("..", "..", "simulator", "testdata", w.name, "twin.yaml"))
			require.NoError(t, err)
			for _, f := range w.faults {
				require.True(t, slices.ContainsFunc(twin.Faults, func(g world.Fault) bool { return g.Step == f.Step && g.Kind == f.Kind }), "%s has no %s", w.name, describe(f))
			}
			continue
		}
		i := slices.IndexFunc(known, func(r row) bool { return r.id == w.name })
		require.GreaterOrEqual(t, i, 0, "there is no test %s", w.name)
		require.Equal(t, describeAll(known[i].faults), w.twin, w.name)
		ids = append(ids, w.name)
	}
	var want []string
	for _, r := range known {
		want = append(want, r.id)
	}
	require.ElementsMatch(t, want, ids, "a test has no row, or two")
}

// TestEveryFaultHasARow: each step and each kind of fault that a twin file may name is in the table.
func TestEveryFaultHasARow(t *testing.T) {
	t.Parallel()
	rows := table(t)
	for _, s := range simulator.Steps() {
		there := func(fits func(world.Fault) bool) bool {
			return slices.ContainsFunc(rows, func(w written) bool { return slices.ContainsFunc(w.faults, fits) })
		}
		require.True(t, there(func(f world.Fault) bool { g, ok := simulator.FindStep(f.Step); return ok && g.Name == s.Name }), "no row with a fault at %s", s.Name)
		for _, kind := range s.Kinds {
			require.True(t, there(func(f world.Fault) bool { return f.Kind == kind }), "no row with a fault %s", kind)
		}
	}
	for _, w := range rows {
		for _, f := range w.faults {
			s, ok := simulator.FindStep(f.Step)
			require.True(t, ok, "%s: there is no step %s", w.name, f.Step)
			require.Contains(t, s.Kinds, f.Kind, "%s: %s", w.name, f.Step)
		}
	}
}
