package workflows_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// largest is the example's rollout with as many farms like its first as a rollout may have, each with names and addresses of its own.
func largest(t *testing.T) workflows.RolloutInput {
	in := workflows.RolloutInput(exampleInput(t))
	one := in.Rollout.Farms[0]
	in.Rollout.Farms = nil
	wave := farm.Wave{Name: "all"}
	for i := range farm.MaxFarms {
		f := one
		f.Name = fmt.Sprintf("project-server-farm-%04d", i)
		f.Servers = append([]farm.Server{}, one.Servers...)
		for j := range f.Servers {
			f.Servers[j].Name = fmt.Sprintf("SRV%04d%02d", i, j)
			f.Servers[j].Address = fmt.Sprintf("10.%d.%d.%d", i/250, i%250, j+1)
		}
		in.Rollout.Farms = append(in.Rollout.Farms, f)
		wave.Farms = append(wave.Farms, f.Name)
	}
	in.Rollout.Waves = []farm.Wave{wave}
	return in
}

// TestTheLargestRolloutFits into a payload of the engine (2 MB), and so does its status when every farm has failed at length.
func TestTheLargestRolloutFits(t *testing.T) {
	in := largest(t)
	text, err := json.Marshal(in)
	require.NoError(t, err)
	plain, err := json.Marshal(in.Rollout.Farms)
	require.NoError(t, err)
	t.Logf("input %d bytes, its farms in plain %d", len(text), len(plain))
	require.Greater(t, len(plain), 2_000_000, "it has to be packed")
	require.Less(t, len(text), 1_000_000)
	var again workflows.RolloutInput
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, in.Rollout.Digest(in.Release), again.Rollout.Digest(again.Release))

	s := farm.NewRolloutStatus(in.Rollout, false)
	for i := range s.Farms {
		h := &s.Farms[i]
		h.WorkflowID, h.State = workflows.FarmUpdateID(h.Farm), farm.RunDone
		h.Result = workflows.Bounded(farm.Result{
			Farm: h.Farm, Outcome: farm.OutcomeRefused, Why: fmt.Sprintf("%0500d", i),
			Started: time.Unix(1, 1), Finished: time.Unix(2, 2),
		})
	}
	text, err = json.Marshal(s)
	require.NoError(t, err)
	t.Logf("status %d bytes", len(text))
	require.Less(t, len(text), 1_500_000)
}

// TestASmallInputIsPlain: people read it in the Temporal UI.
func TestASmallInputIsPlain(t *testing.T) {
	in := workflows.RolloutInput(exampleInput(t))
	text, err := json.Marshal(in)
	require.NoError(t, err)
	require.Contains(t, string(text), `"name":"contoso-pwa"`)
	require.NotContains(t, string(text), "packed_farms")
	var again workflows.RolloutInput
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, in, again)
}

// FuzzPackedInput: an input from outside never ends in more than an error.
func FuzzPackedInput(f *testing.F) {
	f.Add(`{"rollout":{"rollout":"r","farms":[{"name":"a"}]}}`)
	f.Add(`{"rollout":{"rollout":"r"},"packed_farms":"H4sIAAAAAAAA/4qOBQQAAP//KbtMDQIAAAA="}`)
	f.Add(`{"packed_farms":"AAAA"}`)
	f.Fuzz(func(t *testing.T, text string) {
		var in workflows.RolloutInput
		if json.Unmarshal([]byte(text), &in) != nil {
			return
		}
		again, err := json.Marshal(in)
		require.NoError(t, err)
		var back workflows.RolloutInput
		require.NoError(t, json.Unmarshal(again, &back))
		require.Len(t, back.Rollout.Farms, len(in.Rollout.Farms))
	})
}

// TestEventsOfARollout counts what one farm costs the history of its rollout, on a real server: so few events that the largest rollout stays
// far below what a history may hold (51,200), without continue-as-new.
func TestEventsOfARollout(t *testing.T) {
	if _, err := os.Stat(filepath.Join("..", "bin", "devserver")); err != nil {
		t.Skip("no bin/devserver: make build")
	}
	const farms = 40
	in := largest(t)
	in.Rollout.ID = "events"
	in.Rollout.Farms, in.Rollout.Waves[0].Farms = in.Rollout.Farms[:farms], in.Rollout.Waves[0].Farms[:farms]
	in.Rollout.MaxParallel = 10
	c := startServer(t)
	w := worker.New(c, workflows.TaskQueue, worker.Options{})
	w.RegisterWorkflowWithOptions(workflows.Rollout, workflow.RegisterOptions{Name: workflows.RolloutWorkflow})
	w.RegisterWorkflowWithOptions(func(_ workflow.Context, f workflows.FarmUpdateInput) (farm.Result, error) {
		return farm.Result{Farm: f.Rollout.Farms[0].Name, Outcome: farm.OutcomeCompleted}, nil
	}, workflow.RegisterOptions{Name: workflows.FarmUpdateWorkflow})
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	people := worker.New(c, workflows.SiteQueue(in.Rollout.Farms[0].Site), worker.Options{})
	people.RegisterActivityWithOptions(func(farm.Notification) error { return nil }, activity.RegisterOptions{Name: "Notify"})
	require.NoError(t, people.Start())
	t.Cleanup(people.Stop)
	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: workflows.RolloutID(in.Rollout.ID), TaskQueue: workflows.TaskQueue}, workflows.RolloutWorkflow, in)
	require.NoError(t, err)
	var s farm.RolloutStatus
	require.NoError(t, run.Get(t.Context(), &s))
	require.Equal(t, farm.OutcomeCompleted, s.Outcome)

	events, bytes := 0, 0
	history := c.GetWorkflowHistory(t.Context(), run.GetID(), run.GetRunID(), false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for history.HasNext() {
		e, err := history.Next()
		require.NoError(t, err)
		events++
		bytes += e.Size()
	}
	t.Logf("%d events and %d bytes for %d farms: %.1f and %d a farm", events, bytes, farms, float64(events)/float64(farms), bytes/farms)
	// Of a farm: initiated, started and completed, and at most a workflow task of three events for each of the last two.
	// Of a notification: scheduled, started and completed, and one such task. It is told of its beginning, its end and its wave.
	const ofFarm, ofNotification = 9, 6
	require.LessOrEqual(t, events, ofFarm*farms+3*ofNotification+12)
	require.Less(t, ofFarm*farm.MaxFarms, 51200/2, "events of the largest rollout")
	require.Less(t, (ofFarm+ofNotification)*farm.MaxFarms, 51200*2/3, "where each of its farms is a wave of its own")
	require.Less(t, bytes/farms*farm.MaxFarms, 50_000_000/2, "bytes of the largest rollout")
}
