package faults

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// rows are the rows of docs/faults.md, in its order.
func rows() []row {
	return slices.Concat(ofWinRM(), ofOutput(), ofBoots(), ofJobs(), ofSQLServers())
}

func TestFaults(t *testing.T) {
	t.Parallel()
	page := table(t)
	for _, r := range rows() {
		t.Run(r.id, func(t *testing.T) {
			t.Parallel()
			s := stage(t, r)
			r.run(s)
			s.struck(r.faults)
			i := slices.IndexFunc(page, func(w written) bool { return w.test == "TestFaults" && w.name == r.id })
			require.GreaterOrEqual(t, i, 0, "no row of docs/faults.md")
			require.Equal(t, page[i].ends, s.ended)
		})
	}
}
