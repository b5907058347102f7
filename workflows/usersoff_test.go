package workflows_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// looks makes readings of one queue, one after the other, from counts by state.
func looks(counts ...map[farm.QueueState]int) []farm.QueueReading {
	var out []farm.QueueReading
	for _, c := range counts {
		var r farm.QueueReading
		for s := farm.QueueState(0); s <= 12; s++ {
			if c[s] > 0 {
				r.Counts = append(r.Counts, farm.QueueCount{State: s, Jobs: c[s]})
			}
		}
		out = append(out, r)
	}
	return out
}

// TestQueueIsDrainedBeforeUsersGo: W3SVC stops only when no job is on its way.
func TestQueueIsDrainedBeforeUsersGo(t *testing.T) {
	w := newWorld(t)
	w.queueLooks["PWA_Draft"] = looks(
		map[farm.QueueState]int{farm.QueueWaiting: 2, farm.QueueProcessing: 1}, // preflight
		map[farm.QueueState]int{farm.QueueWaiting: 2, farm.QueueGettingQueued: 1},
		map[farm.QueueState]int{farm.QueueProcessing: 3, farm.QueueSuccess: 9},
		map[farm.QueueState]int{farm.QueueSleeping: 1},
		map[farm.QueueState]int{farm.QueueSuccess: 12, farm.QueueOnHold: 1},
	)
	w.on["stop W3SVC WFE01"] = func(int) error {
		require.Equal(t, 5, w.times("queue PWA_Draft"))
		return nil
	}
	w.approveEvery()
	s := w.completes()
	require.Equal(t, 6, w.count("queue PWA_Draft"), "and once more when users were off")
	require.False(t, s.Queue.Drained.IsZero())
	require.False(t, s.Queue.Drained.After(s.UsersOff.Since))
	require.Equal(t, "PWA_Draft: 1 on hold", s.Queue.AfterOff[0].Says())
	require.Empty(t, s.Exceptions)
}

// TestQueueThatDoesNotDrain is an operator's matter after the rollout's limit. Jobs in SQL Server are safe; one that a
// client is still sending is not, and then nobody may go on.
func TestQueueThatDoesNotDrain(t *testing.T) {
	w := newWorld(t, func(r *farm.Rollout) { r.Queue.Wait = 10 * time.Minute })
	sending := map[farm.QueueState]int{farm.QueueWaiting: 3, farm.QueueGettingQueued: 1}
	w.queueLooks["PWA_Draft"] = looks(sending)
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry, func(q farm.Question) {
		require.Equal(t, farm.FailureQueue, q.Failure.Kind)
		require.Equal(t, farm.StepDrainQueue, q.Failure.Step)
		require.Equal(t, "SQL01", q.Failure.Server)
		require.Equal(t, []farm.Choice{farm.ChoiceRetry, farm.ChoiceAbort}, q.Choices, "never while a job is getting queued")
		require.Contains(t, q.Failure.Advice, "never cancel")
		require.Equal(t, []string{"PWA_Draft: 3 waiting, 1 getting queued"}, q.Failure.Log)
		require.Zero(t, w.count("stop W3SVC WFE01"))
		w.mu.Lock()
		defer w.mu.Unlock()
		w.queueLooks["PWA_Draft"] = looks(map[farm.QueueState]int{farm.QueueWaiting: 3})
	})
	w.answer("i-2", farm.ChoiceSkip, func(q farm.Question) {
		require.Equal(t, 2, q.Failure.Try)
		require.Equal(t, []farm.Choice{farm.ChoiceRetry, farm.ChoiceSkip, farm.ChoiceAbort}, q.Choices)
	})
	r := w.run()
	require.Equal(t, farm.OutcomeCompletedWithExceptions, r.Outcome)
	require.Equal(t, []string{"drain-queue on SQL01 was skipped by erin: because"}, r.Exceptions)
	s := w.status()
	require.True(t, s.Queue.Drained.IsZero())
	require.Equal(t, "PWA_Draft: 3 waiting", s.Queue.AfterOff[0].Says())
	require.Less(t, w.count("queue PWA_Draft"), 120, "a long wait costs few looks")
}

// TestQueueThatNobodyWaitsFor: a limit of zero looks once.
func TestQueueThatNobodyWaitsFor(t *testing.T) {
	w := newWorld(t, func(r *farm.Rollout) { r.Queue.Wait = 0 })
	w.queueLooks["PWA_Draft"] = looks(map[farm.QueueState]int{farm.QueueWaiting: 1})
	w.approveEvery()
	w.answer("i-1", farm.ChoiceAbort, func(farm.Question) { require.Equal(t, 2, w.count("queue PWA_Draft")) })
	require.Equal(t, farm.OutcomeAborted, w.run().Outcome)
	require.Zero(t, w.count("stop W3SVC WFE01"))
}

// TestQueueThatCannotBeCounted is a warning at preflight, and an operator looks before users are disconnected.
func TestQueueThatCannotBeCounted(t *testing.T) {
	w := newWorld(t)
	w.queueLooks["PWA_Draft"] = []farm.QueueReading{{Unreadable: "Invalid object name 'MSP_QUEUE_PROJECT_GROUP_FULL_VIEW'. (208)"}}
	w.approveEvery()
	w.answer("look-at-queue", farm.ChoiceDone, func(q farm.Question) {
		require.Equal(t, farm.QuestionTask, q.Kind)
		require.Equal(t, w.in.Rollout.Operators, q.Members)
		require.Contains(t, q.Facts[1].Text, "Invalid object name")
		require.Zero(t, w.count("stop W3SVC WFE01"))
	})
	s := w.completes()
	require.Equal(t, "erin", s.Queue.ConfirmedBy)
	var warned []string
	for _, f := range s.Findings {
		if f.Severity == farm.SeverityWarning {
			warned = append(warned, f.What)
		}
	}
	require.Contains(t, strings.Join(warned, "\n"), "the Project queue of http://pwa.contoso/pwa cannot be counted: Invalid object name")
}

// TestJobCutOff: what was getting queued when W3SVC stopped after all is told to people, at once and at the end.
func TestJobCutOff(t *testing.T) {
	w := newWorld(t)
	w.on["stop W3SVC WFE02"] = func(int) error {
		w.queueLooks["PWA_Draft"] = looks(map[farm.QueueState]int{farm.QueueGettingQueued: 1})
		return nil
	}
	w.approveEvery()
	w.whenOpen("install", func(q farm.Question) {
		require.Contains(t, q.Facts, farm.Fact{Label: "warning", Text: "SQL01: 1 job still getting queued when W3SVC stopped"})
	})
	require.Contains(t, strings.Join(w.completes().Residual, "\n"), "do it again from Project Professional")
}

// TestAbortWhileTheQueueDrains ends the wait at once, and nothing was stopped.
func TestAbortWhileTheQueueDrains(t *testing.T) {
	w := newWorld(t, func(r *farm.Rollout) { r.Queue.Wait = 100 * hour })
	w.queueLooks["PWA_Draft"] = looks(map[farm.QueueState]int{farm.QueueWaiting: 1})
	w.until(func(s *farm.Status) bool {
		if len(s.Queue.Readings) == 0 {
			return false
		}
		w.order("erin", farm.ChoiceAbort)
		return true
	})
	require.Equal(t, farm.OutcomeAborted, w.run().Outcome)
	require.Zero(t, w.count("stop W3SVC WFE01"))
	require.Empty(t, w.status().Services)
}

// withIndex gives the farm an index server and asks for a pause of its crawls.
func withIndex(r *farm.Rollout) {
	like := r.Farms[0].Servers[0]
	like.Name, like.Roles = "IDX01", []farm.Role{farm.RoleIndex}
	r.Farms[0].Servers = append(r.Farms[0].Servers, like)
	r.Farms[0].PauseCrawls = true
}

// TestCrawlsArePaused where the search service runs, held like users off, and back at the end.
func TestCrawlsArePaused(t *testing.T) {
	w := newWorld(t, withIndex)
	w.running["IDX01/OSearch"] = true
	w.tweak["IDX01"] = func(f *farm.ServerFacts) {
		f.Services = append(f.Services, farm.ServiceState{Server: "IDX01", Name: "OSearch", Running: true, StartMode: farm.StartAutomatic})
	}
	w.on["wizard APP01"] = func(int) error { w.running["IDX01/OSearch"] = true; return nil }
	w.approveEvery()
	s := w.completes()
	require.Less(t, w.index("stop OSearch IDX01"), w.index("install KB951695 IDX01"))
	require.Equal(t, []string{"IDX01: OSearch was found running or not manual after the wizard on APP01, and was stopped again"}, s.UsersOff.Violations)
	require.Greater(t, w.index("restore OSearch IDX01"), w.index("restore W3SVC WFE02"))
	require.True(t, w.running["IDX01/OSearch"])
	require.Zero(t, w.count("stop OSearch WFE01"), "it is not there")
}

// TestCrawlsAreLeftAlone where the file does not ask.
func TestCrawlsAreLeftAlone(t *testing.T) {
	w := newWorld(t, withIndex, func(r *farm.Rollout) { r.Farms[0].PauseCrawls = false })
	w.running["IDX01/OSearch"] = true
	w.approveEvery()
	w.completes()
	require.Zero(t, w.count("stop OSearch IDX01"))
}
