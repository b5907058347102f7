//go:build production

package production

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pages asks the web UI for its page, and to change something, which its server refuses.
func (st *Stack) pages(t *testing.T) {
	t.Helper()
	ui := st.URL("ui", "8080")
	require.NoError(t, get(t.Context(), ui))
	require.NoError(t, get(t.Context(), ui+"/api/v1/namespaces/default/workflows"))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, ui+"/api/v1/namespaces/default/workflows/farm-update%2Fchaos/signal/decide", strings.NewReader("{}"))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Csrf-Token", "same") // as its own page does
	req.AddCookie(&http.Cookie{Name: "_csrf", Value: "same"})
	answer, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusMethodNotAllowed, answer.StatusCode, "the UI changes nothing")
}

// series asks Prometheus: the values of a query, by the labels job and instance.
func (st *Stack) series(t *testing.T, query string) map[string]string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, st.URL("prometheus", "9090")+"/api/v1/query?query="+url.QueryEscape(query), nil)
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer answer.Body.Close()
	var found struct {
		Data struct {
			Result []struct {
				Metric struct{ Job, Instance string }
				Value  [2]any
			}
		}
	}
	require.NoError(t, json.NewDecoder(answer.Body).Decode(&found))
	out := map[string]string{}
	for _, r := range found.Data.Result {
		value, ok := r.Value[1].(string)
		require.True(t, ok)
		out[r.Metric.Job+" "+r.Metric.Instance] = value
	}
	return out
}

// measured waits until Prometheus has asked everybody: worker and starter through the collector, the collector itself, and
// both servers.
func (st *Stack) measured(t *testing.T) {
	t.Helper()
	targets := map[string]string{
		"farmhand " + strings.TrimPrefix(st.URL("collector", "8889"), "http://"):  "1",
		"collector " + strings.TrimPrefix(st.URL("collector", "8888"), "http://"): "1",
		"temporal " + strings.TrimPrefix(st.URL("temporal-1", "9090"), "http://"): "1",
		"temporal " + strings.TrimPrefix(st.URL("temporal-2", "9090"), "http://"): "1",
	}
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		assert.Equal(c, targets, st.series(t, "up"))
		assert.NotEmpty(c, st.series(t, "farmhand_gate_wait_seconds_count > 0"), "how long gates waited")
		assert.NotEmpty(c, st.series(t, "farmhand_step_duration_seconds_count > 0"), "how long steps took")
		assert.NotEmpty(c, st.series(t, "persistence_requests > 0"), "the servers' own")
	}, time.Minute, time.Second)
}

// span is what a line of the collector's file holds of one.
type span struct{ TraceID, SpanID, ParentSpanID, Name string }

// traced reads what the collector received: the trace that starter began goes through the farm down to WinRM commands and
// SQL statements, on both sides of the kills.
func (st *Stack) traced(t *testing.T) {
	t.Helper()
	f, err := os.Open(filepath.Join(st.Dir, "telemetry", "traces.jsonl"))
	require.NoError(t, err)
	defer f.Close()
	byTrace, begun := map[string]map[string]int{}, map[string]bool{}
	lines := bufio.NewReader(f)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			break
		}
		var message struct {
			ResourceSpans []struct{ ScopeSpans []struct{ Spans []span } }
		}
		require.NoError(t, json.Unmarshal(line, &message))
		for _, r := range message.ResourceSpans {
			for _, scope := range r.ScopeSpans {
				for _, s := range scope.Spans {
					if byTrace[s.TraceID] == nil {
						byTrace[s.TraceID] = map[string]int{}
					}
					byTrace[s.TraceID][s.Name]++
					begun[s.TraceID] = begun[s.TraceID] || s.Name == "start rollout"
				}
			}
		}
	}
	whole := 0
	for id := range begun {
		names := byTrace[id]
		if !begun[id] || names["StartChildWorkflow:FarmUpdate"] == 0 {
			continue
		}
		whole++
		for _, name := range []string{
			"StartWorkflow:Rollout", "StartChildWorkflow:FinalizeServer", "RunActivity:StartPackage", "RunActivity:StartWizard",
			"RunActivity:AwaitJob", "winrm.run", "sql.backup", "sql.versions",
		} {
			require.NotZero(t, names[name], "trace %s has no span %s", id, name)
		}
	}
	require.Equal(t, 2, whole, "the trace of the rollout, and that of the rehearsal")
}
