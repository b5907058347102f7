package farm_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

func standingRelease() farm.Release {
	return farm.Release{
		Packages: []farm.Package{{KB: "KB1"}, {KB: "KB2"}},
		Expected: farm.Expected{
			ProjectDatabases: farm.MustParseVersion("12.0.6318.5000"), SharePointDatabases: farm.MustParseVersion("12.0.0.6318"),
			Registry: farm.MustParseVersion("12.0.0.6318"),
		},
	}
}

func standingServer() farm.ServerFacts {
	return farm.ServerFacts{
		Server: "APP01", SharePoint: true, SetupType: "CLEAN_INSTALL", Version: farm.MustParseVersion("12.0.0.6318"),
		Packages: []farm.PackageState{{KB: "KB1", Installed: true}, {KB: "KB2", Installed: true}},
	}
}

func TestAtRelease(t *testing.T) {
	require.Empty(t, farm.AtRelease(standingRelease(), standingServer()))
	for want, spoil := range map[string]func(*farm.ServerFacts){
		"KB2 is not there":        func(s *farm.ServerFacts) { s.Packages[1].Installed = false },
		"no package was looked":   func(s *farm.ServerFacts) { s.Packages = nil },
		"the registry names 12.0": func(s *farm.ServerFacts) { s.Version = farm.MustParseVersion("12.0.0.6219") },
		"SetupType is B2B":        func(s *farm.ServerFacts) { s.SetupType = "B2B_UPGRADE" },
		"SetupType is :":          func(s *farm.ServerFacts) { s.SetupType = "" },
		"LanguagePackInstalled":   func(s *farm.ServerFacts) { s.LanguagePackPending = true },
	} {
		s := standingServer()
		spoil(&s)
		require.Contains(t, farm.AtRelease(standingRelease(), s), want)
	}
	past := standingServer()
	past.Version = farm.MustParseVersion("12.0.0.6421")
	require.Empty(t, farm.AtRelease(standingRelease(), past), "past it is at it")
}

func TestWizardDue(t *testing.T) {
	facts := farm.Facts{Servers: []farm.ServerFacts{standingServer()}, Farm: farm.FarmFacts{Configuration: "SharePoint_Config"}}
	require.Empty(t, farm.WizardDue(standingRelease(), facts, "app01"))
	require.NotEmpty(t, farm.WizardDue(standingRelease(), facts, "APP02"))
	facts.Farm.NeedsUpgrade = []string{"App01"}
	require.Contains(t, farm.WizardDue(standingRelease(), facts, "APP01"), "needs an upgrade")
	facts.Farm = farm.FarmFacts{}
	require.Contains(t, farm.WizardDue(standingRelease(), facts, "APP01"), "not asked")
}

func TestReached(t *testing.T) {
	e := standingRelease().Expected
	for _, c := range []struct {
		project bool
		version string
		want    bool
	}{
		{true, "12.0.6318.5000", true}, {true, "12.0.6318.4999", false}, {true, "12.0.10000.0", true}, {true, "12.0.6219.1000", false},
		{false, "12.0.0.6318", true}, {false, "12.0.6318.1000", true}, {false, "12.0.0.6219", false},
	} {
		require.Equal(t, c.want, e.Reached(c.project, farm.MustParseVersion(c.version)), "%+v", c)
	}
	require.True(t, e.Reached(false, farm.Version{}), "a SharePoint database without a table has no opinion")
	require.False(t, e.Reached(true, farm.Version{}))
}

// TestLevelsThatDiffer: one server past the release is a warning, all of them are none.
func TestLevelsThatDiffer(t *testing.T) {
	f := farm.Farm{Name: "f", Servers: []farm.Server{{Name: "APP01", Roles: []farm.Role{farm.RoleApplication}}, {Name: "WFE01", Roles: []farm.Role{farm.RoleFrontEndWeb}}}}
	past, at := standingServer(), standingServer()
	past.Server, past.Version = "WFE01", farm.MustParseVersion("12.0.0.6421")
	warns := func(servers ...farm.ServerFacts) (out []string) {
		for _, x := range farm.Findings(farm.Rollout{}, standingRelease(), f, farm.Facts{Servers: servers}) {
			if x.Severity == farm.SeverityWarning && x.Server == "WFE01" && strings.Contains(x.What, "past this release") {
				out = append(out, x.What)
			}
		}
		return out
	}
	require.Contains(t, warns(at, past)[0], "version 12.0.6421 is past this release (12.0.6318), and APP01 will not be")
	at.Version = past.Version
	require.Empty(t, warns(at, past))
}
