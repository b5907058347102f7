package farm_test

import (
	"testing"

	"farmhand/internal/farm"
)

// TestFindingsAccount: what the setup account may do.
func TestFindingsAccount(t *testing.T) {
	testSpoiled(t, []spoiled{
		{"setup account", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Probes[1].Administrator = false }, farm.SeverityBlocking, "WFE01", "setup account"},
		{"elevation", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Probes[1].Elevated = false }, farm.SeverityBlocking, "WFE01", "does not run elevated"},
		{"profile", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Probes[1].Profile = false }, farm.SeverityWarning, "WFE01", "profile"},
		{"SQL out of reach", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Probes[1].SQL = []farm.Reach{{Target: "SQL01", Error: "denied"}}
		}, farm.SeverityBlocking, "WFE01", "cannot log on to SQL Server SQL01"},
		{"path out of reach", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Probes[1].Paths = []farm.Reach{{Target: `C:\Updates`, Error: "denied"}}
		}, farm.SeverityBlocking, "WFE01", "cannot read"},
		{"pool account", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Farm.CentralPool = `C\pool` }, farm.SeverityInformation, "APP01", "the wizard will run as"},
	})
}
