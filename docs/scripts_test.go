package docs

import (
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryScriptIsShown: what each script reads and changes, and the line that runs it by hand. bootstrap.ps1 is a
// script's way in and run.cmd a job's: neither does anything alone.
func TestEveryScriptIsShown(t *testing.T) {
	text := read(t, "scripts.md")
	files, err := filepath.Glob(filepath.Join(root, "scripts", "*.[pc][sm]*"))
	require.NoError(t, err)
	require.Greater(t, len(files), 20)
	for _, f := range files {
		name := filepath.Base(f)
		require.Contains(t, text, "\n| `"+name+"` | ")
		if name != "bootstrap.ps1" && name != "run.cmd" {
			require.Regexp(t, `(?m)^(.*-File )?`+regexp.QuoteMeta(name)+`( |$)`, text)
		}
	}
}

// TestEveryTwinKeyIsShown: what a twin file may say is in the page about the simulator.
func TestEveryTwinKeyIsShown(t *testing.T) {
	text := read(t, "simulator.md")
	keys := regexp.MustCompile("yaml:\"([a-z_]+)").FindAllStringSubmatch(read(t, filepath.Join(root, "simulator", "twin.go")), -1)
	require.Greater(t, len(keys), 40)
	for _, k := range keys {
		require.Regexp(t, `\b`+k[1]+`:`, text, "%s of a twin file", k[1])
	}
}
