package farm_test

import (
	"testing"

	"farmhand/internal/farm"
)

// TestFindingsServer: what SharePoint on one server must look like.
func TestFindingsServer(t *testing.T) {
	testSpoiled(t, []spoiled{
		{"Basic installation", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[0].ServerRole = " SingleServer " }, farm.SeverityBlocking, "APP01", "SERVERROLE is singleserver"},
		{"no SharePoint", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[0].SharePoint = false }, farm.SeverityBlocking, "APP01", "not installed"},
		{"timer stopped", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[1].Services[0].Running = false }, farm.SeverityBlocking, "WFE01", "SPTimerV3 is not running"},
		{"no SPAdmin", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Servers[1].Services = f.Servers[1].Services[:1]
		}, farm.SeverityBlocking, "WFE01", "SPAdmin does not exist"},
		{"before Service Pack 1", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Servers[0].Version = farm.MustParseVersion("12.0.0.4518")
		}, farm.SeverityBlocking, "APP01", "older than the baseline"},
		{"no version", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[0].Version = farm.Version{} }, farm.SeverityWarning, "APP01", "names no SharePoint version"},
		{"unfinished update", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[0].SetupType = "B2B_UPGRADE" }, farm.SeverityBlocking, "APP01", "an earlier update was not finalized"},
		{"W3SVC left stopped", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			for i := range f.Servers {
				f.Servers[i].Services = append(f.Servers[i].Services, farm.ServiceState{Name: "W3SVC", StartMode: farm.StartManual})
			}
		}, farm.SeverityWarning, "WFE01", "W3SVC is stopped and manual before the update"},
	})
}
