package e2e_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/view"
)

// TestEvidenceIsBundledAndVerified: a whole rollout ends in a bundle that a worker signed; nothing of it can be changed
// without being noticed, and no Temporal is needed to check it.
func TestEvidenceIsBundledAndVerified(t *testing.T) {
	t.Parallel()
	s := newStage(t, "")
	dir := filepath.Join(t.TempDir(), "bundle")
	p := s.run(exec.Command(binary(t, "starter"), append(s.rehearsal("all"), "--bundle", dir)...))
	require.Zero(t, p.wait(), p.err.String())

	public := filepath.Join(s.state, "evidence", "evidence_key.pub")
	require.FileExists(t, public)
	said, code := s.starter("verify-evidence", dir, "--key", public)
	require.Zero(t, code, said)
	require.Contains(t, said, "farm-update/contoso-pwa completed")

	text, err := os.ReadFile(filepath.Join(dir, "report.json"))
	require.NoError(t, err)
	var e view.Evidence
	require.NoError(t, json.Unmarshal(text, &e))
	require.Len(t, e.Timeline, 1)
	require.NotEmpty(t, e.Plan.Programs[0].Evidence[0].Key, "the evidence names the key that signs it")
	for _, name := range []string{"report.md", "report.html", "rollout.json", "release.json", "farms/contoso-pwa/status.json", "farms/contoso-pwa/runbook.md"} {
		require.FileExists(t, filepath.Join(dir, name))
	}
	histories, err := filepath.Glob(filepath.Join(dir, "histories", "finalize-server", "contoso-pwa", "*", "*.json"))
	require.NoError(t, err)
	require.Len(t, histories, len(contoso.Wizards), "one per wizard")

	report := filepath.Join(dir, "report.md")
	require.NoError(t, os.Chmod(report, 0o600))
	changed, err := os.ReadFile(report)
	require.NoError(t, err)
	changed[len(changed)/2] ^= 1
	require.NoError(t, os.WriteFile(report, changed, 0o600))
	said, code = s.starter("verify-evidence", dir, "--key", public)
	require.Equal(t, 5, code, said)
	require.Contains(t, said, "changed: report.md")
}
