package workflows_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// decisionModel says which decisions must count. It knows the rules of concepts.md and nothing of the product's code: what is
// open it is told once, when it opens, and everything that follows it works out by itself.
type decisionModel struct {
	group, operators []string
	quorum           int
	open             map[string]farm.Question // as they were when they opened
	approved         map[string]map[string]bool
	executed         map[string]bool
	known            map[string]bool // questions that were open at some time, by id and digest
	paused, aborted  bool
}

// counts judges one decision and takes over what it does.
func (m *decisionModel) counts(d farm.Decision) bool {
	who := strings.ToLower(strings.TrimSpace(d.Who))
	operator, reason := slices.Contains(m.operators, who), strings.TrimSpace(d.Reason) != ""
	if d.Subject == farm.SubjectFarm {
		switch {
		case !operator || m.aborted:
			return false
		case d.Choice == farm.ChoicePause && !m.paused, d.Choice == farm.ChoiceResume && m.paused:
			m.paused = !m.paused
			return true
		case d.Choice == farm.ChoiceAbort && reason:
			m.aborted, m.paused, m.open = true, false, map[string]farm.Question{}
			return true
		}
		return false
	}
	q, open := m.open[d.Subject]
	shown := len(d.Evidence) >= 8 && strings.HasPrefix(q.Digest, strings.ToLower(d.Evidence))
	if !open || !shown || !slices.Contains(q.Choices, d.Choice) {
		return false
	}
	if q.Kind == farm.QuestionIntervention {
		if !operator || !reason {
			return false
		}
		delete(m.open, d.Subject)
		m.executed[who] = true // and may approve no more
		for _, voices := range m.approved {
			delete(voices, who)
		}
		if d.Choice == farm.ChoiceAbort {
			m.aborted, m.paused, m.open = true, false, map[string]farm.Question{}
		}
		return true
	}
	voices := m.approved[d.Subject]
	if !slices.Contains(m.group, who) || m.executed[who] || d.Choice == farm.ChoiceApprove && voices[who] || d.Choice == farm.ChoiceReject && !reason {
		return false
	}
	voices[who] = true
	if d.Choice == farm.ChoiceReject || len(voices) >= m.quorum {
		delete(m.open, d.Subject)
	}
	return true
}

// learn takes over what has opened since the last look, and holds what the run shows against what must be open.
func (m *decisionModel) learn(t *rapid.T, s *farm.Status) {
	shown := map[string]bool{}
	for _, q := range s.OpenQuestions() {
		key := q.ID + q.Digest
		if shown[q.ID] = true; !m.known[key] {
			m.known[key], m.open[q.ID], m.approved[q.ID] = true, q, map[string]bool{}
		}
		require.Contains(t, m.open, q.ID, "it was answered, and waits all the same")
		require.Len(t, q.Approvals, len(m.approved[q.ID]))
	}
	for id := range m.open {
		require.True(t, shown[id], "%s was closed by nothing that counts", id)
	}
	require.Equal(t, m.paused, s.Paused)
}

// intent is a decision that somebody wants to send, before what it is about is known.
type intent struct {
	who, subject, evidence, reason string
	choice                         farm.Choice
	update                         bool
}

func anyIntent(t *rapid.T) intent {
	return intent{
		who:      rapid.SampledFrom([]string{"bob", "carol", "bob", "carol", "erin", "dave", "alice", "mallory", " BOB ", ""}).Draw(t, "who"),
		subject:  rapid.SampledFrom([]string{"open", "open", "open", "open", "install", "continue", "reconnect", "i-1", "i-2", farm.SubjectFarm, ""}).Draw(t, "subject"),
		evidence: rapid.SampledFrom([]string{"shown", "shown", "shown", "short", "cut", "old", "forged", ""}).Draw(t, "evidence"),
		choice: rapid.SampledFrom([]farm.Choice{
			farm.ChoiceApprove, farm.ChoiceApprove, farm.ChoiceApprove, farm.ChoiceReject, farm.ChoiceRetry, farm.ChoiceAskAgain, farm.ChoiceSkip,
			farm.ChoicePause, farm.ChoiceResume, farm.ChoiceAbort, "",
		}).Draw(t, "choice"),
		reason: rapid.SampledFrom([]string{"because", "because", "", " "}).Draw(t, "reason"),
		update: rapid.Bool().Draw(t, "update"),
	}
}

// resolve makes the decision of an intent, with what is open now and what was shown before.
func (i intent) resolve(s *farm.Status) farm.Decision {
	d := farm.Decision{Subject: i.subject, Who: i.who, Choice: i.choice, Reason: i.reason, Evidence: i.evidence}
	open := s.OpenQuestions()
	if d.Subject == "open" {
		if d.Subject = "install"; len(open) > 0 {
			d.Subject = open[0].ID
		}
	}
	digest := strings.Repeat("0123456789abcdef", 4)
	if q := s.Question(d.Subject); q != nil {
		digest = q.Digest
	}
	switch i.evidence {
	case "shown":
		d.Evidence = digest
	case "short":
		d.Evidence = strings.ToUpper(digest[:8])
	case "cut":
		d.Evidence = digest[:7]
	case "old":
		if d.Evidence = "feedfeed"; len(s.Questions) > 0 {
			d.Evidence = s.Questions[0].Digest
		}
	case "forged":
		d.Evidence = digest + "0"
	}
	return d
}

// decisionRun sends batches of intents to a run, one batch a look, as they wait for a worker that was away; and then lets it end.
type decisionRun struct {
	*world
	t       *rapid.T
	model   decisionModel
	batches [][]intent
	sent    []farm.Decision
	counted []bool
	updates int
}

func (r *decisionRun) look() {
	s := r.status()
	r.model.learn(r.t, s)
	if s.Outcome != "" {
		return
	}
	if len(r.batches) > 0 {
		for _, i := range r.batches[0] {
			r.put(i.resolve(s), i.update)
		}
		r.batches = r.batches[1:]
		return
	}
	if s.Paused {
		r.put(farm.Decision{Subject: farm.SubjectFarm, Who: "erin", Choice: farm.ChoiceResume}, false)
	}
	for _, q := range s.OpenQuestions() {
		for _, who := range []string{"bob", "carol", "dave"} {
			r.put(farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: who, Choice: q.Choices[0], Reason: "the end"}, false)
		}
		if len(q.Eligible()) < q.Quorum { // those who may are carrying the rollout out
			r.put(farm.Decision{Subject: farm.SubjectFarm, Who: "erin", Choice: farm.ChoiceAbort, Reason: "nobody is left"}, false)
		}
	}
}

func (r *decisionRun) put(d farm.Decision, update bool) {
	r.sent, r.counted = append(r.sent, d), append(r.counted, r.model.counts(d))
	if !update {
		r.env.SignalWorkflow(workflows.MessageDecide, d)
		return
	}
	r.updates++
	r.env.UpdateWorkflow(workflows.MessageDecide, fmt.Sprint(r.updates), &testsuite.TestUpdateCallback{
		OnAccept: func() {}, OnReject: func(error) {}, OnComplete: func(any, error) {},
	}, d)
}

// TestAnyDecisionsAtAnyTime: whatever people and forgers send, in whatever order, at whatever time and in whatever bursts, just
// those decisions count that must, and all are in the evidence, in the order they came.
func TestAnyDecisionsAtAnyTime(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		quorum := rapid.IntRange(1, 2).Draw(rt, "quorum")
		w := newWorld(t, servers(server("APP01", farm.RoleCentralAdministration, farm.RoleApplication), server("WFE01", farm.RoleFrontEndWeb)), func(r *farm.Rollout) {
			r.Groups[0].Members = append(r.Groups[0].Members, farm.Member{Name: "alice"}, farm.Member{Name: "Dave"}, farm.Member{Name: "erin"})
			for i := range r.Gates {
				r.Gates[i].Quorum = quorum
			}
		})
		w.ends["KB951297 WFE01"] = []ending{exits(17302)} // an intervention, besides those that follow a reject
		r := &decisionRun{world: w, t: rt, model: decisionModel{
			group: []string{"bob", "carol", "alice", "dave", "erin"}, operators: []string{"dave", "erin"}, quorum: quorum,
			open: map[string]farm.Question{}, approved: map[string]map[string]bool{}, known: map[string]bool{}, executed: map[string]bool{"alice": true, "dave": true}, // who requested it and who started it
		}}
		for range rapid.IntRange(1, 12).Draw(rt, "looks") {
			r.batches = append(r.batches, rapid.SliceOfN(rapid.Custom(anyIntent), 0, 6).Draw(rt, "batch"))
		}
		w.until(func(*farm.Status) bool { r.look(); return false })
		result := w.run()
		s := w.status()
		if r.model.aborted {
			require.Equal(rt, farm.OutcomeAborted, result.Outcome)
		} else {
			require.Equal(rt, farm.OutcomeCompleted, result.Outcome)
		}
		require.Len(rt, s.Decisions, len(r.sent), "every decision is in the evidence")
		for i, d := range s.Decisions {
			require.Equal(rt, r.sent[i], d.Decision)
			require.Equal(rt, r.counted[i], d.Accepted, "%+v: %s", d.Decision, d.Why)
			require.NotEmpty(rt, d.Why)
		}
		r.gatesHeld(s)
	})
}

// gatesHeld: no package and no second wizard ran before enough people had approved.
func (r *decisionRun) gatesHeld(s *farm.Status) {
	approvals := func(gate string) int {
		q := s.Question(gate)
		if q == nil || q.Answer != farm.ChoiceApprove {
			return 0
		}
		return len(q.Approvals)
	}
	if r.index("install KB951695 WFE01") >= 0 {
		require.GreaterOrEqual(r.t, approvals("install"), r.model.quorum)
	}
	if r.index("wizard WFE01") >= 0 {
		require.GreaterOrEqual(r.t, approvals("continue"), r.model.quorum)
	}
}

// TestThousandDecisionsAtOnce: of a flood the first five hundred are listed and the others counted; what counts is listed always.
func TestThousandDecisionsAtOnce(t *testing.T) {
	const bursts, each = 10, 100 // the environment takes a bounded number of signals from one callback
	w := newWorld(t)
	w.whenOpen("install", func(q farm.Question) {
		for range bursts {
			w.env.RegisterDelayedCallback(func() {
				for i := range each {
					who := []string{"mallory", "alice", "dave", ""}[i%4]
					w.env.SignalWorkflow(workflows.MessageDecide, farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: who, Choice: farm.ChoiceApprove, Reason: strings.Repeat("x", 1<<14)})
				}
			}, time.Second)
		}
		w.env.RegisterDelayedCallback(func() {
			s := w.status()
			require.Equal(t, farm.RunGate, s.State)
			require.Empty(t, accepted(s))
			require.Len(t, s.Decisions, 500)
			require.Equal(t, bursts*each-500, s.Unlisted)
			require.Less(t, len(s.Decisions[0].Reason), 1<<13, "what is kept of each is bounded, too")
			var turnedAway error
			w.env.UpdateWorkflow(workflows.MessageDecide, "late", &testsuite.TestUpdateCallback{
				OnAccept: func() { t.Error("mallory") }, OnReject: func(err error) { turnedAway = err }, OnComplete: func(any, error) {},
			}, farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: "mallory", Choice: farm.ChoiceApprove})
			w.env.RegisterDelayedCallback(func() {
				require.ErrorContains(t, turnedAway, "not recorded")
				w.approveEvery()
			}, time.Second)
		}, time.Hour)
	})
	s := w.completes()
	require.Len(t, accepted(s), 2, "a decision that counts is listed, however many came before it")
	require.Equal(t, bursts*each-500, s.Unlisted)
}

// TestWhatIsNoDecision is dropped by the engine, and the run goes on.
func TestWhatIsNoDecision(t *testing.T) {
	w := newWorld(t)
	w.whenOpen("install", func(farm.Question) {
		w.env.SignalWorkflow(workflows.MessageDecide, "approve")
		w.env.SignalWorkflow(workflows.MessageDecide, []int{1, 2, 3})
		w.approveEvery()
	})
	require.Len(t, w.completes().Decisions, 2)
}
