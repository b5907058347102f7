package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
)

// own writes a release file: the built-in one with pairs of texts replaced.
func own(t *testing.T, name string, pairs ...string) string {
	t.Helper()
	source, ok := config.ReleaseSource(name)
	require.True(t, ok)
	text := string(source)
	for i := 0; i < len(pairs); i += 2 {
		require.Contains(t, text, pairs[i])
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	path := filepath.Join(t.TempDir(), "own.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// languagePacks is the part of a release file that updates two language packs with one KB.
const languagePacks = `language_packs:
  order: before
  packages:
    - {kb: KB955586, language: 1036, files: [{architecture: x64, name: lp-fr.exe}], detect: ['(KB955586)']}
    - {kb: KB955586, language: 1031, files: [{architecture: x64, name: lp-de.exe}], detect: ['(KB955586)']}
baseline:`

// TestLanguagePacksOfAReleaseFile: one KB for every language is fine, twice the same language is not.
func TestLanguagePacksOfAReleaseFile(t *testing.T) {
	rel, err := config.LoadReleaseFile(own(t, "infrastructure-update", "\nbaseline:", "\n"+languagePacks))
	require.NoError(t, err)
	var ids []string
	for _, p := range rel.InstallOrder() {
		ids = append(ids, p.ID())
	}
	require.Equal(t, []string{"KB955586-1036", "KB955586-1031", "KB951695", "KB951297"}, ids)

	for from, want := range map[string][2]string{
		"order: before\n  packages:\n    - {kb": {"order: \n  packages:\n    - {kb", "language_packs.order: "},
		"language: 1031, files":                 {"language: 1036, files", "language_packs.packages[1].kb: package of that language"},
		"language: 1036, files":                 {"files", "language_packs.packages[0].language: want the Windows number"},
		"kb: KB951695  ":                        {"language: 1036\n    kb: KB951695  ", "packages[0].language: a package of a language pack belongs below language_packs"},
	} {
		_, err := config.LoadReleaseFile(own(t, "infrastructure-update", "\nbaseline:", "\n"+languagePacks, from, want[0]))
		require.ErrorContains(t, err, want[1], from)
	}
}

// TestAReleaseThatAsksCannotBeUsed, but it can be read, shown and completed.
func TestAReleaseThatAsksCannotBeUsed(t *testing.T) {
	rel, err := config.LoadRelease("december-2008-cumulative-update")
	require.NoError(t, err)
	require.NotEmpty(t, rel.Questions)
	_, _, err = config.Decode("rollout.yaml", []byte(strings.ReplaceAll(strings.ReplaceAll(valid(t, "release: infrastructure-update", "release: december-2008-cumulative-update"),
		"KB951695", "KB960010"), "KB951297", "KB960011")), ".")
	var mistakes *config.Mistakes
	require.ErrorAs(t, err, &mistakes)
	require.Len(t, mistakes.List, len(rel.Questions), err.Error())
	for _, m := range mistakes.List {
		require.Equal(t, "release", m.Key)
		require.Contains(t, m.Message, "starter release show december-2008-cumulative-update --source")
	}

	// A question that is taken out without its answer is a mistake again.
	_, err = config.LoadReleaseFile(own(t, "december-2008-cumulative-update", "  - {key: 'packages[1].version'", "  - {key: 'packages[1].title'"))
	require.ErrorContains(t, err, "packages[1].version: missing")
}

// TestContained holds the cumulative update's rule: the clients' requirement is tied to the update that comes with it.
func TestContained(t *testing.T) {
	rel, err := config.LoadRelease("december-2008-cumulative-update")
	require.NoError(t, err)
	require.Equal(t, "KB951297", rel.Client.ComesWith)
	require.Len(t, rel.Contains, 2)
	require.Equal(t, farm.MustParseVersion("12.0.6318.5000"), rel.Contains[1].Version)
	for from, want := range map[string][2]string{
		"comes_with: KB951297": {"comes_with: KB123456", "client.comes_with: "},
		"- kb: KB951695":       {"- kb: KB951297", "contains[1].kb: contained update"},
		"(KB951695)":           {"", "contains[0].detect[0]: missing"},
	} {
		_, err := config.LoadReleaseFile(own(t, "december-2008-cumulative-update", from, want[0]))
		require.ErrorContains(t, err, want[1], from)
	}
	_, err = config.LoadReleaseFile(filepath.Join(t.TempDir(), "none.yaml"))
	require.ErrorContains(t, err, "release file: ")
}
