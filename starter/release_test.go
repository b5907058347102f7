package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/view"
)

func TestReleaseListSaysWhichCanBeUsed(t *testing.T) {
	r := command(t, nil, "release", "list")
	require.Zero(t, r.code, r.err)
	require.Regexp(t, `(?m)^ ok +infrastructure-update +12\.0\.6318\.5000$`, r.out)
	require.Regexp(t, `(?m)^ ! +service-pack-2 +asks \d+$`, r.out)

	var all view.Releases
	r = command(t, nil, "release", "list", "-o", "json")
	require.NoError(t, json.Unmarshal([]byte(r.out), &all))
	require.Len(t, all.Releases, len(config.ReleaseNames()))
}

func TestReleaseShow(t *testing.T) {
	r := command(t, nil, "release", "show", "infrastructure-update")
	require.Zero(t, r.code, r.err)
	require.Less(t, strings.Index(r.out, "KB951695"), strings.Index(r.out, "KB951297"), "in install order")
	r = command(t, nil, "release", "show", "service-pack-2")
	require.Zero(t, r.code, r.err)
	require.Contains(t, r.out, "packages[0].kb: ")
	r = command(t, nil, "release", "show", "none")
	require.Equal(t, 1, r.code)
	require.Contains(t, r.err, "releases are ")
}

// TestAReleaseOfOnesOwn: the source of a built-in release, with the questions answered, can be used by a rollout.
func TestAReleaseOfOnesOwn(t *testing.T) {
	r := command(t, nil, "release", "show", "service-pack-2", "--source")
	require.Zero(t, r.code, r.err)
	path := filepath.Join(t.TempDir(), "service-pack-2.yaml")
	require.NoError(t, os.WriteFile(path, []byte(r.out), 0o600))
	asks := command(t, nil, "release", "validate", path)
	require.Equal(t, 1, asks.code)
	require.Contains(t, asks.err, "3 questions left")

	text, _, _ := strings.Cut(r.out, "\nquestions:")
	text = strings.Replace(text, "packages:\n  - title:", "packages:\n  - kb: KB123456\n    files: [{architecture: x64, name: sp2.exe}]\n    detect: ['(KB123456)']\n    title:", 1)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	answered := command(t, nil, "release", "validate", path)
	require.Zero(t, answered.code, answered.err)

	require.NoError(t, os.WriteFile(path, []byte(strings.Replace(text, "12.0.6421.1000", "twelve", 1)), 0o600))
	wrong := command(t, nil, "release", "validate", path)
	require.Equal(t, 1, wrong.code)
	require.Contains(t, wrong.err, "1 mistake:")
	require.Equal(t, 1, command(t, nil, "release", "show", path, "--source").code)
}
