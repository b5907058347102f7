package view_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

// wavesFixture is a rollout of forty farms in four waves: the pilot has ended, the second wave is at work.
func wavesFixture() (farm.RolloutStatus, []farm.Status) {
	r := farm.Rollout{ID: "2026-11-infrastructure-update", Release: release.Name, RequestedBy: "alice", MaxParallel: 10, StopAfterFailures: "10%"}
	for _, w := range []struct {
		name   string
		farms  int
		canary string
	}{{"pilot", 1, ""}, {"emea", 14, "emea-01"}, {"apac", 10, ""}, {"americas", 15, ""}} {
		wave := farm.Wave{Name: w.name, Canary: w.canary, MaxParallel: 5, StopAfterFailures: "2"}
		for i := range w.farms {
			wave.Farms = append(wave.Farms, fmt.Sprintf("%s-%02d", w.name, i+1))
			r.Farms = append(r.Farms, farm.Farm{Name: wave.Farms[i], Site: w.name})
		}
		r.Waves = append(r.Waves, wave)
	}
	s := farm.NewRolloutStatus(r, true)
	s.Started, s.StartedBy, s.Digest, s.Change, s.Executors, s.Operators = night, "dave", "7f3a91c2d0b14e55", farm.Change{Ticket: "CHG0041877"}, []string{"dave"}, []string{"dave", "erin"}
	s.Waves[1].Gate = farm.StepDone
	var farms []farm.Status
	for name, make := range map[string]func(farm.Farm) farm.Status{
		"pilot-01": completed, "emea-01": completed, "emea-02": completed, "emea-03": refused, "emea-04": completed, "emea-05": completed,
		"emea-06": stuck, "emea-07": waiting, "emea-08": midInstall, "emea-09": midInstall,
	} {
		st := renamed(make(contoso), name)
		farms = append(farms, st)
		h := s.Handle(name)
		h.State = farm.RunRunning
		if st.Outcome != "" {
			h.State, h.Result = farm.RunDone, &farm.Result{Farm: name, Outcome: st.Outcome, Started: st.Started, Finished: st.Finished}
		}
	}
	h := s.Handle("emea-10")
	h.Busy, h.Again = 3, at(134)
	s.Note(s.Schedule(at(130)), at(60))
	s.Waves[0].Started, s.Waves[0].Finished = night, at(40)
	return s, farms
}

// nextWaveQuestion is what a rollout asks between waves.
func nextWaveQuestion() farm.Question {
	q := farm.Question{
		ID: string(farm.GateNextWave), Kind: farm.QuestionGate, Title: "Start wave apac", Revision: 1, Quorum: 1, Asked: at(121),
		Members: []string{"bob", "carol", "dave"}, Excluded: []string{"alice", "dave"}, Choices: []farm.Choice{farm.ChoiceApprove, farm.ChoiceReject},
		Facts: []farm.Fact{
			{Label: "wave pilot", Text: "1 completed"}, {Label: "wave emea", Text: "13 completed, 1 refused"},
			{Label: "not completed", Text: "emea-03 refused: WFE01: Service Pack 1 is missing"},
			{Label: "next", Text: "apac: 10 farms: apac-01, apac-02, apac-03, apac-04, apac-05, apac-06, apac-07, apac-08, apac-09, apac-10"},
			{Label: "stops after", Text: "2 failed"},
		},
	}
	q.Digest = farm.EvidenceDigest(q.ID, q.Revision, q.Facts)
	return q
}

func TestWavesAreCounted(t *testing.T) {
	s, farms := wavesFixture()
	v := view.FromRollout(s, farms, at(130))
	require.Len(t, v.Waves, 4)
	require.Equal(t, view.FarmCount{All: 14, Pending: 5, Running: 2, Waiting: 1, Operator: 1, Done: 4, Failed: 1}, v.Waves[1].Count)
	require.Equal(t, view.MarkNeedsOperator, v.Waves[1].Mark)
	require.Equal(t, view.MarkDone, v.Waves[0].Mark)
	require.Equal(t, "wave emea goes first", v.Waves[2].Waits)
	require.True(t, v.Waves[2].Gate)
	require.Equal(t, 40, v.Count.All)
	require.Equal(t, view.MarkNeedsOperator, v.Mark)
	sum := 0
	for _, w := range v.Waves {
		sum += w.Count.All
	}
	require.Equal(t, v.Count.All, sum)
}

// TestARolloutWithoutWavesShowsNone: one wave of all farms is no wave to people.
func TestARolloutWithoutWavesShowsNone(t *testing.T) {
	s := farm.NewRolloutStatus(farm.Rollout{ID: "r", Farms: []farm.Farm{{Name: "a"}, {Name: "b"}}}, false)
	s.Handle("a").State = farm.RunRunning
	v := view.FromRollout(s, nil, at(1))
	require.Empty(t, v.Waves)
	require.Equal(t, 1, v.Count.Running)
	require.Equal(t, 1, v.Count.Pending)
	require.Equal(t, "PENDING", v.Farms[1].Headline)
	require.Empty(t, v.Farms[1].Actions, "nothing runs that could be paused")
}

// TestAFarmThatWasNotStarted says why, and needs nobody.
func TestAFarmThatWasNotStarted(t *testing.T) {
	s := farm.NewRolloutStatus(farm.Rollout{ID: "r", Farms: []farm.Farm{{Name: "a"}}}, false)
	h := s.Handle("a")
	h.State = farm.RunDone
	h.Result = &farm.Result{Farm: "a", Outcome: farm.OutcomeNotStarted, Why: "the budget is spent", Started: at(1), Finished: at(1)}
	v := view.FromRollout(s, nil, at(2))
	require.Equal(t, view.MarkNotStarted, v.Farms[0].Mark)
	require.Equal(t, "the budget is spent", v.Farms[0].Why)
	require.Equal(t, 1, v.Count.NotStarted)
	require.Zero(t, v.Count.Failed)
	require.LessOrEqual(t, time.Duration(v.Farms[0].Elapsed), time.Second)
}

// TestRolloutChangesAreToldOnce: each wave, question and decision is one line, and a second look without news is silent.
func TestRolloutChangesAreToldOnce(t *testing.T) {
	s, farms := wavesFixture()
	before := view.FromRollout(s, farms, at(120))
	require.Equal(t, []string{
		"2026-11-21T21:00:00Z 2026-11-infrastructure-update wave pilot began: 1 farm",
		"2026-11-21T21:40:00Z 2026-11-infrastructure-update wave pilot ended after 40m: 1 of 1 farm completed",
		"2026-11-21T22:00:00Z 2026-11-infrastructure-update wave emea began: 14 farms",
	}, view.RolloutChanges(view.Rollout{}, before))
	require.Empty(t, view.RolloutChanges(before, before))

	s.Questions = []farm.Question{nextWaveQuestion()}
	s.Decisions = []farm.DecisionRecord{{At: at(125), Decision: farm.Decision{Subject: "emea-11", Who: "erin", Choice: "drop"}, Accepted: true, Why: "taken out of wave emea"}}
	h := s.Handle("emea-11")
	h.State, h.Result = farm.RunDone, &farm.Result{Farm: h.Farm, Outcome: farm.OutcomeNotStarted}
	after := view.FromRollout(s, farms, at(130))
	require.Equal(t, []string{
		"2026-11-21T23:01:00Z 2026-11-infrastructure-update gate next-wave opened: Start wave apac; needs 1 of bob, carol; evidence " + after.Questions[0].Evidence,
		"2026-11-21T23:05:00Z 2026-11-infrastructure-update decision by erin: drop emea-11, counts (taken out of wave emea)",
		"2026-11-21T23:10:00Z 2026-11-infrastructure-update wave emea: 1 farm not started",
	}, view.RolloutChanges(before, after))
}
