package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
)

// TestPackagesOfAFolder: the article's file names, exactly, and the hashes to paste.
func TestPackagesOfAFolder(t *testing.T) {
	rel, err := config.LoadRelease("infrastructure-update")
	require.NoError(t, err)
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	for _, p := range rel.Packages {
		for _, f := range p.Files {
			if f.Architecture == farm.X64 {
				write(f.Name, "content")
			}
		}
	}
	// sha256 of "content"
	const hash = "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"
	got := command(t, nil, "packages", dir, "--architecture", "x64")
	require.Equal(t, exitDone, got.code, got.err)
	require.Equal(t, 4, strings.Count(got.out, hash), "found, and to paste")
	require.Contains(t, got.out, "sha256: "+hash)
	require.NotContains(t, got.out, "x86")

	got = command(t, nil, "packages", dir)
	require.Equal(t, exitEnded, got.code)
	require.Equal(t, 2, strings.Count(got.out, "MISSING"))

	name := rel.Packages[1].Files[0].Name
	require.NoError(t, os.Rename(filepath.Join(dir, name), filepath.Join(dir, strings.ToUpper(name))))
	write("readme.txt", "")
	got = command(t, nil, "packages", dir, "--architecture", "x64", "-o", "json")
	require.Equal(t, exitEnded, got.code)
	var v struct {
		Release string
		Files   []farm.FolderLine
	}
	require.NoError(t, json.Unmarshal([]byte(got.out), &v))
	require.Equal(t, "infrastructure-update", v.Release)
	var states []farm.FolderState
	for _, f := range v.Files {
		states = append(states, f.State)
	}
	require.Equal(t, []farm.FolderState{farm.FolderUnverified, farm.FolderOtherCase, farm.FolderExtra}, states)

	require.Equal(t, exitWrong, command(t, nil, "packages", dir, "--architecture", "arm").code)
	require.Equal(t, exitWrong, command(t, nil, "packages", filepath.Join(dir, "none")).code)
	require.Equal(t, exitWrong, command(t, nil, "packages", dir, "--release", "none").code)
}
