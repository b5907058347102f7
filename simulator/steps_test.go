package simulator_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/simulator"
)

// Every mistake of a step or a kind is told at once, with the file, the line and the key.
func TestStepsAndKindsThatThereAreNot(t *testing.T) {
	t.Parallel()
	path := twinFile(t, `
holds:
  - {host: APP01, step: wizzard}
  - {host: SQL01, step: sql batch}
faults:
  - host: WFE01
    step: wizard
    kind: explode
  - {host: WFE01, step: command net stop, kind: no-sentinel}
  - {host: WFE01, kind: reboot}
  - {host: WFE01, step: winrm Dance, kind: reset}
  - {host: WFE01, step: boot}
`)
	_, err := simulator.LoadTwin(path)
	for _, want := range []string{
		filepath.Base(path),
		`line 3: holds[0].step: no step "wizzard"`,
		`line 4: holds[1].step: the step "sql batch" cannot be held`,
		`line 8: faults[0].kind: the step "wizard" knows no kind "explode": want one of clock, exit, fail, power-loss, reboot, slow`,
		`line 9: faults[1].kind: the step "command net stop" knows no kind "no-sentinel"`,
		`line 10: faults[2].step: no step`,
		`line 11: faults[3].step: no step "winrm Dance": want one of package KB, fetch KB, wizard`,
		`line 12: faults[4].kind: no kind`,
	} {
		require.ErrorContains(t, err, want)
	}
}

func TestFindStep(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"package KB951695": "package KB", "Wizard": "wizard", "winrm receive": "winrm Receive", "page http://pwa.contoso/pwa": "page URL",
		"command net stop": "command COMMAND", "command inspect.ps1": "command SCRIPT", "after register-task.ps1": "after COMMAND",
		"backup PWA_Draft": "backup DATABASE", "sql batch": "sql batch",
		"package": "", "command ": "", "": "", "sql": "", "wizard APP01": "", "package KB": "package KB",
	} {
		s, ok := simulator.FindStep(name)
		require.Equal(t, want != "", ok, name)
		require.Equal(t, want, s.Name, name)
	}
	for _, s := range simulator.Steps() {
		require.True(t, slices.IsSorted(s.Kinds), s.Name)
		require.Len(t, slices.Compact(slices.Clone(s.Kinds)), len(s.Kinds), s.Name)
		require.Equal(t, s.Name, strings.TrimSpace(s.Name))
	}
}
