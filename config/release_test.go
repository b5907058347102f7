package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
)

func TestReleaseNames(t *testing.T) {
	names := []string{"december-2008-cumulative-update", "infrastructure-update", "service-pack-1", "service-pack-2"}
	require.Equal(t, names, config.ReleaseNames())
	for _, name := range config.ReleaseNames() {
		rel, err := config.LoadRelease(name)
		require.NoError(t, err)
		require.Equal(t, name, rel.Name, "a release is called what its file is called")
		source, ok := config.ReleaseSource(name)
		require.True(t, ok)
		require.Contains(t, string(source), "release: "+name)
	}
	_, err := config.LoadRelease("none")
	require.ErrorContains(t, err, "releases are december-2008-cumulative-update, infrastructure-update")
	_, ok := config.ReleaseSource("../load.go")
	require.False(t, ok)
}

// TestInfrastructureUpdate holds the release against the article.
func TestInfrastructureUpdate(t *testing.T) {
	rel, err := config.LoadRelease("infrastructure-update")
	require.NoError(t, err)
	require.Len(t, rel.Packages, 2)
	require.Equal(t, "KB951695", rel.Packages[0].KB, "Windows SharePoint Services first")
	require.Equal(t, "KB951297", rel.Packages[1].KB)
	for i, name := range []string{
		"InfrastructureUpdateForWindowsSharePointServices3.0-KB951695-fullfile-x64.exe",
		"InfrastructureUpdateForWindowsSharePointServices3.0-KB951695-fullfile-x86.exe",
		"infrastructureupdateformicrosoftofficeservers-kb951297-fullfile-x64.exe",
		"infrastructureupdateformicrosoftofficeservers-kb951297-fullfile-x86.exe",
	} {
		file, ok := rel.Packages[i/2].File([]farm.Architecture{farm.X64, farm.X86}[i%2])
		require.True(t, ok)
		require.Equal(t, farm.PackageFile{Architecture: file.Architecture, Name: name}, file, "no hash: Microsoft printed none")
	}
	require.Equal(t, farm.MustParseVersion("12.0.6318.5000"), rel.Expected.ProjectDatabases)
	require.Equal(t, farm.MustParseVersion("12.0.0.6318"), rel.Expected.SharePointDatabases)
	require.Equal(t, farm.MustParseVersion("12.0.6219.1000"), rel.Baseline.Version)
	require.Equal(t, "KB952067", rel.Client.KB)
	require.Contains(t, rel.Client.Statement, "Fixed Duration tasks")
	require.Equal(t, farm.Durations{
		Staging: 2 * time.Minute, Package: 8 * time.Minute, Reboot: 6 * time.Minute, FirstWizard: 22 * time.Minute, OtherWizard: 9 * time.Minute,
		BackupPerGB: 10 * time.Second, Preflight: time.Minute, Verification: time.Minute,
	}, rel.Durations)
}

// TestReleaseFile reads a release beside the rollout file, and reports mistakes of both files.
func TestReleaseFile(t *testing.T) {
	dir := t.TempDir()
	own, err := os.ReadFile(filepath.Join("releases", "infrastructure-update.yaml"))
	require.NoError(t, err)
	text := strings.Replace(string(own), "release: infrastructure-update", "release: own", 1)
	rollout := filepath.Join(dir, "rollout.yaml")
	release := filepath.Join(dir, "releases", "own.yaml")
	require.NoError(t, os.Mkdir(filepath.Dir(release), 0o755))
	require.NoError(t, os.WriteFile(release, []byte(text), 0o644))
	require.NoError(t, os.WriteFile(rollout, []byte(valid(t, "release: infrastructure-update", "release: releases/own.yaml")), 0o644))
	_, rel, err := config.Load(rollout)
	require.NoError(t, err)
	require.Equal(t, "own", rel.Name)

	require.NoError(t, os.WriteFile(rollout, []byte(valid(t, "release: infrastructure-update\nrequested_by: alice", "release: releases/own.yaml")), 0o644))
	for from, want := range map[string]string{
		"kb: KB951297":                         "packages[1].kb: ",
		"architecture: x64":                    "packages[0].files[0].architecture: ",
		"detect: ['(KB951297)', '(KB952000)']": "packages[1].detect: missing",
		"  version: 12.0.6219":                 "baseline.version: ",
		"first_wizard: 22m":                    "durations.first_wizard: ",
		"Services3.0-KB951695-ful":             "packages[0].files[0].name: ",
	} {
		to := map[string]string{
			"kb: KB951297": "kb: 951297", "architecture: x64": "architecture: ia64", "detect: ['(KB951297)', '(KB952000)']": "detect: []",
			"  version: 12.0.6219": "  version: twelve", "first_wizard: 22m": "first_wizard: 22", "Services3.0-KB951695-ful": "Services/",
		}[from]
		require.Contains(t, text, from)
		require.NoError(t, os.WriteFile(release, []byte(strings.Replace(text, from, to, 1)), 0o644))
		_, _, err := config.Load(rollout)
		var mistakes *config.Mistakes
		require.ErrorAs(t, err, &mistakes)
		require.Len(t, mistakes.List, 2, err.Error())
		require.Equal(t, release, mistakes.List[0].File)
		require.Contains(t, mistakes.List[0].Error(), want)
		require.Equal(t, "requested_by", mistakes.List[1].Key)
	}
}
