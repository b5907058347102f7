package docs

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/secrets"
)

const systemd = root + "/deploy/systemd"

// unit reads deploy/systemd/farmhand-worker@.service: the values of each key, sections apart from nothing.
func unit(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for line := range strings.SplitSeq(read(t, filepath.Join(systemd, "farmhand-worker@.service")), "\n") {
		if key, value, ok := strings.Cut(line, "="); ok && !strings.HasPrefix(line, "#") {
			out[key] = append(out[key], value)
		}
	}
	return out
}

// TestUnitOfTheWorker: the unit, its settings and the worker agree.
func TestUnitOfTheWorker(t *testing.T) {
	u := unit(t)
	settings, err := config.LoadSettings(filepath.Join(systemd, "farmhand.yaml"))
	require.NoError(t, err)

	stop, err := time.ParseDuration(u["TimeoutStopSec"][0])
	require.NoError(t, err)
	require.Greater(t, stop, 2*settings.WorkerStopTimeout, "two queues, one after the other, each as long")
	require.Equal(t, []string{"2"}, u["RestartPreventExitStatus"], "exitUsage of the worker")

	worker := sources(t, "worker")
	for word := range strings.FieldsSeq(u["ExecStart"][0]) {
		if flag, ok := strings.CutPrefix(word, "--"); ok {
			require.Contains(t, worker, `"`+flag+`"`)
		}
	}
	state := " /var/lib/" + strings.ReplaceAll(u["StateDirectory"][0], " ", " /var/lib/") + " "
	require.Contains(t, state, " "+settings.Evidence.Directory+" ")
	require.Contains(t, state, " /var/lib/farmhand/runbooks ")

	resolver := secrets.NewResolver(settings.Secrets)
	for _, c := range u["LoadCredential"] {
		name, _, ok := strings.Cut(c, ":")
		require.True(t, ok)
		_, err := resolver.Resolve("file:/run/secrets/" + name)
		if refused := (*secrets.Error)(nil); errors.As(err, &refused) { // it is not there: this is no worker's machine
			require.NotEqual(t, secrets.KindNotAllowed, refused.Kind, "the settings do not allow %s", name)
		}
	}
	require.Equal(t, []string{"%d:/run/secrets"}, u["BindReadOnlyPaths"])
	require.Equal(t, "farmhand", settings.Deployment.Name)
	require.Empty(t, settings.Deployment.BuildID, "which is the number of the release")
}

// TestSystemdTakesTheUnit: where systemd is installed, it finds nothing to say. The program is in its place on a machine that
// runs it; here another one stands in.
func TestSystemdTakesTheUnit(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("no systemd here: Debian's package systemd has systemd-analyze")
	}
	text := strings.ReplaceAll(read(t, filepath.Join(systemd, "farmhand-worker@.service")), "/opt/farmhand-%i/worker", "/bin/true")
	for name, body := range map[string]string{"good": text, "bad": strings.Replace(text, "ProtectClock=yes", "ProtectClocks=yes", 1)} {
		path := filepath.Join(t.TempDir(), "farmhand-worker@0.1.0.service")
		require.NoError(t, os.WriteFile(path, []byte(body), 0o644))
		said, err := exec.Command(analyze, "verify", path).CombinedOutput()
		require.NoError(t, err, string(said))
		if name == "good" {
			require.NotContains(t, string(said), "farmhand-worker")
		} else {
			require.Contains(t, string(said), "'ProtectClocks'", "this test could not fail")
		}
	}
}
