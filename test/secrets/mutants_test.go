//go:build chaos

package secrets_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/test/secrets"
)

// mutant is a worker that gives a secret away on purpose.
type mutant struct {
	name string
	// file is patched: the first text is replaced by the second.
	file, from, to string
	// where it is found, by how the file's name begins, and which secret.
	where, secret string
}

var mutants = []mutant{
	{
		name: "a password is logged at debug", file: "activities/activities.go",
		from:  "	h, err := winhost.New(",
		to:    "	a.opts.Logger.Debug(\"connecting\", \"account\", t.Connect.User, \"password\", password.Reveal())\n	h, err := winhost.New(",
		where: "worker.log", secret: "setup account",
	},
	{
		name: "a password is on the command line of schtasks", file: "internal/winhost/task.go",
		from:  "`\" /sc once",
		to:    "`\" /rp \"` + strings.ReplaceAll(spec.RunAsPassword.Reveal(), `\"`, `\\\"`) + `\" /sc once",
		where: "journal.jsonl", secret: "account of Windows Server 2003",
	},
	{
		name: "a password is in the answer of an activity", file: "activities/preflight.go",
		from:  "	return p, nil\n",
		to:    "	password, err := a.opts.Secrets.Resolve(r.RunAs.Password)\n	p.User += password.Reveal()\n	return p, err\n",
		where: "temporal.db", secret: "setup account",
	},
}

// TestAWorkerThatGivesASecretAwayIsCaught: the search of TestNoSecretIsWrittenAnywhere finds what it is there to find.
func TestAWorkerThatGivesASecretAwayIsCaught(t *testing.T) {
	s, err := secrets.NewSearcher(planted)
	require.NoError(t, err)
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			r := newRun(t, m.build(t))
			_, code := r.starter("dave", "start", "-f", r.file("rollout.yaml"))
			require.Zero(t, code, r.said.String())
			r.question(nil) // every server has had its probe job by now
			r.worker.stop()
			found := r.search(s, r.files(map[string]string{"journal.jsonl": "register-task.ps1", "world": "run.cmd"}))
			caught := false
			for _, f := range found {
				caught = caught || strings.HasPrefix(f.Where, m.where) && f.Secret == m.secret
			}
			require.True(t, caught, "%v", found)
		})
	}
}

// build makes the mutant's worker; the tree is not changed. A patch that does not fit any more fails the test.
func (m mutant) build(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	source, dir := filepath.Join(root, m.file), t.TempDir()
	text, err := os.ReadFile(source)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(text), m.from), "%s has changed: the patch of this mutant does not fit any more", m.file)
	patched, overlay, worker := filepath.Join(dir, "patched.go"), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "worker")
	list, err := json.Marshal(map[string]map[string]string{"Replace": {source: patched}})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(patched, []byte(strings.Replace(string(text), m.from, m.to, 1)), 0o600))
	require.NoError(t, os.WriteFile(overlay, list, 0o600))
	build := exec.CommandContext(t.Context(), "go", "build", "-overlay", overlay, "-o", worker, "./worker")
	build.Dir = root
	said, err := build.CombinedOutput()
	require.NoError(t, err, string(said))
	return worker
}
