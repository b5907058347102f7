//go:build chaos

package mutants_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/test/chaos/judge"
	"farmhand/test/chaos/runner"
	"farmhand/test/chaos/scenario"
)

const root = "../../.."

// mutant is a worker with a rule broken on purpose.
type mutant struct {
	name string
	// file is patched: each odd text is replaced by the one after it.
	file  string
	patch []string
	// world prepares what the mutation goes wrong in.
	world func(*scenario.Scenario)
	// rule must be broken, as says; others may follow from it.
	rule   judge.Rule
	says   string
	others []judge.Rule
}

var mutants = []mutant{
	{
		name: "the wizard begins before the barrier",
		file: "workflows/install.go",
		patch: []string{
			"servers := r.farm.SharePointServers()\n", "servers := []farm.Server{r.farm.CentralAdministration()}\n",
		},
		world:  func(*scenario.Scenario) {},
		rule:   judge.Barrier,
		says:   "the first wizard began on CA01, and KB951695 was not on",
		others: []judge.Rule{judge.Damage, judge.Outcome, judge.UsersOff, judge.WizardOrder},
	},
	{
		name: "W3SVC is not stopped again after a boot",
		file: "workflows/usersoff.go",
		patch: []string{
			"StartMode: farm.StartManual, Step: kind", "StartMode: farm.StartAutomatic, Step: kind",
			"if !st.Running && st.StartMode == farm.StartManual {", "if st.Name != \"\" {",
		},
		world: func(s *scenario.Scenario) {
			s.Faults = []scenario.Fault{{Host: "WFE01", Step: "package KB951695", Kind: "exit", Code: 3010}}
		},
		rule:   judge.UsersOff,
		says:   "W3SVC ran on WFE01 when psconfig started",
		others: []judge.Rule{judge.Damage, judge.ProjectServices, judge.Restored},
	},
	{
		name: "a job is started twice",
		file: "activities/packages.go",
		patch: []string{
			"\t\"strings\"\n", "\t\"fmt\"\n\t\"strings\"\n\n\t\"go.temporal.io/sdk/activity\"\n",
			"\tlog := jobFolder(r.Server, r.Job)", "\tr.Job += fmt.Sprint(\"-\", activity.GetInfo(ctx).Attempt)\n\tlog := jobFolder(r.Server, r.Job)",
		},
		world: func(s *scenario.Scenario) {
			// Every call is slow, so that the kill falls before anybody could record that the job was started.
			s.Faults = []scenario.Fault{{Host: "WFE01", Step: "winrm Create", Kind: "slow", Times: -1, Delay: 4 * time.Minute}}
			s.Kills = []scenario.Kill{{Target: scenario.Worker, When: scenario.Moment{Host: "WFE01", Event: "started", Text: "951695", Nth: 1}}}
		},
		rule:   judge.Once,
		says:   "KB951695 began on WFE01",
		others: []judge.Rule{judge.Decision, judge.LeftBehind, judge.Damage, judge.Outcome},
	},
}

// world is a farm of two servers in which nothing happens but what a mutant needs.
func (m mutant) scenario() scenario.Scenario {
	s := scenario.Plain(1)
	s.Farm = scenario.Farm{
		Name: "chaos", Layout: "two servers", Configuration: "SharePoint_Config",
		Servers: []scenario.Server{
			{Name: "CA01", Roles: []string{"central-administration", "application"}, OS: "2008", WinRM: "2.0", Architecture: "x64"},
			{Name: "WFE01", Roles: []string{"front-end-web"}, OS: "2008", WinRM: "2.0", Architecture: "x64"},
		},
		SQL:      []scenario.SQLServer{{Name: "SQL01", Encrypt: "login", Databases: []scenario.Database{{Name: "WSS_Content", SizeMB: 500}}}},
		Projects: []scenario.Project{{Name: "PWA", On: "SQL01"}},
	}
	s.Gates = []scenario.Gate{{Name: "continue", Quorum: 1}}
	s.Servers, s.Hindrance, s.Holds, s.Faults, s.Kills, s.Interruptions = nil, "", nil, nil, nil, nil
	s.Operator = scenario.Impatient()
	m.world(&s)
	return s
}

func TestTheJudgeCatches(t *testing.T) {
	t.Parallel()
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			sound := m.play(t, filepath.Join(root, "bin", "worker"))
			require.Empty(t, sound, "the worker as it is breaks no rule here")

			broken := m.play(t, m.build(t))
			allowed := append([]judge.Rule{m.rule}, m.others...)
			caught := false
			for _, b := range broken {
				require.Contains(t, allowed, b.Rule, b.String())
				caught = caught || b.Rule == m.rule && strings.Contains(b.Says, m.says)
			}
			require.True(t, caught, "%s is not caught; broken: %v", m.rule, broken)
		})
	}
}

// play runs the mutant's scenario with a worker and returns what the judge says.
func (m mutant) play(t *testing.T, worker string) []judge.Broken {
	t.Helper()
	binary := func(name string) string {
		path, err := filepath.Abs(name)
		require.NoError(t, err)
		require.FileExists(t, path, "run make build")
		return path
	}
	run, err := runner.Play(t.Context(), m.scenario(), runner.Programs{
		Devserver: binary(filepath.Join(root, "bin", "devserver")), Worker: binary(worker), Starter: binary(filepath.Join(root, "bin", "starter")),
	}, t.TempDir(), 4*time.Minute)
	require.NoError(t, err)
	require.Empty(t, run.Stuck)
	evidence, err := judge.Read(run.Journal(), run.Histories(), run.Report())
	require.NoError(t, err)
	return judge.Judge(evidence)
}

// build makes the mutant's worker.
func (m mutant) build(t *testing.T) string {
	t.Helper()
	source, err := filepath.Abs(filepath.Join(root, m.file))
	require.NoError(t, err)
	text, err := os.ReadFile(source)
	require.NoError(t, err)
	for i := 0; i < len(m.patch); i += 2 {
		require.Equal(t, 1, strings.Count(string(text), m.patch[i]), "%s has changed: the patch of this mutant does not fit any more: %q", m.file, m.patch[i])
		text = []byte(strings.Replace(string(text), m.patch[i], m.patch[i+1], 1))
	}
	dir := t.TempDir()
	patched, overlay, worker := filepath.Join(dir, "patched.go"), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "worker")
	require.NoError(t, os.WriteFile(patched, text, 0o600))
	list, err := json.Marshal(map[string]map[string]string{"Replace": {source: patched}})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(overlay, list, 0o600))
	build := exec.CommandContext(t.Context(), "go", "build", "-overlay", overlay, "-o", worker, "./worker")
	build.Dir = root
	said, err := build.CombinedOutput()
	require.NoError(t, err, string(said))
	return worker
}
