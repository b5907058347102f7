package telemetry_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/metrics"
	"farmhand/test/telemetry"
)

var update = flag.Bool("update", false, "write the names that a real scrape has into testdata (rollout_test.go)")

// seenFile lists the metrics that rules and dashboards ask for, each of them seen on a real page.
var seenFile = filepath.Join("testdata", "seen.txt")

// asked are all queries of rules and dashboards.
func asked(t *testing.T) []telemetry.Query {
	t.Helper()
	all, err := telemetry.Rules()
	require.NoError(t, err)
	require.NotEmpty(t, all)
	dashboards, err := telemetry.Dashboards()
	require.NoError(t, err)
	require.NotEmpty(t, dashboards)
	for _, d := range dashboards {
		all = append(all, d.Queries()...)
	}
	return all
}

// namesAsked are the metrics of all queries; up is Prometheus' own.
func namesAsked(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, q := range asked(t) {
		found := q.MetricNames()
		require.NotEmpty(t, found, q.Where)
		names = append(names, found...)
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(n string) bool { return n == "up" })
}

// No rule and no panel asks for a metric that nobody has seen: a name that is wrong by a letter makes an alert that never fires.
func TestRulesAndDashboardsAskForWhatIsExported(t *testing.T) {
	seen, err := os.ReadFile(seenFile)
	require.NoError(t, err)
	require.Equal(t, strings.Fields(string(seen)), namesAsked(t), "make chaos-e2e looks for them; go test -tags e2e ./test/telemetry -update writes the file")
}

// Every metric of farmhand's is on a dashboard or in a rule.
func TestEveryMetricIsLookedAt(t *testing.T) {
	names := strings.Join(namesAsked(t), " ")
	for _, m := range metrics.All() {
		require.Contains(t, names, strings.ReplaceAll(m.Name, ".", "_"), m.Name)
	}
}

func TestMetricNames(t *testing.T) {
	for expr, want := range map[string][]string{
		`max by (farm) (a_total{b="c d"}) > 0`:                                        {"a_total"},
		`histogram_quantile(0.5, sum by (le, x) (rate(h_bucket[5m]))) or vector(0)`:   {"h_bucket"},
		`label_replace(a > 60 unless on (q) b{p!="{"} > 0, "site", "$1", "q", "(.)")`: {"a", "b"},
		`increase(m{r="X"}[15m]) or (m unless m offset 15m)`:                          {"m"},
	} {
		require.Equal(t, want, telemetry.Query{Expr: expr}.MetricNames(), expr)
	}
}

// A dashboard can be read without its author: every panel says what it shows, in which unit.
func TestDashboards(t *testing.T) {
	dashboards, err := telemetry.Dashboards()
	require.NoError(t, err)
	uids := map[string]string{}
	for file, d := range dashboards {
		require.NotEmpty(t, d.Title, file)
		require.NotEmpty(t, d.UID, file)
		require.Empty(t, uids[d.UID], "%s and %s have one uid", file, uids[d.UID])
		uids[d.UID] = file
		ids := map[int]bool{}
		for _, p := range d.Panels {
			where := file + ": " + p.Title
			require.NotEmpty(t, p.Title, file)
			require.NotEmpty(t, p.Description, where)
			require.NotEmpty(t, p.FieldConfig.Defaults.Unit, where)
			require.NotEmpty(t, p.Targets, where)
			require.False(t, ids[p.ID], "%s: panel id %d is taken", where, p.ID)
			ids[p.ID] = true
			for _, q := range p.Targets {
				require.Equal(t, strings.Count(q.Expr, "("), strings.Count(q.Expr, ")"), where)
			}
		}
	}
}
