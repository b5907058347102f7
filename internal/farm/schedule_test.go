package farm_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
)

// drawBudget draws a failure budget, or none.
func drawBudget(t *rapid.T, label string) farm.FailureBudget {
	return rapid.SampledFrom([]farm.FailureBudget{"", "", "1", "2", "3", "10%", "34%", "100%"}).Draw(t, label)
}

// drawFleet draws a rollout in waves before any farm was started.
func drawFleet(t *rapid.T) farm.RolloutStatus {
	return farm.NewRolloutStatus(drawWaves(t), rapid.Bool().Draw(t, "gated"))
}

// drawWaves draws the file of a rollout in waves.
func drawWaves(t *rapid.T) farm.Rollout {
	r := farm.Rollout{
		ID: "fleet", MaxParallel: rapid.IntRange(1, 6).Draw(t, "parallel"), StopAfterFailures: drawBudget(t, "budget"),
	}
	for w := range rapid.IntRange(1, 4).Draw(t, "waves") {
		wave := farm.Wave{
			Name: fmt.Sprintf("w%d", w), MaxParallel: rapid.IntRange(0, 4).Draw(t, "wave parallel"), StopAfterFailures: drawBudget(t, "wave budget"),
		}
		for f := range rapid.IntRange(1, 7).Draw(t, "farms") {
			wave.Farms = append(wave.Farms, fmt.Sprintf("w%d-f%d", w, f))
			r.Farms = append(r.Farms, farm.Farm{Name: wave.Farms[f], Site: rapid.SampledFrom([]string{"default", "emea"}).Draw(t, "site")})
		}
		if rapid.Bool().Draw(t, "canary") {
			wave.Canary = rapid.SampledFrom(wave.Farms).Draw(t, "which")
		}
		r.Waves = append(r.Waves, wave)
	}
	if rapid.Bool().Draw(t, "limited") {
		r.Sites = []farm.Site{{Name: "default"}, {Name: "emea", MaxParallel: rapid.IntRange(1, 3).Draw(t, "site parallel")}}
	}
	return r
}

// fleet plays a rollout and judges each start by itself.
type fleet struct {
	*rapid.T
	status  farm.RolloutStatus
	now     time.Time
	started []string
	busy    bool // something was busy, so that the order may differ
	// changes are how many changes people may still try, changed how many counted.
	changes, changed int
}

// TestScheduleHoldsItsLimits plays random fleets to their end: parallelism is never exceeded, a canary is alone, waves follow
// each other, a spent budget starts nothing more, the order is kept, and every farm has one outcome.
func TestScheduleHoldsItsLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := &fleet{T: t, status: drawFleet(t), now: time.Unix(0, 0), changes: rapid.IntRange(0, 12).Draw(t, "changes")}
		f.status.Operators = []string{"dave"}
		for turns := 0; ; turns++ {
			require.Less(t, turns, 2000, "the rollout does not end")
			if !f.turn() {
				break
			}
		}
		for _, h := range f.status.Farms {
			require.Equal(t, farm.RunDone, h.State)
			require.NotEmpty(t, h.Result.Outcome, h.Farm)
			if len(h.Earlier) == 0 {
				require.Equal(t, h.Result.Outcome != farm.OutcomeNotStarted, slices.Contains(f.started, h.Farm))
			}
		}
		if !f.busy && f.changed == 0 && len(f.status.SiteLimits) == 0 {
			require.True(t, slices.IsSorted(f.started) || f.hasCanary(), "order: %v", f.started)
		}
	})
}

// turn does what the schedule says, or lets one running farm end; false when all is over.
func (f *fleet) turn() bool {
	if f.changes > 0 && rapid.IntRange(0, 5).Draw(f.T, "change") == 0 {
		f.changes--
		f.change()
	}
	plan := f.status.Schedule(f.now)
	switch {
	case len(plan.NotStarted) > 0:
		require.NotEmpty(f, plan.Why)
		for _, name := range plan.NotStarted {
			f.ends(name, farm.OutcomeNotStarted)
		}
	case plan.Ask:
		w := &f.status.Waves[plan.Wave]
		for _, before := range f.status.Waves[:plan.Wave+1] { // a farm that has another turn may open a wave before those at work
			require.Zero(f, f.running(before.Name), "people are asked when the waves before have ended")
		}
		w.Gate = farm.StepDone
		if rapid.IntRange(0, 9).Draw(f.T, "reject") == 0 {
			f.status.AbortedBy = "dave"
		}
	case len(plan.Start) > 0:
		for _, name := range plan.Start {
			f.starts(name)
		}
	case f.running("") > 0:
		var running []string
		for _, h := range f.status.Farms {
			if h.State == farm.RunRunning {
				running = append(running, h.Farm)
			}
		}
		outcome := rapid.SampledFrom([]farm.Outcome{
			farm.OutcomeCompleted, farm.OutcomeCompleted, farm.OutcomeCompletedWithExceptions, farm.OutcomeRefused, farm.OutcomeAborted, farm.OutcomeFailed,
		}).Draw(f.T, "outcome")
		f.ends(rapid.SampledFrom(running).Draw(f.T, "ends"), outcome)
	case !plan.Again.IsZero():
		require.True(f, plan.Again.After(f.now))
		f.now = plan.Again
	default:
		require.Equal(f, len(f.status.Waves), plan.Wave, "nothing can go on: %+v", plan)
		return false
	}
	return true
}

func (f *fleet) starts(name string) {
	h := f.status.Handle(name)
	require.Equal(f, farm.RunPending, h.State)
	if rapid.IntRange(0, 9).Draw(f.T, "busy") == 0 {
		f.busy = true
		h.Busy++
		h.Again = f.now.Add(time.Minute)
		return
	}
	h.State = farm.RunRunning
	f.started = append(f.started, name)
	f.judge(h)
}

// judge holds a start against the rules, in words of its own.
func (f *fleet) judge(h *farm.FarmHandle) {
	w := f.status.Wave(h.Wave)
	require.NotEqual(f, farm.StepPending, w.Gate, "%s began without approval", w.Name)
	require.LessOrEqual(f, f.running(""), f.status.MaxParallel)
	if w.MaxParallel > 0 {
		require.LessOrEqual(f, f.running(w.Name), w.MaxParallel)
	}
	for _, l := range f.status.SiteLimits {
		there := 0
		for _, o := range f.status.Farms {
			if o.Site == l.Site && o.State == farm.RunRunning {
				there++
			}
		}
		if h.Site == l.Site {
			require.LessOrEqual(f, there, l.MaxParallel, "site %s", l.Site)
		}
	}
	for _, o := range f.status.Farms {
		if o.Wave < h.Wave {
			require.Equal(f, farm.RunDone, o.State, "%s began before %s had ended", h.Farm, o.Farm)
			f.withinBudget(f.status.Wave(o.Wave))
		}
	}
	f.withinBudget(w)
	require.False(f, spent(f.status.StopAfterFailures, f.status.Farms))
	if c := w.Canary; c != "" && c != h.Farm {
		canary := f.status.Handle(c)
		require.Equal(f, farm.RunDone, canary.State)
		require.False(f, canary.Result.Outcome.Failed())
	} else if c != "" {
		require.Equal(f, 1, f.running(w.Name), "a canary is alone")
	}
}

func (f *fleet) withinBudget(w *farm.WaveStatus) {
	var of []farm.FarmHandle
	for _, h := range f.status.Farms {
		if h.Wave == w.Name {
			of = append(of, h)
		}
	}
	require.False(f, spent(w.StopAfterFailures, of), w.Name)
}

// spent reads a budget in its own way.
func spent(b farm.FailureBudget, farms []farm.FarmHandle) bool {
	failed := 0
	for _, h := range farms {
		if h.Result != nil && h.Result.Outcome.Failed() {
			failed++
		}
	}
	if share, ok := strings.CutSuffix(string(b), "%"); ok {
		n, _ := strconv.ParseFloat(share, 64)
		return failed > 0 && float64(failed) >= math.Ceil(n*float64(len(farms))/100)
	}
	n, err := strconv.Atoi(string(b))
	return err == nil && failed >= n
}

func (f *fleet) ends(name string, o farm.Outcome) {
	h := f.status.Handle(name)
	require.Nil(f, h.Result, "%s has two outcomes", name)
	h.State, h.Result = farm.RunDone, &farm.Result{Farm: name, Outcome: o}
}

func (f *fleet) running(wave string) int {
	n := 0
	for _, h := range f.status.Farms {
		if h.State == farm.RunRunning && (wave == "" || h.Wave == wave) {
			n++
		}
	}
	return n
}

func (f *fleet) hasCanary() bool {
	return slices.ContainsFunc(f.status.Waves, func(w farm.WaveStatus) bool { return w.Canary != "" })
}

func TestFailureBudget(t *testing.T) {
	for _, c := range []struct {
		budget        farm.FailureBudget
		failed, farms int
		want          bool
	}{
		{"", 100, 100, false},
		{"1", 0, 10, false},
		{"1", 1, 10, true},
		{"2", 1, 10, false},
		{"10%", 0, 40, false},
		{"10%", 3, 40, false},
		{"10%", 4, 40, true},
		{"10%", 1, 5, true},
		{"50%", 1, 3, false},
		{"50%", 2, 3, true},
		{"100%", 3, 3, true},
	} {
		require.Equal(t, c.want, c.budget.Spent(c.failed, c.farms), "%s: %d of %d", c.budget, c.failed, c.farms)
	}
	for _, wrong := range []farm.FailureBudget{"0", "-1", "0%", "101%", "two", "1.5", " 2", "02", "10 %", "%", "9999999"} {
		require.Error(t, wrong.Check(), wrong)
	}
	for _, right := range []farm.FailureBudget{"", "1", "40", "1%", "100%"} {
		require.NoError(t, right.Check(), right)
	}
}

func TestWavesTakeFarms(t *testing.T) {
	r := farm.Rollout{Waves: []farm.Wave{
		{Name: "pilot", Farms: []string{"emea-2"}},
		{Name: "emea", Match: farm.FarmMatch{Name: "emea-*"}},
		{Name: "site", Match: farm.FarmMatch{Name: "?pac-*", Site: "sydney"}},
		{Name: "rest", Match: farm.FarmMatch{Name: "*"}},
	}}
	for name, site := range map[string]string{"apac-1": "sydney"} {
		r.Farms = append(r.Farms, farm.Farm{Name: name, Site: site})
	}
	for _, name := range []string{"emea-1", "emea-2", "emea-3", "apac-2"} {
		r.Farms = append(r.Farms, farm.Farm{Name: name, Site: "default"})
	}
	waves, left := r.InWaves()
	require.Empty(t, left)
	var got [][]string
	for _, w := range waves {
		got = append(got, w.Farms)
		require.True(t, w.Match.IsZero())
	}
	require.Equal(t, [][]string{{"emea-2"}, {"emea-1", "emea-3"}, {"apac-1"}, {"apac-2"}}, got)

	r.Waves = r.Waves[:2]
	_, left = r.InWaves()
	require.Equal(t, []string{"apac-1", "apac-2"}, left)

	r.Waves = nil
	waves, left = r.InWaves()
	require.Empty(t, left)
	require.Len(t, waves, 1)
	require.Len(t, waves[0].Farms, 5)
}
