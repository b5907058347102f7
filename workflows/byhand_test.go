package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// byHand has a person run everything on a server.
func byHand(server string) func(*farm.Rollout) {
	return func(r *farm.Rollout) {
		for i := range r.Farms[0].Servers {
			if r.Farms[0].Servers[i].Name == server {
				r.Farms[0].Servers[i].Execution = farm.ExecutionManual
			}
		}
	}
}

// person does something at a console.
func (w *world) person(do func()) func(farm.Question) {
	return func(farm.Question) {
		w.mu.Lock()
		defer w.mu.Unlock()
		do()
	}
}

func facts(q farm.Question) (text string) {
	for _, f := range q.Facts {
		text += f.Label + ": " + f.Text + "\n"
	}
	return text
}

// TestServerRunByHand: the person is asked in the article's words, believed only by the witnesses, and
// carries the rollout out.
func TestServerRunByHand(t *testing.T) {
	w := newWorld(t, byHand("WFE01"))
	w.approveEvery()
	w.answer("task-WFE01-KB951695", farm.ChoiceDone, func(q farm.Question) {
		require.Equal(t, farm.QuestionTask, q.Kind)
		require.Equal(t, []string{"dave", "erin"}, q.Eligible())
		require.Contains(t, facts(q), "click Cancel")
		require.Contains(t, facts(q), "Click here to accept the Microsoft Software License Terms")
	}, w.person(func() { w.installed["WFE01/KB951695"] = true }))
	w.answer("task-WFE01-KB951297", farm.ChoiceDone, func(farm.Question) { // a word is no proof
		w.answer("task-WFE01-KB951297", farm.ChoiceDone, w.person(func() { w.installed["WFE01/KB951297"] = true }))
	})
	w.answer("task-WFE01-wizard", farm.ChoiceDone, func(q farm.Question) {
		require.Contains(t, facts(q), "Administrative Tools")
		require.Contains(t, facts(q), "Configuration Successful page, click Finish")
	}, w.person(func() { w.finish("WFE01") }))
	s := w.completes()
	require.Zero(t, w.count("install KB951695 WFE01")+w.count("install KB951297 WFE01")+w.count("wizard WFE01"))
	require.Zero(t, w.count("probe WFE01"))
	require.Equal(t, 1, w.count("wizard WFE02"))
	wfe := s.Server("WFE01")
	require.True(t, wfe.Finalized)
	require.Equal(t, "installed-by-hand", wfe.Packages[1].Outcome)
	require.Contains(t, wfe.Packages[1].Command, "by hand of erin")
	require.Len(t, wfe.Wizards, 1)
	require.Equal(t, "the wizard, by hand of erin", wfe.Wizards[0].Command)
	require.Contains(t, s.Executors, "erin")
	asked := s.Question("task-WFE01-KB951297")
	require.Equal(t, 2, asked.Revision)
	require.Contains(t, facts(*asked), "not proven: KB951297 is not on the server")
}

// TestWizardLeftOpenByHand: the Welcome page that the installer shows at its end must be cancelled.
func TestWizardLeftOpenByHand(t *testing.T) {
	w := newWorld(t, byHand("APP02"))
	w.approveEvery()
	w.answer("task-APP02-KB951695", farm.ChoiceDone, w.person(func() {
		w.installed["APP02/KB951695"], w.wizards["APP02"] = true, []string{"psconfigui.exe 812"}
	}), func(farm.Question) {
		w.answer("task-APP02-KB951695", farm.ChoiceDone, func(q farm.Question) {
			require.Contains(t, facts(q), "psconfigui.exe 812")
			require.Contains(t, facts(q), "click Cancel on its Welcome page")
		}, w.person(func() { w.wizards["APP02"] = nil }))
	})
	w.answer("task-APP02-KB951297", farm.ChoiceDone, w.person(func() { w.installed["APP02/KB951297"] = true }))
	w.answer("task-APP02-wizard", farm.ChoiceDone, func(farm.Question) {
		w.answer("task-APP02-wizard", farm.ChoiceDone, func(q farm.Question) {
			require.Contains(t, facts(q), "not proven: ")
			require.Zero(t, w.count("wizard WFE01"), "one at a time")
		}, w.person(func() { w.finish("APP02") }))
	})
	w.completes()
}

// TestAbortByHand ends the run as an abort anywhere does.
func TestAbortByHand(t *testing.T) {
	w := newWorld(t, byHand("APP01"))
	w.approveEvery()
	w.answer("task-APP01-KB951695", farm.ChoiceAbort)
	w.answer("i-1", farm.ChoiceLeaveStopped)
	r := w.run()
	require.Equal(t, farm.OutcomeAborted, r.Outcome)
	require.Equal(t, "aborted by erin", r.Why)
	require.Zero(t, w.count("wizard APP01"))
}

// TestAbortOfAWizardByHand: every package was there before, so that the wizard is the point of no return. Who aborts while
// somebody may be at it is not offered to let users back.
func TestAbortOfAWizardByHand(t *testing.T) {
	w := newWorld(t, byHand("APP01"))
	w.updatedBefore(w.everyServer()...)
	w.stale = "12.0.6219.1000"
	w.approveEvery()
	w.answer("task-APP01-wizard", farm.ChoiceAbort)
	w.answer("i-1", farm.ChoiceLeaveStopped, func(q farm.Question) {
		require.Equal(t, []farm.Choice{farm.ChoiceLeaveStopped}, q.Choices)
		require.Contains(t, q.Failure.Advice, "the wizard was started: users must not be let onto servers")
	})
	r := w.run()
	require.Equal(t, farm.OutcomeAborted, r.Outcome)
	require.False(t, w.status().NoReturn.IsZero())
	for _, server := range w.everyServer() {
		require.Zero(t, w.count("install KB951695 "+server), "what is there is not installed again")
	}
}
