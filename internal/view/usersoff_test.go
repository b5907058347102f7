package view_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

// withTasks is a rollout with a manual task before users go and one after they are back.
func withTasks(f farm.Farm) farm.Rollout {
	r := rolloutFile(f)
	r.Gates = append(r.Gates, farm.GatePolicy{Name: farm.GateReconnect, Group: "change", Quorum: 1})
	r.ManualTasks = []farm.ManualTask{
		{Name: "pool", When: farm.TaskBefore, Phase: farm.PhaseDisconnectUsers, Text: "take the front-ends out", Owner: "network"},
		{Name: "probe", When: farm.TaskAfter, Phase: farm.PhaseReconnectUsers, Text: "turn monitoring on", Owner: "nina"},
	}
	return r
}

// atTask waits for the owner of the first task.
func atTask() farm.Status {
	s := begun(contoso)
	s.Plan = farm.NewPlan(contoso, release, withTasks(contoso).Gates).WithTasks(withTasks(contoso))
	facts := []farm.Fact{{Label: "do", Text: "take the front-ends out"}}
	s.Questions = append(s.Questions, farm.Question{
		ID: "task-pool", Kind: farm.QuestionTask, Title: "pool, before disconnect-users", Facts: facts, Revision: 1, Quorum: 1, Members: []string{"nina", "noel"},
		Choices: []farm.Choice{farm.ChoiceDone, farm.ChoiceAbort}, Advised: farm.ChoiceDone, Asked: at(4), Digest: farm.EvidenceDigest("task-pool", 1, facts),
	})
	return s
}

// words are printed words without layout.
func words(text string) string { return strings.Join(strings.Fields(text), " ") }

func TestTaskIsShownWithItsCommand(t *testing.T) {
	s := atTask()
	f := view.FromStatus(s, at(6))
	require.Equal(t, farm.RunGate, f.State)
	require.Equal(t, "WAITING: task-pool", f.Headline)
	screen := words(printed(t, f, view.Style{Width: 120}))
	require.Contains(t, screen, "TASK task-pool: pool, before disconnect-users")
	require.Contains(t, screen, "needs nina, noel")
	require.Contains(t, screen, "starter decide contoso-pwa task-pool done --as NAME --evidence")

	require.Len(t, view.Gates([]farm.Status{s}, "noel", at(6)).Waiting, 1)
	require.Empty(t, view.Gates([]farm.Status{s}, "dave", at(6)).Waiting, "an operator is not the owner")
}

func TestTasksAndTheGateWithinAreOnThePlan(t *testing.T) {
	r := withTasks(contoso)
	p := view.FromPlan(r, release, contoso, farm.NewPlan(contoso, release, r.Gates).WithTasks(r), nil)
	require.Equal(t, r.ManualTasks, p.Tasks)
	screen := words(printed(t, p, view.Style{Width: 160}))
	require.Contains(t, screen, "TASK pool")
	require.Contains(t, screen, "GATE reconnect within")
	require.Contains(t, screen, "then TASK probe")
	require.Contains(t, screen, "probe, after reconnect-users, by nina: turn monitoring on")
}

// TestNextQuestion: tasks and the gate within a phase are foreseen, in their order.
func TestNextQuestion(t *testing.T) {
	s := atTask()
	s.Questions = nil
	require.Contains(t, view.FromStatus(s, at(6)).Next[0], "task pool")
	for i := range s.Phases {
		s.Phases[i].State = farm.StepDone
		if s.Phases[i].Phase == farm.PhaseReconnectUsers {
			s.Phases[i].State = farm.StepRunning
		}
	}
	require.Contains(t, view.FromStatus(s, at(6)).Next[0], "gate reconnect")
	s.Decisions = []farm.DecisionRecord{{Accepted: true, Decision: farm.Decision{Subject: "reconnect", Who: "bob", Choice: farm.ChoiceApprove}}}
	require.Contains(t, view.FromStatus(s, at(6)).Next[0], "task probe")
}

func TestTaskAndQueueAreEvidence(t *testing.T) {
	s := atTask()
	q := &s.Questions[len(s.Questions)-1]
	q.Answer, q.By, q.Reason, q.Answered = farm.ChoiceDone, "noel", "both are out", at(5)
	draft := farm.QueueSource{Database: "PWA_Draft"}
	s.Queue = farm.QueueStatus{
		Since: at(5), Drained: at(7), Readings: []farm.QueueReading{{QueueSource: draft}},
		AfterOff: []farm.QueueReading{{QueueSource: draft, Counts: []farm.QueueCount{{State: farm.QueueGettingQueued, Jobs: 1}}}},
	}
	s.UsersOff.Since, s.UsersOff.Servers = at(8), []string{"WFE01"}
	var b bytes.Buffer
	require.NoError(t, evidence(s).Markdown(&b))
	report := words(b.String())
	require.Contains(t, report, "### Work done by hand")
	require.Contains(t, report, "done noel | both are out")
	require.Contains(t, report, "The Project queue was drained")
	require.Contains(t, report, "After W3SVC was stopped: PWA\\_Draft: 1 getting queued.")

	runbook, err := view.Runbook(s)
	require.NoError(t, err)
	require.Contains(t, string(runbook), "- [x] pool, before disconnect-users, by network: take the front-ends out, done by noel")
	require.Contains(t, string(runbook), "- [ ] probe, after reconnect-users, by nina: turn monitoring on")
}

// TestDrainingIsShownLive: how many jobs are on their way, by state.
func TestDrainingIsShownLive(t *testing.T) {
	s := begun(contoso)
	s.Phase = farm.PhaseDisconnectUsers
	st := s.PhaseStatus(farm.PhaseDisconnectUsers)
	st.State, st.Started = farm.StepRunning, at(4)
	s.UsersOff = farm.UsersOff{}
	s.Queue = farm.QueueStatus{Since: at(4), Readings: []farm.QueueReading{{
		QueueSource: farm.QueueSource{Database: "PWA_Draft"}, Counts: []farm.QueueCount{{State: farm.QueueWaiting, Jobs: 4}, {State: farm.QueueProcessing, Jobs: 1}},
	}}}
	f := view.FromStatus(s, at(6))
	i := slices.IndexFunc(f.Phases, func(p view.Phase) bool { return p.Name == farm.PhaseDisconnectUsers })
	require.Equal(t, "Project queue: PWA_Draft: 4 waiting, 1 processing", f.Phases[i].Detail)
}

// TestCrawlsAreNoProjectService in what is counted and what the runbook has people stop.
func TestCrawlsAreNoProjectService(t *testing.T) {
	s := waiting(contoso)
	before := view.FromStatus(s, at(100))
	s.Services = append(s.Services, farm.RecordedService{
		ServiceState: farm.ServiceState{Server: "IDX01", Name: "OSearch", Running: true, StartMode: farm.StartAutomatic},
		RecordedAt:   at(5), StoppedAt: at(6), Step: farm.StepPauseCrawls,
	})
	after := view.FromStatus(s, at(100))
	i := slices.IndexFunc(after.Phases, func(p view.Phase) bool { return p.Name == farm.PhaseStopProjectServices })
	require.Equal(t, before.Phases[i].Detail, after.Phases[i].Detail)
	runbook, err := view.Runbook(s)
	require.NoError(t, err)
	require.Contains(t, string(runbook), "IDX01: OSearch was stopped and set to manual")
	require.Contains(t, string(runbook), "net start \"OSearch\"")
}
