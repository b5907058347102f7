package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/internal/view"
	"farmhand/test/journal"
)

var noon = time.Date(2026, 11, 23, 12, 0, 30, 0, time.UTC)

// TestTheFilesAreValid: the rollout files are ones that anybody may start, and say what the fleets are.
func TestTheFilesAreValid(t *testing.T) {
	t.Parallel()
	for name, made := range sizes {
		f := made(noon)
		text, err := f.rollout()
		require.NoError(t, err)
		r, _, err := config.Decode(name+".yaml", text, ".")
		require.NoError(t, err, string(text))
		require.Len(t, r.Farms, len(f.farms))
		require.Len(t, r.Waves, len(f.waves))
		require.Len(t, r.Gates, 2)
		for _, s := range f.sites {
			at := s.allowed()
			one, _ := r.Farm(f.of(s.name)[0].name)
			open, err := r.Calendar(one).At(at, 0, time.LoadLocation)
			require.NoError(t, err)
			require.True(t, open.Open, "%s at %s", s.name, at)
			if at.After(noon) {
				closed, err := r.Calendar(one).At(at.Add(-time.Second), 0, time.LoadLocation)
				require.NoError(t, err)
				require.False(t, closed.Open, "%s a second before %s", s.name, at)
			}
		}
	}
	require.Len(t, large(noon).farms, 40)
	require.Len(t, large(noon).waves, 4)
	require.Len(t, large(noon).sites, 3)
}

// good is what the printed result of a fleet is when all went well.
func good(f fleet) view.Result {
	r := view.Result{Outcome: farm.OutcomeAborted}
	for _, m := range f.farms {
		one := view.FarmResult{Name: m.name, Outcome: farm.OutcomeCompleted}
		if m.name == f.fails {
			one.Outcome = farm.OutcomeAborted
		}
		for _, who := range []string{"bob", "carol"} {
			one.Decisions = append(one.Decisions, farm.DecisionRecord{Accepted: true, Shown: "c5108a3f00", Decision: farm.Decision{
				Subject: string(farm.GateContinue), Who: who, Choice: farm.ChoiceApprove, Evidence: "c5108a3f",
			}})
		}
		for _, name := range m.servers() {
			one.Servers = append(one.Servers, view.ServerResult{Name: name, Packages: make([]view.PackageResult, 2), FinalizedAt: noon})
		}
		r.Farms = append(r.Farms, one)
	}
	return r
}

// TestWhatTheResultMustSay: each departure from a good result is named.
func TestWhatTheResultMustSay(t *testing.T) {
	t.Parallel()
	f := small(noon)
	for wrong, spoil := range map[string]func(*view.Result){
		"":                       func(*view.Result) {},
		"the rollout's outcome":  func(r *view.Result) { r.Outcome = farm.OutcomeCompleted },
		"the result has 5 farms": func(r *view.Result) { r.Farms = r.Farms[1:] },
		"emea-01: outcome":       func(r *view.Result) { r.Farms[0].Outcome = farm.OutcomeFailed },
		f.fails + ": outcome":    func(r *view.Result) { find(r, f.fails).Outcome = farm.OutcomeCompleted },
		"1 approvals counted":    func(r *view.Result) { r.Farms[0].Decisions = r.Farms[0].Decisions[:1] },
		"must not count":         func(r *view.Result) { r.Farms[0].Decisions[1].Who = "bob" },
		"by alice":               func(r *view.Result) { r.Farms[0].Decisions[1].Who = requester },
		"0 approvals counted": func(r *view.Result) {
			r.Farms[0].Decisions[0].Accepted, r.Farms[0].Decisions[1].Accepted = false, false
		},
		"was finalized at 0001-01-01 ": func(r *view.Result) { r.Farms[0].Servers[0].FinalizedAt = time.Time{} },
	} {
		r := good(f)
		spoil(&r)
		var w wrongs
		(&play{fleet: f}).checkResult(&w, r)
		if wrong == "" {
			require.Empty(t, w)
			continue
		}
		require.True(t, slices.ContainsFunc(w, func(said string) bool { return strings.Contains(said, wrong) }), "%q in %q", wrong, w)
	}
}

func find(r *view.Result, name string) *view.FarmResult {
	return &r.Farms[slices.IndexFunc(r.Farms, func(f view.FarmResult) bool { return f.Name == name })]
}

// ran is the status of a rollout whose farms ran one after the other, each for a minute.
func ran(f fleet) farm.RolloutStatus {
	var s farm.RolloutStatus
	for _, w := range f.waves {
		for _, name := range w.farms {
			at := noon.Add(time.Duration(len(s.Farms)) * time.Minute)
			s.Farms = append(s.Farms, farm.FarmHandle{Farm: name, Wave: w.name, Result: &farm.Result{Farm: name, Started: at, Finished: at.Add(time.Minute)}})
		}
	}
	return s
}

// TestWhatWavesMustKeep: a canary that is not alone, a wave that begins early and too many farms at once are named.
func TestWhatWavesMustKeep(t *testing.T) {
	t.Parallel()
	f := small(noon)
	f.parallel = 2
	first := f.waves[1].farms[0]
	for wrong, spoil := range map[string]func(*farm.RolloutStatus){
		"":                                  func(*farm.RolloutStatus) {},
		"has no result":                     func(s *farm.RolloutStatus) { s.Farms[2].Result = nil },
		"before the canary " + first:        func(s *farm.RolloutStatus) { s.Handle(first).Result.Finished = noon.Add(time.Hour) },
		"before emea-01 had ended":          func(s *farm.RolloutStatus) { s.Handle("emea-01").Result.Finished = noon.Add(time.Hour) },
		"3 farms at once, want at most 2":   func(s *farm.RolloutStatus) { together(s.Farms[2:5]) },
		"wave rest ran 4 farms at once, wa": func(s *farm.RolloutStatus) { together(s.Farms[2:6]) },
	} {
		s := ran(f)
		spoil(&s)
		var w wrongs
		(&play{fleet: f}).checkWaves(&w, s)
		if wrong == "" {
			require.Empty(t, w)
			continue
		}
		require.True(t, slices.ContainsFunc(w, func(said string) bool { return strings.Contains(said, wrong) }), "%q in %q", wrong, w)
	}
}

// together lets farms run at the time of the first of them.
func together(farms []farm.FarmHandle) {
	for _, h := range farms {
		h.Result.Started, h.Result.Finished = farms[0].Result.Started, farms[0].Result.Finished
	}
}

// TestNoUsersOffBeforeTheSiteAllowsIt: the journal contradicts a farm that was changed before its freeze had ended.
func TestNoUsersOffBeforeTheSiteAllowsIt(t *testing.T) {
	t.Parallel()
	f := large(noon)
	f.farms = f.of("emea")[:1]
	p := play{fleet: f}
	stopped := journal.Event{Farm: "emea-01", Host: "EMEA-01-APP", Protocol: "system", Event: "service-stopped", Text: "W3SVC", Time: f.sites[1].thaws.Add(-time.Second)}
	for at, early := range map[time.Time]bool{f.sites[1].thaws.Add(-time.Second): true, f.sites[1].thaws: false} {
		stopped.Time = at
		var w wrongs
		p.checkJournal(&w, []journal.Event{stopped})
		require.Equal(t, early, slices.ContainsFunc(w, func(said string) bool { return strings.Contains(said, "may not be changed before") }), w)
		require.NotEmpty(t, w, "nothing was installed")
	}
}

// TestAnUnreadableScreenIsNamed: one with too many or too long lines.
func TestAnUnreadableScreenIsNamed(t *testing.T) {
	t.Parallel()
	require.Empty(t, readable("now", strings.Repeat(strings.Repeat("x", columns)+"\n", lines)))
	require.Len(t, readable("now", strings.Repeat("x\n", lines+1)), 1)
	require.Len(t, readable("now", strings.Repeat("x", columns+1)), 1)
}

// TestABundleThatLacksAFarm: what is not there is named.
func TestABundleThatLacksAFarm(t *testing.T) {
	t.Parallel()
	f := small(noon)
	var w wrongs
	(&play{fleet: f}).checkSections(&w, view.Evidence{Findings: []view.Of[[]view.FindingEvidence]{{Farm: "emea-01"}}})
	require.Contains(t, w, "section Findings of the report says nothing of emea-02")
	require.NotContains(t, w, "section Findings of the report says nothing of emea-01")
	dir := t.TempDir()
	_, err := readBundle(dir)
	require.ErrorContains(t, err, ".json")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "report.json"), []byte("{"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "rollout-status.json"), []byte("{}"), 0o600))
	_, err = readBundle(dir)
	require.ErrorContains(t, err, "report.json")
}

func TestArgumentsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"-size", "huge"}, {"-bin", t.TempDir()}, {"-nothing"}} {
		var bad strings.Builder
		_, err := parse(args, &bad)
		require.Error(t, err, args)
		require.NotEmpty(t, bad.String())
	}
}
