package farm_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// FuzzJudgeLocalUpgradeStatus: objects that still need an upgrade are never counted away, however many a line says.
func FuzzJudgeLocalUpgradeStatus(f *testing.F) {
	f.Add(0, "[3] content database(s) encountered.\n[0] content database(s) still need upgrade or cannot be upgraded.")
	f.Add(0, "[99999999999999999999] site(s) still need upgrade [99999999999999999999] x still need upgrade")
	f.Add(0, "<status>Needs Upgrade</status>")
	f.Add(-1, "Command line error.")
	needs := regexp.MustCompile(`(?i)\[0*[1-9]\d*\] sites? still need upgrade`)
	f.Fuzz(func(t *testing.T, exit int, output string) {
		agrees, says := farm.JudgeLocalUpgradeStatus(exit, output)
		require.NotEmpty(t, says)
		if exit == 0 && needs.MatchString(output) {
			require.False(t, agrees, says)
		}
		if exit != 0 {
			require.Contains(t, says, "no opinion")
		}
	})
}

// FuzzProductLanguage: a language is four hex digits of a product code of the Office family, and of nothing else.
func FuzzProductLanguage(f *testing.F) {
	for _, code := range []string{"{90120000-1014-0407-1000-0000000FF1CE}", "{90120000-10F5-0000-1000-0000000FF1CE}", "-----", "{A-B-+407-C-0000000FF1CE}", ""} {
		f.Add(code)
	}
	f.Fuzz(func(t *testing.T, code string) {
		language := farm.ProductLanguage(code)
		require.GreaterOrEqual(t, language, 0)
		require.LessOrEqual(t, language, 0xFFFF)
		if language != 0 {
			require.Contains(t, strings.ToUpper(code), "0000000FF1CE")
		}
	})
}

// FuzzSameAccount: an account is itself in any case, whoever is named first, and nobody is nobody's.
func FuzzSameAccount(f *testing.F) {
	f.Add(`CONTOSO\sp-setup`, "sp-setup@contoso.local")
	f.Add("", `\`)
	f.Add("@", `a\b@c`)
	f.Fuzz(func(t *testing.T, a, b string) {
		require.Equal(t, farm.SameAccount(a, b), farm.SameAccount(b, a))
		require.False(t, farm.SameAccount(a, ""))
		if farm.SameAccount(a, b) {
			require.True(t, farm.SameAccount(a, a))
		}
	})
}

// FuzzDiscoverSQLServers: each instance that a farm names is found once, under a name and a port that a rollout file may
// have, or with port 0: a person has to look it up.
func FuzzDiscoverSQLServers(f *testing.F) {
	f.Add("SQL01", `SQL01\PWA`)
	f.Add("SQL01,1444", "sql01")
	f.Add(`h\i,99999`, "h,-1")
	f.Add(", 12x", `\`)
	f.Fuzz(func(t *testing.T, one, other string) {
		found := farm.DiscoverSQLServers(farm.FarmFacts{
			Servers: []string{"APP01"}, Databases: []farm.ReportedDatabase{{Name: "a", Server: one}, {Name: "b", Server: other}, {Name: "c", Server: one}},
		})
		require.LessOrEqual(t, len(found), 2)
		for _, s := range found {
			require.Contains(t, []string{one, other}, s.Instance)
			require.GreaterOrEqual(t, s.Port, 0)
			require.LessOrEqual(t, s.Port, 65535)
			require.Regexp(t, `^[A-Za-z0-9._-]*$`, s.Name)
		}
	})
}
