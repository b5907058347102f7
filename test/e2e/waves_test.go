package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
)

// inWaves is the example with a second farm like its first, in a wave of its own that people approve.
func inWaves(t *testing.T) string {
	t.Helper()
	text := string(config.Example())
	head, one, found := strings.Cut(text, "\nfarms:")
	require.True(t, found)
	head = strings.Replace(head, "\ngates:\n", "\ngates:\n  - {name: next-wave, group: change}\n", 1)
	head += "\nwaves:\n  - {name: pilot, farms: [contoso-pwa]}\n  - {name: rest, match: {name: '*'}}\nfarms:"
	second := strings.NewReplacer("contoso-pwa", "fabrikam-pwa", "127.0.1.", "127.0.2.").Replace(one)
	path := filepath.Join(t.TempDir(), "waves.yaml")
	require.NoError(t, os.WriteFile(path, []byte(head+one+"\n"+second), 0o600))
	return path
}

// TestWaves: the second farm begins when the first has ended and people have approved the next wave, on real processes and over the wire.
func TestWaves(t *testing.T) {
	t.Parallel()
	s := newStage(t, "")
	p := s.run(exec.Command(binary(t, "starter"), append(s.rehearsal("all"), "-f", inWaves(t))...))
	require.Zero(t, p.wait(), p.err.String())
	r := p.result()
	require.Equal(t, farm.OutcomeCompleted, r.Outcome)
	require.Len(t, r.Farms, 2)
	ended := r.Farms[0].Phases[len(r.Farms[0].Phases)-1].Finished
	require.True(t, r.Farms[1].Phases[0].Started.After(ended), "%s began before %s had ended", r.Farms[1].Name, r.Farms[0].Name)
	said := p.err.String()
	at := -1
	for _, line := range []string{"wave pilot ended after", "gate next-wave opened: Start wave rest", "approve next-wave, counts", "wave rest began: 1 farm", "wave rest ended after"} {
		next := strings.Index(said, line)
		require.Greater(t, next, at, "%q in\n%s", line, said)
		at = next
	}
}
