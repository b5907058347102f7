package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// withTasks gives the rollout manual tasks: one of a person before users go, one of a group after the farm is verified.
func withTasks(r *farm.Rollout) {
	r.Groups = append(r.Groups, farm.Group{Name: "network", Members: []farm.Member{{Name: "nina"}, {Name: "noel"}}})
	r.ManualTasks = []farm.ManualTask{
		{Name: "pool", When: farm.TaskBefore, Phase: farm.PhaseDisconnectUsers, Text: "take both front-ends out of the pool", Owner: "network"},
		{Name: "image", When: farm.TaskAfter, Phase: farm.PhaseDisconnectUsers, Text: "image every server", Owner: "walter"},
	}
}

// TestManualTasks are waited for like gates: by their owners, at their side of the phase, in the evidence.
func TestManualTasks(t *testing.T) {
	w := newWorld(t, withTasks)
	w.approveEvery()
	w.whenOpen("task-pool", func(q farm.Question) {
		require.Equal(t, farm.QuestionTask, q.Kind)
		require.Equal(t, []string{"nina", "noel"}, q.Eligible())
		require.Equal(t, []farm.Choice{farm.ChoiceDone, farm.ChoiceAbort}, q.Choices)
		require.Equal(t, farm.Fact{Label: "do", Text: "take both front-ends out of the pool"}, q.Facts[0])
		require.Equal(t, farm.RunGate, w.status().State)
		require.Equal(t, farm.PhasePreflight, w.status().Phase)
		require.Zero(t, w.count("stop W3SVC WFE01"))
		w.send(q, "dave", farm.ChoiceDone) // an operator, but not the owner
		w.send(q, "noel", farm.ChoiceDone)
	})
	w.whenOpen("task-image", func(q farm.Question) {
		require.Equal(t, []string{"walter"}, q.Eligible())
		require.Equal(t, 1, w.count("stop W3SVC WFE01"))
		require.Zero(t, w.count("backup PWA_Draft"))
		w.send(q, "Walter", farm.ChoiceDone)
	})
	s := w.completes()
	require.Equal(t, "noel", s.Question("task-pool").By)
	require.Equal(t, 1, w.count("stop W3SVC WFE01"))
	require.Len(t, accepted(s), 4)
	require.NotContains(t, s.Executors, "noel", "whoever does a task may still approve at a gate")
	require.Equal(t, 2, w.count("notify task-opened"))
}

// TestTaskThatCannotBeDone ends the run before anything was stopped.
func TestTaskThatCannotBeDone(t *testing.T) {
	w := newWorld(t, withTasks)
	w.whenOpen("task-pool", func(q farm.Question) { w.send(q, "nina", farm.ChoiceAbort) })
	r := w.run()
	require.Equal(t, farm.OutcomeAborted, r.Outcome)
	require.Equal(t, "aborted by nina", r.Why)
	require.Zero(t, w.count("stop W3SVC WFE01"))
}
