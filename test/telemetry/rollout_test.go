//go:build e2e && linux

package telemetry_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/metrics"
	"farmhand/test/journal"
	"farmhand/test/secrets"
	"farmhand/test/telemetry"
)

// A whole rollout with a worker killed in the middle of a package and another one at a gate, a package that fails and a
// server that reboots, as a real collector receives it.
func TestARolloutAsTheCollectorReceivesIt(t *testing.T) {
	c := telemetry.StartCollector(t, telemetry.Deployed, telemetry.WithFiles)
	r := rehearse(t, c, `
faults:
  - {host: WFE01, step: package KB951297, kind: exit, code: 3010}
  - {host: WFE02, step: package KB951297, kind: exit, code: 1603}
holds:
  - {host: APP01, step: package KB951695, for: 3s}
`)
	const farmName = "contoso-pwa"
	atGate := func(g farm.GateName) map[string]string {
		return map[string]string{"farmhand_farm": farmName, "farmhand_gate": string(g), "job": "farmhand-worker"}
	}
	r.awaitSample("farmhand_gates_pending", "1", atGate(farm.GateInstall), "")
	passwords := r.passwords()
	r.starter("approve", farmName, string(farm.GateInstall), "--as", "bob", "--yes")

	r.awaitHeld("APP01", "package KB951695")
	killed := []string{r.killWorker()}

	r.awaitSample("farmhand_interventions_open", "1", map[string]string{"farmhand_farm": farmName}, "")
	q := r.farm().Questions[0]
	r.starter("decide", farmName, q.ID, string(farm.ChoiceRetry), "--as", "dave", "--evidence", q.Evidence, "--reason", "the disk was full")

	// The gate is asked while one worker lives, and told of by the next one, which has only read of it.
	r.awaitSample("farmhand_gates_pending", "1", atGate(farm.GateContinue), "")
	r.awaitSample("farmhand_interventions_open", "0", map[string]string{"farmhand_farm": farmName}, "")
	killed = append(killed, r.killWorker())
	heir := r.awaitSample("farmhand_gates_pending", "1", atGate(farm.GateContinue), killed[1])
	require.NotEqual(t, killed[0], heir.Labels["instance"])

	failOnPurpose(t, fmt.Sprintf("127.0.0.1:%d", r.block()), c.Environment())
	server := fmt.Sprintf("http://127.0.0.1:%d/metrics", r.block()+9)
	r.await("the server tells of its backlog, as it does once a minute", func() bool {
		return slices.Contains(namesOn(t, server), "approximate_backlog_count")
	})
	pages := []string{c.Metrics, c.Self, telemetry.StartCollector(t, telemetry.Deployed).Self, server}
	seen := namesOn(t, pages...)
	r.starter("approve", farmName, string(farm.GateContinue), "--as", "bob", "--yes")
	r.wait()
	seen = append(seen, namesOn(t, c.Metrics)...)
	c.Stop()

	got, err := telemetry.Read(c.Directory)
	require.NoError(t, err)
	trace := theTrace(t, got)
	t.Run("one trace", func(t *testing.T) { checkTrace(t, trace, killed) })
	t.Run("reboot", func(t *testing.T) {
		events, err := journal.Read(r.journal)
		require.NoError(t, err)
		require.Len(t, journal.Find(events, "WFE01", "boot", ""), 1)
		require.True(t, slices.ContainsFunc(trace, func(s telemetry.Span) bool { return s.Name == "RunActivity:Reboot" }))
	})
	t.Run("logs", func(t *testing.T) { checkLogs(t, got, trace[0].Trace) })
	t.Run("metrics", func(t *testing.T) { checkMetrics(t, got) })
	t.Run("names", func(t *testing.T) { checkNames(t, seen) })
	t.Run("secrets", func(t *testing.T) { checkSecrets(t, c.Directory, passwords) })
}

// theTrace is the trace that starter began.
func theTrace(t *testing.T, got telemetry.Recording) telemetry.Trace {
	t.Helper()
	begun := slices.DeleteFunc(slices.Clone(got.Spans), func(s telemetry.Span) bool { return s.Name != "start rollout" })
	require.Len(t, begun, 1)
	return got.Trace(begun[0].Trace)
}

// checkTrace: from the command to each WinRM command and SQL statement, in every worker's life.
func checkTrace(t *testing.T, trace telemetry.Trace, killed []string) {
	workers := map[string]bool{}
	reached := map[string]map[string]bool{} // what kind of work, by worker
	for _, s := range trace {
		kind, _, _ := strings.Cut(s.Name, ".")
		if s.Service != "farmhand-worker" {
			continue
		}
		workers[s.Instance] = true
		path := trace.Path(s)
		if path[0] != "start rollout" || kind != "winrm" && kind != "sql" {
			continue
		}
		// start rollout, StartWorkflow:Rollout, StartChildWorkflow:FarmUpdate, perhaps StartChildWorkflow:FinalizeServer,
		// StartActivity, RunActivity, the call.
		require.Equal(t, []string{"StartWorkflow:Rollout", "StartChildWorkflow:FarmUpdate"}, path[1:3], path)
		require.Regexp(t, "^RunActivity:", path[len(path)-2])
		if reached[kind] == nil {
			reached[kind] = map[string]bool{}
		}
		reached[kind][s.Instance] = true
		if path[3] == "StartChildWorkflow:FinalizeServer" {
			reached["wizard"] = map[string]bool{s.Instance: true}
		}
	}
	require.Len(t, workers, 3, "each of the three workers has its part of the trace")
	require.Len(t, reached["winrm"], 3, "and reaches servers in it")
	require.NotEmpty(t, reached["sql"])
	require.NotEmpty(t, reached["wizard"])
	for _, instance := range killed {
		require.Contains(t, workers, instance)
	}

	// What the killed workers were in the middle of has no end, so that their calls in it hang in the air; nothing else does.
	for _, s := range trace.Orphans() {
		require.Contains(t, killed, s.Instance, "%s of a worker that lived has no parent", s.Name)
	}
	for _, s := range trace {
		require.False(t, strings.HasPrefix(s.Name, "RunWorkflow:"), "no span lives as long as a workflow")
	}
}

// checkLogs: what workflows log belongs to the rollout's trace and names its workflow.
func checkLogs(t *testing.T, got telemetry.Recording, trace string) {
	said := map[string]int{}
	for _, l := range got.Logs {
		if l.Trace == "" {
			continue
		}
		if l.Trace == trace {
			said[l.Body]++
			require.NotEmpty(t, l.Attributes["WorkflowID"], l.Body)
			require.NotEmpty(t, l.Attributes["RunID"], l.Body)
		}
	}
	require.Equal(t, len(farm.Phases()), said["phase begins"], "once each: a replay says nothing")
	require.Equal(t, 1, said["step failed for good"])
	require.Equal(t, 3, said["people are asked"], "two gates, one intervention")
	require.Equal(t, 3, said["people have answered"])
}

// checkMetrics: every metric of farmhand's left with its unit and with none but its attributes.
func checkMetrics(t *testing.T, got telemetry.Recording) {
	for _, want := range metrics.All() {
		points := 0
		for _, m := range got.Metrics {
			if m.Name != want.Name {
				continue
			}
			require.Equal(t, want.Unit, m.Unit, m.Name)
			for _, p := range m.Points {
				points++
				require.Len(t, p, len(want.Attributes), "%s: %v", m.Name, p)
				for _, a := range want.Attributes {
					require.Contains(t, p, a, m.Name)
				}
			}
		}
		require.NotZero(t, points, "%s was not exported", want.Name)
	}
}

// checkNames: what rules and dashboards ask for is on a page.
func checkNames(t *testing.T, seen []string) {
	names := namesAsked(t)
	if *update {
		names = slices.DeleteFunc(names, func(n string) bool { return !slices.Contains(seen, n) })
		require.NoError(t, os.WriteFile(seenFile, []byte(strings.Join(names, "\n")+"\n"), 0o600))
	}
	for _, n := range namesAsked(t) {
		require.Contains(t, seen, n, "rules or dashboards ask for it, and no page has it")
	}
}

func namesOn(t *testing.T, pages ...string) []string {
	t.Helper()
	var names []string
	for _, p := range pages {
		samples, err := telemetry.Scrape(p)
		require.NoError(t, err)
		for _, s := range samples {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// checkSecrets: no password is in any file that the collector wrote, in any form.
func checkSecrets(t *testing.T, dir string, passwords []string) {
	named := map[string]string{}
	for i, p := range passwords {
		named[fmt.Sprint(i)] = p
	}
	searcher, err := secrets.NewSearcher(named)
	require.NoError(t, err)
	for _, signal := range []string{"traces", "metrics", "logs"} {
		text, err := os.ReadFile(filepath.Join(dir, signal+".jsonl"))
		require.NoError(t, err)
		require.Empty(t, searcher.Find(signal, text))
	}
}
