package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// TestMistakesOfTheWizardsLine: what would end quotes, hide a failure or end too early is refused.
func TestMistakesOfTheWizardsLine(t *testing.T) {
	good := farm.Wizard{Arguments: []string{"-cmd", "services", "-install", "-cmd", "upgrade", "-inplace", "b2b", "-wait"}, ForceArgument: "-force"}
	for name, tc := range map[string]struct {
		change func(*farm.Wizard)
		says   string
	}{
		"good":         {func(*farm.Wizard) {}, ""},
		"none":         {func(w *farm.Wizard) { w.Arguments = nil }, "the last command must be upgrade"},
		"another last": {func(w *farm.Wizard) { w.Arguments = append(w.Arguments, "-cmd", "services") }, "the last command must be upgrade"},
		"no wait":      {func(w *farm.Wizard) { w.Arguments = w.Arguments[:len(w.Arguments)-1] }, "lacks -wait"},
		"forced":       {func(w *farm.Wizard) { w.Arguments = append(w.Arguments, "-force") }, "it skips what fails"},
		"two programs": {func(w *farm.Wizard) { w.Arguments[2] = "-install&calc" }, "no plain argument"},
		"a quote":      {func(w *farm.Wizard) { w.ForceArgument = `-force"` }, "no plain argument"},
	} {
		t.Run(name, func(t *testing.T) {
			w := good
			w.Arguments = append([]string{}, good.Arguments...)
			tc.change(&w)
			requireMistake(t, tc.says, func(n *notes) { n.checkWizard(w) })
		})
	}
}

// TestMistakesOfTheUpgradeJobs: the configuration database is only ever read.
func TestMistakesOfTheUpgradeJobs(t *testing.T) {
	good := farm.UpgradeJobChecks{Classes: []string{"A.B"}, ClassID: "3144ED38-69E9-46EC-B89F-3037F8FFD1A8", Query: "SELECT Name FROM {database}.dbo.Objects WHERE ClassId = @p1"}
	for name, tc := range map[string]struct {
		change func(*farm.UpgradeJobChecks)
		says   string
	}{
		"good":         {func(*farm.UpgradeJobChecks) {}, ""},
		"no database":  {func(c *farm.UpgradeJobChecks) { c.Query, c.ClassID = "", "" }, ""},
		"no class":     {func(c *farm.UpgradeJobChecks) { c.Classes = nil }, "asked for nothing"},
		"a quote":      {func(c *farm.UpgradeJobChecks) { c.Classes[0] = `A"B` }, "not the name of a class"},
		"id":           {func(c *farm.UpgradeJobChecks) { c.ClassID = "3144" }, "is not an id"},
		"writes":       {func(c *farm.UpgradeJobChecks) { c.Query = "DELETE FROM {database}.dbo.Objects WHERE ClassId = @p1" }, "only ever read"},
		"two":          {func(c *farm.UpgradeJobChecks) { c.Query += "; SELECT 1" }, "only ever read"},
		"any database": {func(c *farm.UpgradeJobChecks) { c.Query = "SELECT Name FROM Objects WHERE ClassId = @p1" }, "want {database}"},
		"any job":      {func(c *farm.UpgradeJobChecks) { c.Query = "SELECT Name FROM {database}.dbo.Objects" }, "@p1"},
	} {
		t.Run(name, func(t *testing.T) {
			c := good
			c.Classes = append([]string{}, good.Classes...)
			tc.change(&c)
			requireMistake(t, tc.says, func(n *notes) { n.checkUpgradeJobs(c) })
		})
	}
}

func requireMistake(t *testing.T, says string, check func(*notes)) {
	t.Helper()
	n := newNotes("release.yaml")
	check(n)
	if says == "" {
		require.Empty(t, n.found)
		return
	}
	var all []string
	for _, m := range n.found {
		all = append(all, m.Error())
	}
	require.Contains(t, strings.Join(all, "\n"), says)
}

// TestAReleaseThatSaysNothingOfTheWizard gets what is known for this version, inside its digest.
func TestAReleaseThatSaysNothingOfTheWizard(t *testing.T) {
	release := plain{}
	newNotes("release.yaml").fillRelease(release)
	var rel farm.Release
	newNotes("release.yaml").decode(release, &rel)
	known, err := LoadRelease("infrastructure-update")
	require.NoError(t, err)
	require.Equal(t, known.Wizard, rel.Wizard)
	require.Equal(t, known.UpgradeJobs, rel.UpgradeJobs)
}
