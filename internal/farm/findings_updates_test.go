package farm_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// TestFindingsAutomaticUpdates: what installs by itself blocks, what only offers warns.
func TestFindingsAutomaticUpdates(t *testing.T) {
	updates := func(u farm.UpdateFacts) func(*farm.Rollout, *farm.Release, *farm.Facts) {
		return func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[1].Updates = u }
	}
	testSpoiled(t, []spoiled{
		{"policy installs", updates(farm.UpdateFacts{Policy: farm.UpdateInstall}), farm.SeverityBlocking, "WFE01", "installs by itself and reboots"},
		{"policy leaves it to the local setting", updates(farm.UpdateFacts{Policy: farm.UpdateLocal, Local: farm.UpdateInstall}), farm.SeverityBlocking, "WFE01", "installs by itself"},
		{"policy before the local setting", updates(farm.UpdateFacts{Policy: farm.UpdateInstall, Local: farm.UpdateOff}), farm.SeverityBlocking, "WFE01", "installs by itself"},
		{"WSUS", updates(farm.UpdateFacts{Policy: farm.UpdateInstall, Source: "http://wsus"}), farm.SeverityBlocking, "WFE01", "by itself from http://wsus"},
		{"downloads", updates(farm.UpdateFacts{Policy: farm.UpdateDownload}), farm.SeverityWarning, "WFE01", "downloads by itself"},
		{"tells", updates(farm.UpdateFacts{Local: farm.UpdateNotify}), farm.SeverityWarning, "WFE01", "tells of updates"},
		{"nobody decided", updates(farm.UpdateFacts{}), farm.SeverityWarning, "WFE01", "nobody decided"},
		{"unknown", updates(farm.UpdateFacts{Policy: 7}), farm.SeverityWarning, "WFE01", "the setting 7"},
	})
	t.Run("off", func(t *testing.T) {
		r, rel, facts := healthy()
		facts.Servers[0].Updates = farm.UpdateFacts{Local: farm.UpdateOff}
		facts.Servers[1].Updates = farm.UpdateFacts{Policy: farm.UpdateInstall}
		facts.Servers[1].Services = append(facts.Servers[1].Services, farm.ServiceState{Name: "WUAUSERV", StartMode: farm.StartDisabled})
		require.Empty(t, farm.Findings(r, rel, r.Farms[0], facts), "the local setting, and a service that cannot start")
	})
}
