package workflows_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"farmhand/workflows"
)

// replayer replays without the detector of deadlocks, which takes a busy machine for one.
func replayer(t *testing.T) worker.WorkflowReplayer {
	t.Helper()
	r, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{DisableDeadlockDetection: true})
	require.NoError(t, err)
	return r
}

// TestReplay replays every recorded history with today's code, those of releases included. A failure means that farms
// whose update is under way would break on a worker with this code: guard the change with workflow.GetVersion.
func TestReplay(t *testing.T) {
	sets, err := filepath.Glob(histories + "/*/manifest.json")
	require.NoError(t, err)
	for _, set := range sets {
		t.Run(filepath.Base(filepath.Dir(set)), func(t *testing.T) { replaySet(t, filepath.Dir(set)) })
	}
	var recorded manifest
	text, err := os.ReadFile(next + "/manifest.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &recorded))
	require.Len(t, recorded, len(behaviours))
	for _, b := range behaviours {
		require.Contains(t, recorded, b.name, "no history was recorded: make record")
		require.Positive(t, recorded[b.name][workflows.RolloutWorkflow])
		require.Positive(t, recorded[b.name][workflows.FarmUpdateWorkflow])
	}
}

// replaySet replays the histories of one folder, which are those that its manifest counts.
func replaySet(t *testing.T, folder string) {
	text, err := os.ReadFile(filepath.Join(folder, "manifest.json"))
	require.NoError(t, err)
	var want manifest
	require.NoError(t, json.Unmarshal(text, &want))
	files, err := filepath.Glob(folder + "/*.json.gz")
	require.NoError(t, err)
	have := manifest{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json.gz")
		behaviour, kind, _ := strings.Cut(name, ".")
		kind = kind[:strings.LastIndexByte(kind, '-')]
		if have[behaviour] == nil {
			have[behaviour] = map[string]int{}
		}
		have[behaviour][kind]++
		t.Run(name, func(t *testing.T) {
			h := unpack(t, file)
			require.Equal(t, kind, h.Events[0].GetWorkflowExecutionStartedEventAttributes().WorkflowType.Name)
			r := replayer(t)
			workflows.Register(r)
			require.NoError(t, r.ReplayWorkflowHistory(quiet, h))
		})
	}
	require.Equal(t, want, have, "a recorded history is missing, or was not recorded by TestRecordHistories")
}

// TestReplayNoticesChanges: a workflow that begins otherwise does not replay.
func TestReplayNoticesChanges(t *testing.T) {
	for _, kind := range []string{workflows.RolloutWorkflow, workflows.FarmUpdateWorkflow, workflows.FinalizeServerWorkflow} {
		r := replayer(t)
		r.RegisterWorkflowWithOptions(func(workflow.Context, json.RawMessage) error { return nil }, workflow.RegisterOptions{Name: kind})
		require.Error(t, r.ReplayWorkflowHistory(quiet, unpack(t, fmt.Sprintf("%s/approved.%s-1.json.gz", next, kind))), kind)
	}
}

// TestReplayNoticesAnotherOrder: code that asks for two activities in another order than the history has them does not
// replay, wherever the two stand.
func TestReplayNoticesAnotherOrder(t *testing.T) {
	for _, kind := range []string{workflows.FarmUpdateWorkflow, workflows.FinalizeServerWorkflow} {
		file := fmt.Sprintf("%s/approved.%s-1.json.gz", next, kind)
		pairs := len(neighbours(unpack(t, file)))
		require.Greater(t, pairs, 3, kind)
		for _, pair := range []int{0, pairs / 2, pairs - 1} {
			h := unpack(t, file)
			swap := neighbours(h)[pair]
			swap[0].ActivityType, swap[1].ActivityType = swap[1].ActivityType, swap[0].ActivityType
			r := replayer(t)
			workflows.Register(r)
			require.ErrorContains(t, r.ReplayWorkflowHistory(quiet, h), "TMPRL1100", "%s: %s before %s", kind, swap[0].ActivityType.Name, swap[1].ActivityType.Name)
		}
	}
}

// neighbours are the activities of a history that follow one of another type.
func neighbours(h *historypb.History) (pairs [][2]*historypb.ActivityTaskScheduledEventAttributes) {
	var last *historypb.ActivityTaskScheduledEventAttributes
	for _, e := range h.Events {
		next := e.GetActivityTaskScheduledEventAttributes()
		if next == nil {
			continue
		}
		if last != nil && last.ActivityType.Name != next.ActivityType.Name {
			pairs = append(pairs, [2]*historypb.ActivityTaskScheduledEventAttributes{last, next})
		}
		last = next
	}
	return pairs
}

var quiet = log.NewStructuredLogger(slog.New(slog.DiscardHandler))

func unpack(t *testing.T, file string) *historypb.History {
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	h, err := client.HistoryFromJSON(z, client.HistoryJSONOptions{})
	require.NoError(t, err)
	return h
}
