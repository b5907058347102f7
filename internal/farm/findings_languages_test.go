package farm_test

import (
	"testing"

	"farmhand/internal/farm"
)

// TestFindingsLanguages: a language pack is on every server or on none.
func TestFindingsLanguages(t *testing.T) {
	testSpoiled(t, []spoiled{
		{"a server lacks a language", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Servers[0].Languages = []int{1033, 1036}
		}, farm.SeverityWarning, "WFE01", "the language 1036 (French) is installed on APP01 and not here"},
		{"a language nobody knows", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Servers[1].Languages = []int{1033, 9999}
		}, farm.SeverityWarning, "APP01", "the language 9999 is installed on WFE01"},
	})
}
