package farm_test

import (
	"testing"

	"farmhand/internal/farm"
)

// TestFindingsFarm: what the farm says of itself.
func TestFindingsFarm(t *testing.T) {
	testSpoiled(t, []spoiled{
		{"another farm", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Farm.Configuration = "Other" }, farm.SeverityBlocking, "pwa", "configuration database is Other"},
		{"server not in the file", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Farm.Servers = append(f.Farm.Servers, "WFE02")
		}, farm.SeverityBlocking, "WFE02", "the file does not name as such: WFE02"},
		{"server not in the farm", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Farm.Servers = f.Farm.Servers[:1] }, farm.SeverityBlocking, "WFE01", "the farm does not report: WFE01"},
		{"Central Administration elsewhere", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Farm.CentralAdministration = append(f.Farm.CentralAdministration, "WFE01")
		}, farm.SeverityBlocking, "WFE01", "host of Central Administration"},
		{"another Web server", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Farm.WebServers = append(f.Farm.WebServers, "APP01")
		}, farm.SeverityWarning, "APP01", "Web server"},
		{"needs an upgrade", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Farm.NeedsUpgrade = []string{"Content"} }, farm.SeverityWarning, "Content", "needs an upgrade already"},
	})
}
