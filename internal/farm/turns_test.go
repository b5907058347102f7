package farm_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
)

// TestTurns: the limits of site, wave and rollout make farms wait, a canary goes first, and a wave waits for the one before it.
func TestTurns(t *testing.T) {
	r := farm.Rollout{
		ID: "r", MaxParallel: 3, Sites: []farm.Site{{Name: "emea", MaxParallel: 1}},
		Waves: []farm.Wave{{Name: "pilot", Farms: []string{"a", "b", "c", "d"}, Canary: "d", MaxParallel: 2}, {Name: "rest", Farms: []string{"e"}}},
		Farms: []farm.Farm{{Name: "a", Site: "emea"}, {Name: "b", Site: "emea"}, {Name: "c", Site: "apac"}, {Name: "d", Site: "apac"}, {Name: "e", Site: "emea"}},
	}
	takes := map[string]time.Duration{"a": 4 * time.Hour, "b": 2 * time.Hour, "c": time.Hour, "d": 3 * time.Hour, "e": time.Hour}
	turns := r.Turns(takes)
	after := map[string]time.Duration{}
	for name, turn := range turns.Farms {
		after[name] = turn.After
	}
	require.Equal(t, map[string]time.Duration{"d": 0, "a": 3 * time.Hour, "c": 3 * time.Hour, "b": 7 * time.Hour, "e": 9 * time.Hour}, after)
	require.Equal(t, 10*time.Hour, turns.Takes)
	require.Equal(t, farm.Turn{Wave: "pilot", Place: 1, Waves: 2, After: 7 * time.Hour, AtOnce: farm.TurnLimits{Wave: 2, Site: 1, Rollout: 3}}, turns.Farms["b"])
	require.Equal(t, farm.TurnLimits{Wave: 2, Rollout: 3}, turns.Farms["c"].AtOnce)
	require.Equal(t, farm.Turn{Wave: "rest", Place: 2, Waves: 2, After: 9 * time.Hour, AtOnce: farm.TurnLimits{Site: 1, Rollout: 3}}, turns.Farms["e"])

	r.Sites = nil
	free := r.Turns(takes).Farms
	require.Equal(t, []time.Duration{3 * time.Hour, 5 * time.Hour}, []time.Duration{free["b"].After, free["c"].After}, "without the site's limit the order of the wave alone")
	require.Empty(t, farm.Rollout{}.Turns(nil).Farms)
}

// TestTurnsHoldTheLimits over random fleets: no limit is exceeded at any start, waves follow each other, and every farm has a turn.
func TestTurnsHoldTheLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, takes := drawWaves(t), map[string]time.Duration{}
		for _, f := range r.Farms {
			takes[f.Name] = time.Duration(rapid.IntRange(0, 5).Draw(t, "takes")) * time.Hour
		}
		turns := r.Turns(takes)
		require.Len(t, turns.Farms, len(r.Farms))
		running := func(at time.Duration, which func(farm.Farm, farm.Turn) bool) int {
			n := 0
			for _, f := range r.Farms {
				if turn := turns.Farms[f.Name]; turn.After <= at && at < turn.After+takes[f.Name] && which(f, turn) {
					n++
				}
			}
			return n
		}
		limits := map[string]int{}
		for _, s := range r.Sites {
			limits[s.Name] = s.MaxParallel
		}
		for _, f := range r.Farms {
			mine := turns.Farms[f.Name]
			at, end := mine.After, mine.After+takes[f.Name]
			wave := r.Waves[mine.Place-1]
			require.LessOrEqual(t, end, turns.Takes)
			require.LessOrEqual(t, running(at, func(farm.Farm, farm.Turn) bool { return true }), r.MaxParallel)
			inWave := running(at, func(_ farm.Farm, o farm.Turn) bool { return o.Wave == mine.Wave })
			if wave.MaxParallel > 0 {
				require.LessOrEqual(t, inWave, wave.MaxParallel)
			}
			if most := limits[f.Site]; most > 0 {
				require.LessOrEqual(t, running(at, func(o farm.Farm, _ farm.Turn) bool { return o.Site == f.Site }), most)
			}
			for _, o := range r.Farms {
				other := turns.Farms[o.Name]
				if other.Place > mine.Place || wave.Canary == f.Name && other.Wave == mine.Wave && o.Name != f.Name {
					require.GreaterOrEqual(t, other.After, end, "%s before %s ended", o.Name, f.Name)
				}
			}
		}
	})
}
