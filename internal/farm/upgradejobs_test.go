package farm_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
)

func drawWitness(t *rapid.T) farm.UpgradeJobWitness {
	w := farm.UpgradeJobWitness{Source: rapid.SampledFrom([]string{farm.SourceObjectModel, farm.SourceDatabase}).Draw(t, "source")}
	switch rapid.IntRange(0, 2).Draw(t, "state") {
	case 0:
		w.Unreadable = "no answer"
	case 1:
		w.Jobs = []farm.UpgradeJob{{Name: "job-upgrade"}}
	}
	return w
}

// TestUpgradeJobsAreNeverIdleByIgnorance: nothing readable is no idleness, and one job anywhere is none either.
func TestUpgradeJobsAreNeverIdleByIgnorance(t *testing.T) {
	require.False(t, farm.UpgradeJobs(nil).Idle())
	rapid.Check(t, func(t *rapid.T) {
		u := farm.UpgradeJobs(rapid.SliceOfN(rapid.Custom(drawWitness), 0, 4).Draw(t, "witnesses"))
		readable, busy, idle := 0, 0, 0
		for _, w := range u {
			if w.Unreadable == "" {
				readable++
				if len(w.Jobs) > 0 {
					busy++
				} else {
					idle++
				}
			}
		}
		require.Equal(t, readable > 0, u.Known())
		require.Equal(t, readable > 0 && busy == 0, u.Idle())
		require.Equal(t, busy > 0 && idle > 0, u.Disagree())
		require.Len(t, u.Says(), len(u))
	})
}

func TestFindingsAboutUpgradeJobs(t *testing.T) {
	r, rel := farm.Rollout{}, farm.Release{}
	f := farm.Farm{Name: "pwa", Servers: []farm.Server{{Name: "APP01", Roles: []farm.Role{farm.RoleCentralAdministration}}}}
	idle := farm.UpgradeJobWitness{Source: farm.SourceDatabase}
	busy := farm.UpgradeJobWitness{Source: farm.SourceObjectModel, Jobs: []farm.UpgradeJob{{Name: "job-upgrade", Server: "APP02", State: "running"}}}
	silent := farm.UpgradeJobWitness{Source: farm.SourceObjectModel, Unreadable: "not accessible"}
	for name, tc := range map[string]struct {
		jobs *farm.UpgradeJobs
		want []farm.Severity
	}{
		"not asked":      {nil, nil},
		"idle":           {&farm.UpgradeJobs{idle}, nil},
		"one by itself":  {&farm.UpgradeJobs{idle, silent}, []farm.Severity{farm.SeverityInformation}},
		"nobody answers": {&farm.UpgradeJobs{silent}, []farm.Severity{farm.SeverityWarning}},
		"busy":           {&farm.UpgradeJobs{busy}, []farm.Severity{farm.SeverityBlocking}},
		"disagreement":   {&farm.UpgradeJobs{idle, busy}, []farm.Severity{farm.SeverityBlocking, farm.SeverityWarning}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []farm.Severity
			for _, finding := range farm.Findings(r, rel, f, farm.Facts{UpgradeJobs: tc.jobs}) {
				if finding.Server == "APP01" {
					require.NotEmpty(t, finding.Do)
					got = append(got, finding.Severity)
				}
			}
			require.Equal(t, tc.want, got)
		})
	}
}

func TestCommandLineOfTheWizard(t *testing.T) {
	w := farm.Wizard{Arguments: []string{"-cmd", "upgrade", "-inplace", "b2b", "-wait"}, ForceArgument: "-force"}
	require.Equal(t, `"C:\12\BIN\psconfig.exe" -cmd upgrade -inplace b2b -wait`, w.CommandLine(`C:\12\`, false))
	require.Equal(t, `"C:\12\BIN\psconfig.exe" -cmd upgrade -inplace b2b -wait -force`, w.CommandLine(`C:\12`, true))
	w.ForceArgument = ""
	require.Equal(t, w.CommandLine(`C:\12`, false), w.CommandLine(`C:\12`, true))
}

func TestCurrentConfigCache(t *testing.T) {
	a, b := farm.ConfigCache{Folder: "a"}, farm.ConfigCache{Folder: "b"}
	for name, tc := range map[string]struct {
		found   []farm.ConfigCache
		current []bool
		want    string
		ok      bool
	}{
		"none":                  {nil, nil, "", true},
		"one, unmarked":         {[]farm.ConfigCache{a}, []bool{false}, "a", true},
		"two, one marked":       {[]farm.ConfigCache{a, b}, []bool{false, true}, "b", true},
		"two, none marked":      {[]farm.ConfigCache{a, b}, []bool{false, false}, "", false},
		"two, both marked, odd": {[]farm.ConfigCache{a, b}, []bool{true, true}, "", false},
	} {
		got, ok := farm.CurrentConfigCache(tc.found, tc.current)
		require.Equal(t, tc.ok, ok, name)
		require.Equal(t, tc.want, got.Folder, name)
	}
	require.True(t, farm.ConfigCache{Stamp: "16449", Files: 1}.Rebuilt())
	require.False(t, farm.ConfigCache{Stamp: "1", Files: 12}.Rebuilt())
	require.False(t, farm.ConfigCache{Stamp: "16449"}.Rebuilt())
}
