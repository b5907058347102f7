package farm_test

import (
	"testing"

	"farmhand/internal/farm"
)

// TestFindingsExecution: people learn beforehand that they will be asked.
func TestFindingsExecution(t *testing.T) {
	testSpoiled(t, []spoiled{
		{"by hand", func(r *farm.Rollout, _ *farm.Release, _ *farm.Facts) {
			r.Farms[0].Servers[1].Execution = farm.ExecutionManual
		}, farm.SeverityInformation, "WFE01", "execution is manual"},
	})
}
