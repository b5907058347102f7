package farm_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

func TestProductLanguage(t *testing.T) {
	for code, want := range map[string]int{
		"{90120000-1015-040C-1000-0000000FF1CE}": 1036, "{90120000-1014-0000-1000-0000000FF1CE}": 0,
		"{90120000-1015-0407-0000-0000000ff1ce}": 1031, "{11111111-1015-040C-1000-000000000000}": 0, "": 0, "{90120000-1015-xyzw-1000-0000000FF1CE}": 0,
	} {
		require.Equal(t, want, farm.ProductLanguage(code), code)
	}
}

// TestDetectLanguagePack: one KB for every language, told apart by the language of the product.
func TestDetectLanguagePack(t *testing.T) {
	french := farm.Package{KB: "KB1", Language: 1036, Detect: []string{"(KB1)"}}
	german := farm.Package{KB: "KB1", Language: 1031, Detect: []string{"(KB1)"}}
	products := []farm.PatchState{{Name: "Services", Version: farm.MustParseVersion("12.0.6318.5000")}, {Name: "Pack", Language: 1036}, {Name: "Pack", Language: 1031}}
	patches := []farm.PatchState{{Name: "Hotfix (KB1)", State: "1", Language: 1036}}
	require.Equal(t, farm.PackageState{KB: "KB1-1036", Installed: true, Evidence: "patch Hotfix (KB1)"}, farm.DetectPackage(french, products, patches))
	require.False(t, farm.DetectPackage(german, products, patches).Proven())

	// A language pack that stays behind does not speak for the product itself.
	core := farm.Package{KB: "KB2", Detect: []string{"(KB2)"}, Version: farm.MustParseVersion("12.0.6318.5000"), Products: []string{"Services"}}
	products = append(products, farm.PatchState{Name: "Services Language Pack", Language: 1036, Version: farm.MustParseVersion("12.0.6219.1000")})
	require.True(t, farm.DetectPackage(core, products, nil).Installed)
}

func TestReleaseForALanguage(t *testing.T) {
	rel := farm.Release{Packages: []farm.Package{{KB: "A"}}, LanguagePacks: farm.LanguagePacks{
		Order: farm.LanguagesAfter, Packages: []farm.Package{{KB: "L", Language: 1036}, {KB: "L", Language: 1031}},
	}}
	ids := func(r farm.Release) (out []string) {
		for _, p := range r.InstallOrder() {
			out = append(out, p.ID())
		}
		return out
	}
	require.Equal(t, []string{"A", "L-1036", "L-1031"}, ids(rel))
	require.Equal(t, []string{"A", "L-1031"}, ids(rel.For([]int{1031, 1033})))
	require.Equal(t, []string{"A"}, ids(rel.For(nil)))
	require.Equal(t, []string{"A", "L-1036", "L-1031"}, ids(rel), "the release itself is as it was")
}

// TestUncoveredLanguagePacks: a single language that no package covers is the product's own.
func TestUncoveredLanguagePacks(t *testing.T) {
	f := farm.Farm{Name: "f", Servers: []farm.Server{{Name: "WFE01", Roles: []farm.Role{farm.RoleFrontEndWeb}}}}
	rel := farm.Release{LanguagePacks: farm.LanguagePacks{Packages: []farm.Package{{KB: "L", Language: 1036}}}}
	warned := func(languages ...int) bool {
		for _, x := range farm.Findings(farm.Rollout{}, rel, f, farm.Facts{Servers: []farm.ServerFacts{{Server: "WFE01", Languages: languages}}}) {
			if x.Severity == farm.SeverityWarning && strings.Contains(x.What, "no package for a language pack") {
				return true
			}
		}
		return false
	}
	require.False(t, warned())
	require.False(t, warned(1033))
	require.False(t, warned(1033, 1036))
	require.True(t, warned(1033, 1036, 1041))
}

// TestContainedUpdates: what the clients must do is new only where the contained update was not there (the article).
func TestContainedUpdates(t *testing.T) {
	f := farm.Farm{Name: "f", Servers: []farm.Server{{Name: "WFE01", Roles: []farm.Role{farm.RoleFrontEndWeb}}}}
	rel := farm.Release{Contains: []farm.Contained{{KB: "KB951297"}}, Client: farm.Client{ComesWith: "KB951297", Statement: "update the clients"}}
	facts := func(there bool) farm.Facts {
		return farm.Facts{Servers: []farm.ServerFacts{{Server: "WFE01", Contained: []farm.PackageState{{KB: "KB951297", Installed: there}}}}}
	}
	find := func(there bool) (sev farm.Severity) {
		for _, x := range farm.Findings(farm.Rollout{}, rel, f, facts(there)) {
			if strings.Contains(x.What, "KB951297") {
				sev = x.Severity
			}
		}
		return sev
	}
	require.Equal(t, farm.SeverityInformation, find(true))
	require.False(t, rel.AsksClients(facts(true)))
	require.Equal(t, farm.SeverityWarning, find(false))
	require.True(t, rel.AsksClients(facts(false)))
	rel.Client.ComesWith = ""
	require.True(t, rel.AsksClients(facts(true)), "a requirement of the release itself always holds")
}
