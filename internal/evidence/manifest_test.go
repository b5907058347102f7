package evidence_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/evidence"
)

func TestManifestIsReadStrictly(t *testing.T) {
	text, err := manifest().Encode()
	require.NoError(t, err)
	m, err := evidence.ParseManifest(text)
	require.NoError(t, err)
	require.Equal(t, manifest(), m)
	swap := func(was, is string) string { return strings.Replace(string(text), was, is, 1) }
	for name, tt := range map[string]struct{ text, want string }{
		"empty":             {"", "cannot be read"},
		"other format":      {swap("evidence-1", "evidence-2"), "its format is"},
		"unknown field":     {swap(`"rollout":`, `"extra": 1, "rollout":`), "unknown field"},
		"repeated field":    {swap(`"made_by": "dave"`, `"made_by": "eve", "made_by": "dave"`), "not in the form"},
		"more white space":  {swap(`"rollout": `, `"rollout":  `), "not in the form"},
		"something follows": {string(text) + "{}", "something follows"},
		"leaves the bundle": {swap(`"path": "empty"`, `"path": "../../etc/passwd"`), "no path of a bundle"},
		"absolute path":     {swap(`"path": "empty"`, `"path": "/etc/passwd"`), "no path of a bundle"},
		"backslash":         {swap(`"path": "empty"`, `"path": "a\\b"`), "no path of a bundle"},
		"its own signature": {swap(`"path": "report.md"`, `"path": "manifest.json.sig"`), "no path of a bundle"},
		"out of order":      {swap(`"path": "empty"`, `"path": "zebra"`), "not in order"},
		"listed twice":      {swap(`"path": "empty"`, `"path": "farms/contoso/status.json"`), "listed twice"},
		"no hash":           {swap(`"sha256": "`, `"sha256": "00`), "size and hash"},
		"capitals":          {swap(`"sha256": "e3b0`, `"sha256": "E3B0`), "size and hash"},
		"negative size":     {swap(`"size": 0`, `"size": -1`), "size and hash"},
		"status not there":  {swap(`"status": "rollout-status.json"`, `"status": "elsewhere"`), "is not among the files"},
		"too long":          {strings.Repeat(" ", evidence.MaxManifest+1), "more than any manifest"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := evidence.ParseManifest([]byte(tt.text))
			require.ErrorContains(t, err, tt.want)
			require.ErrorContains(t, err, "manifest.json")
		})
	}
}

func TestManifestHasABound(t *testing.T) {
	m := manifest()
	for range 12000 {
		m.Files = append(m.Files, evidence.File{Path: strings.Repeat("x", 40), SHA256: strings.Repeat("0", 64)})
	}
	_, err := m.Encode()
	require.ErrorContains(t, err, "bundle the farms one by one")
}

// What is accepted is one text for one manifest: no two readers see different things in it.
func FuzzParseManifest(f *testing.F) {
	text, err := manifest().Encode()
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte(`{"format":"farmhand-evidence-1"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := evidence.ParseManifest(text)
		if err != nil {
			return
		}
		again, err := m.Encode()
		require.NoError(t, err)
		require.True(t, bytes.Equal(text, again))
	})
}
