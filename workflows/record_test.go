package workflows_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// histories is where recorded histories lie: a folder for each release, and next for what has not been released yet.
const (
	histories = "testdata/histories"
	next      = histories + "/next"
)

// manifest counts the histories of each behaviour by workflow type, so that one that is missing is missed.
type manifest map[string]map[string]int

// TestRecordHistories records the histories that TestReplay replays, from a real server. When and how:
// testdata/histories/README.md.
func TestRecordHistories(t *testing.T) {
	if os.Getenv("FARMHAND_RECORD") != "1" {
		t.Skip("set FARMHAND_RECORD=1, or `make record`")
	}
	c := startServer(t)
	w := worker.New(c, workflows.TaskQueue, worker.Options{})
	workflows.Register(w)
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)

	recorded := map[string][]byte{}
	counts := manifest{}
	for _, b := range behaviours {
		t.Run(b.name, func(t *testing.T) {
			d := newDesk(t, c, b)
			d.run()
			counts[b.name] = map[string]int{}
			for _, h := range d.fetch() {
				counts[b.name][h.kind]++
				recorded[fmt.Sprintf("%s.%s-%d.json.gz", b.name, h.kind, counts[b.name][h.kind])] = h.packed
			}
		})
	}
	if t.Failed() {
		return // what was recorded before stays
	}
	old, err := filepath.Glob(next + "/*.json.gz")
	require.NoError(t, err)
	for _, file := range old {
		require.NoError(t, os.Remove(file))
	}
	for name, packed := range recorded {
		require.NoError(t, os.WriteFile(filepath.Join(next, name), packed, 0o644))
	}
	text, err := json.MarshalIndent(counts, "", "  ")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(next, "manifest.json"), append(text, '\n'), 0o644))
}

// recordedHistory is one run's history, as it is kept.
type recordedHistory struct {
	kind   string
	packed []byte
}

// fetch reads the histories of the desk's rollouts and of all their children, in the order they started.
func (d *desk) fetch() []recordedHistory {
	var out []recordedHistory
	var follow func(id, run string)
	follow = func(id, run string) {
		var h historypb.History
		events := d.client.GetWorkflowHistory(d.t.Context(), id, run, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		for events.HasNext() {
			e, err := events.Next()
			require.NoError(d.t, err)
			h.Events = append(h.Events, e)
		}
		out = append(out, recordedHistory{h.Events[0].GetWorkflowExecutionStartedEventAttributes().WorkflowType.Name, pack(d.t, &h)})
		for _, e := range h.Events {
			if started := e.GetChildWorkflowExecutionStartedEventAttributes(); started != nil {
				follow(started.WorkflowExecution.WorkflowId, started.WorkflowExecution.RunId)
			}
		}
	}
	for _, id := range d.rollouts {
		follow(id, "")
	}
	return out
}

// pack writes a history as the server's own tools do, compressed.
func pack(t *testing.T, h *historypb.History) []byte {
	text, err := temporalproto.CustomJSONMarshalOptions{}.Marshal(h)
	require.NoError(t, err)
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	require.NoError(t, err)
	_, err = z.Write(text)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return b.Bytes()
}

// newDesk starts a behaviour's rollout and the worker of its site, which runs the scene.
func newDesk(t *testing.T, c client.Client, b behaviour) *desk {
	edits := []func(*farm.Rollout){func(r *farm.Rollout) {
		r.ID, r.Farms[0].Name, r.Farms[0].Site = b.name, "farm-"+b.name, b.name
		r.Farms[0].Servers = slices.DeleteFunc(r.Farms[0].Servers, func(s farm.Server) bool { return strings.HasSuffix(s.Name, "02") })
	}}
	in := exampleInput(t, append(edits, b.edits...)...)
	d := &desk{t: t, client: c, behaviour: b, scene: newScene(in.Rollout.Farms[0], in.Release), in: workflows.RolloutInput(in)}
	if b.scene != nil {
		b.scene(d.scene)
	}
	w := worker.New(c, workflows.SiteQueue(b.name), worker.Options{DisableWorkflowWorker: true})
	w.RegisterActivity(d.scene)
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	return d
}
