package view_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

func TestStateGoesByWhatIsOpen(t *testing.T) {
	paused := midInstall(contoso)
	paused.Paused, paused.PausedBy = true, "erin"
	both := stuck(contoso)
	both.Questions = append(both.Questions, gate(farm.GateReconnect, "users", 110))
	for name, c := range map[string]struct {
		status   farm.Status
		icon     string
		headline string
		state    farm.RunState
	}{
		"running":      {midInstall(contoso), "run", "RUNNING install", farm.RunRunning},
		"gate":         {waiting(contoso), ">>", "WAITING: continue", farm.RunGate},
		"intervention": {stuck(contoso), "!!", "INTERVENTION i-1: wizard-failed APP02", farm.RunOperator},
		"both":         {both, "!!", "INTERVENTION i-1: wizard-failed APP02", farm.RunOperator},
		"paused":       {paused, "||", "PAUSED by erin", farm.RunPaused},
		"completed":    {completed(contoso), "ok", "COMPLETED", farm.RunDone},
		"aborted":      {aborted(contoso), "--", "ABORTED", farm.RunDone},
	} {
		t.Run(name, func(t *testing.T) {
			f := view.FromStatus(c.status, at(120))
			require.Equal(t, c.icon, f.Mark.Icon)
			require.Equal(t, c.headline, f.Headline)
			require.Equal(t, c.state, f.State)
		})
	}
}

func TestUsersOffClock(t *testing.T) {
	f := view.FromStatus(waiting(contoso), at(96))
	require.True(t, f.UsersOff.Off)
	require.Equal(t, view.Seconds(90*60), f.UsersOff.Elapsed)
	f = view.FromStatus(completed(contoso), at(500))
	require.False(t, f.UsersOff.Off)
	require.Equal(t, view.Seconds(163*60), f.UsersOff.Elapsed, "the clock stands since users are back")
}

func TestEstimateShrinksAsWorkIsDone(t *testing.T) {
	last := view.FromStatus(begun(contoso), at(0)).Left
	require.Equal(t, view.Seconds(farm.NewPlan(contoso, release, rolloutFile(contoso).Gates).Expected()/time.Second), last)
	for _, s := range []struct {
		status farm.Status
		minute int
	}{{backedUp(contoso), 30}, {waiting(contoso), 96}, {stuck(contoso), 107}, {completed(contoso), 171}} {
		left := view.FromStatus(s.status, at(s.minute)).Left
		require.LessOrEqual(t, left, last)
		last = left
	}
	require.Zero(t, last)
}

func TestEstimateOfAnInstallIsItsSlowestServer(t *testing.T) {
	s := midInstall(contoso)
	before := view.FromStatus(s, at(47)).Phases[3]
	require.Equal(t, view.Seconds(22*60), before.Left, "WFE03 has not begun")
	install(&s, "WFE03", 36)
	after := view.FromStatus(s, at(47)).Phases[3]
	require.Equal(t, view.Seconds(12*60), after.Left, "WFE01 has two of eight minutes of its package behind it, and a reboot before it")
}

func TestEstimateStandsWhilePeopleAreWaitedFor(t *testing.T) {
	s := waiting(contoso)
	require.Equal(t, view.FromStatus(s, at(90)).Left, view.FromStatus(s, at(600)).Left)
	require.Equal(t, at(90).Add(59*time.Minute), view.FromStatus(s, at(90)).UsersBack)
}

func TestQuestionSaysWhoMayAndWhoMayNot(t *testing.T) {
	q := view.FromStatus(waiting(contoso), at(96)).Questions[0]
	require.Equal(t, []string{"bob", "carol"}, q.Eligible)
	require.Equal(t, []view.ExcludedVoice{{Name: "alice", Why: "requested it"}, {Name: "dave", Why: "runs it"}}, q.Excluded)
	require.Equal(t, view.Seconds(12*60), q.Waiting)
	require.Empty(t, q.Stuck)
	require.Equal(t, `starter approve contoso-pwa continue --as bob --evidence `+q.Evidence+` --reason "..."`, q.ActionsFor("bob")[0].Command)
	require.Len(t, q.ActionsFor("BOB "), 2, "names are compared as decisions are judged")
	require.Empty(t, q.ActionsFor("alice"))
	require.Empty(t, q.ActionsFor("mallory"))
}

func TestQuestionThatNobodyCanAnswerSaysSo(t *testing.T) {
	s := waiting(contoso)
	s.Questions[len(s.Questions)-1].Exclude("bob", "carol")
	q := view.FromStatus(s, at(96)).Questions[0]
	require.NotEmpty(t, q.Stuck)
	require.Len(t, q.Actions, 2)
	require.Empty(t, q.Actions[0].Who)
}

func TestOneOfTwoApprovals(t *testing.T) {
	s := waiting(contoso)
	q := &s.Questions[len(s.Questions)-1]
	q.Quorum = 2
	_, err := q.Decide(farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: "bob", Choice: farm.ChoiceApprove}, at(95))
	require.NoError(t, err)
	v := view.FromStatus(s, at(96)).Questions[0]
	require.Equal(t, []string{"bob"}, v.Approvals)
	require.Equal(t, []farm.Choice{farm.ChoiceReject}, []farm.Choice{v.ActionsFor("bob")[0].Choice}, "one person, one voice; but he may change his mind")
	require.Len(t, v.ActionsFor("carol"), 2)
}

func TestActionsOnTheRun(t *testing.T) {
	choices := func(s farm.Status) []farm.Choice {
		var out []farm.Choice
		for _, a := range view.FromStatus(s, at(120)).Actions {
			out = append(out, a.Choice)
		}
		return out
	}
	s := midInstall(contoso)
	require.Equal(t, []farm.Choice{farm.ChoicePause, farm.ChoiceAbort}, choices(s))
	s.Paused = true
	require.Equal(t, []farm.Choice{farm.ChoiceResume, farm.ChoiceAbort}, choices(s))
	s.Decisions = append(s.Decisions, farm.DecisionRecord{Decision: farm.Decision{Subject: farm.SubjectFarm, Choice: farm.ChoiceAbort, Who: "dave"}, Accepted: true})
	require.Empty(t, choices(s), "it ends already")
	require.Empty(t, choices(completed(contoso)))
	require.Equal(t, []string{"dave", "erin"}, view.FromStatus(stuck(contoso), at(120)).Actions[0].Who)
}

func TestFindingsFold(t *testing.T) {
	f := view.FromStatus(refused(contoso), at(20))
	require.Len(t, f.Findings, 3)
	require.Equal(t, []string{"WFE02", "WFE03"}, f.Findings[1].Servers)
	require.Equal(t, "blocking WFE02, WFE03: a reboot is pending: CBS; reboot the server, then check again", view.FindingLines(refused(contoso).Findings)[1])
}

func TestGatesAreOldestFirst(t *testing.T) {
	late := renamed(waiting(contoso), "late")
	late.Questions = append([]farm.Question{}, late.Questions...)
	late.Questions[len(late.Questions)-1].Asked = at(90)
	in := view.Gates([]farm.Status{late, stuck(contoso), renamed(waiting(contoso), "early"), completed(contoso)}, "", at(120))
	var farms []string
	for _, w := range in.Waiting {
		farms = append(farms, w.Farm)
	}
	require.Equal(t, []string{"early", "late", "contoso-pwa"}, farms)
	require.Len(t, view.Gates([]farm.Status{late, stuck(contoso)}, "erin", at(120)).Waiting, 1)
}

func TestRolloutShowsFarmsThatGaveNoStatus(t *testing.T) {
	r := rolloutOf(completed(contoso), renamed(begun(contoso), "silent"))
	r.Farms[1].Result = &farm.Result{Farm: "silent", Outcome: farm.OutcomeFailed, Why: "the workflow was terminated", Finished: at(50)}
	v := view.FromRollout(r, []farm.Status{completed(contoso)}, at(200))
	require.Equal(t, "the workflow was terminated", v.Farms[1].Why)
	require.Equal(t, view.FarmCount{All: 2, Done: 1, Failed: 1}, v.Count)
	require.Contains(t, printed(t, v, view.Style{}), "the workflow was terminated")
}

func TestChanges(t *testing.T) {
	steps := []farm.Status{begun(contoso), backedUp(contoso), midInstall(contoso), waiting(contoso), stuck(contoso), completed(contoso)}
	var old view.Farm
	var lines []string
	for i, s := range steps {
		f := view.FromStatus(s, at([]int{1, 30, 47, 96, 110, 171}[i]))
		lines = append(lines, view.Changes(old, f)...)
		old = f
	}
	golden(t, "changes.txt", []byte(strings.Join(lines, "\n")+"\n"))
}

func TestChangesTellOfPauses(t *testing.T) {
	s := midInstall(contoso)
	running := view.FromStatus(s, at(47))
	s.Paused, s.PausedBy = true, "erin"
	paused := view.FromStatus(s, at(48))
	require.Equal(t, []string{"2026-11-21T21:48:00Z contoso-pwa paused by erin"}, view.Changes(running, paused))
	require.Equal(t, []string{"2026-11-21T21:47:00Z contoso-pwa resumed"}, view.Changes(paused, running))
}

func TestResult(t *testing.T) {
	r := rolloutOf(completed(contoso), renamed(refused(contoso), "other"))
	r.Outcome = farm.OutcomeRefused
	b, err := json.Marshal(view.ResultOf(r, []farm.Status{completed(contoso), renamed(refused(contoso), "other")}))
	require.NoError(t, err)
	var got struct {
		Rollout, Outcome string
		Farms            []struct {
			Name, Outcome string
			Phases        []struct{ Name, Started, Finished string }
			Servers       []struct {
				Name, Version string
				Roles         []string
				FinalizedAt   string `json:"finalized_at"`
				Packages      []struct{ KB, Outcome string }
			}
			Decisions []map[string]any
		}
	}
	require.NoError(t, json.Unmarshal(b, &got))
	require.Equal(t, "refused", got.Outcome)
	require.Len(t, got.Farms, 2)
	f := got.Farms[0]
	require.Equal(t, "completed", f.Outcome)
	require.Len(t, f.Phases, 10)
	require.Equal(t, "preflight", f.Phases[0].Name)
	require.Equal(t, "2026-11-21T21:00:00Z", f.Phases[0].Started)
	require.Equal(t, "12.0.6318", f.Servers[0].Version)
	require.Equal(t, "2026-11-21T22:21:00Z", f.Servers[0].FinalizedAt)
	require.Equal(t, "installed", f.Servers[0].Packages[0].Outcome)
	require.Len(t, f.Decisions, 4)
	require.NotContains(t, string(b), "null")
	require.NotContains(t, string(b), "\n")
}

func TestSeconds(t *testing.T) {
	for text, s := range map[string]view.Seconds{"0s": 0, "42s": 42, "9m12s": 552, "4m": 240, "48m": 48 * 60, "59m": 3599, "2h19": 8340, "1h00": 3600, "3d04h": 76 * 3600} {
		require.Equal(t, text, s.String())
	}
}
