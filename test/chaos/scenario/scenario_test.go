package scenario_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/simulator"
	"farmhand/test/chaos/scenario"
)

// seeds are as many as it takes to see every layout.
const seeds = 400

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestASeedMakesTheSameAgain(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		one, two := scenario.New(seed), scenario.New(seed)
		require.Equal(t, one, two)
		require.Equal(t, one.Rollout("127.1.2", noon), two.Rollout("127.1.2", noon))
		require.Equal(t, one.Twin(), two.Twin())
		require.Equal(t, one.Operator.Answers("continue", 1), two.Operator.Answers("continue", 1))
		require.NotEqual(t, one.Secret(), scenario.New(seed+1).Secret())
	}
}

// Every scenario is one that the programs take as it is: a mistake in a file would test nothing.
func TestTheProgramsTakeEveryScenario(t *testing.T) {
	t.Parallel()
	layouts := map[string]bool{}
	largest := 0
	for seed := range uint64(seeds) {
		s := scenario.New(seed)
		dir := t.TempDir()
		rollout, twin := filepath.Join(dir, "rollout.yaml"), filepath.Join(dir, "twin.yaml")
		require.NoError(t, os.WriteFile(rollout, []byte(s.Rollout("127.1.2", noon)), 0o600))
		require.NoError(t, os.WriteFile(twin, []byte(s.Twin()), 0o600))
		_, _, err := config.Load(rollout)
		require.NoError(t, err, "%s\n%s", s, s.Rollout("127.1.2", noon))
		_, err = simulator.LoadTwin(twin)
		require.NoError(t, err, "%s\n%s", s, s.Twin())
		layouts[s.Farm.Layout] = true
		largest = max(largest, len(s.Farm.Servers))
		require.LessOrEqual(t, len(s.Farm.Servers), 12)
	}
	require.Len(t, layouts, 7)
	require.GreaterOrEqual(t, largest, 11)
}

// A kill that waits for a hold has that hold, and every hold is there for a kill.
func TestKillsAndHoldsBelongTogether(t *testing.T) {
	t.Parallel()
	targets := map[scenario.Target]int{}
	for seed := range uint64(seeds) {
		s := scenario.New(seed)
		held := 0
		for _, k := range s.Kills {
			targets[k.Target]++
			if k.When.Event != "held" {
				continue
			}
			held++
			require.True(t, slices.ContainsFunc(s.Holds, func(h scenario.Hold) bool { return h.Host == k.When.Host && h.Step == k.When.Text }), s)
		}
		require.Len(t, s.Holds, held)
	}
	require.Len(t, targets, 5)
}

func TestOperatorsGiveUpInTheEnd(t *testing.T) {
	t.Parallel()
	s := scenario.New(1)
	require.Equal(t, "abort", s.Operator.Choose("i-99", 99, []string{"abort", "retry"}, ""))
	require.Equal(t, "retry", s.Operator.Choose("i-1", 1, []string{"abort", "retry"}, ""))
}

// TestTheOlderPartStays: what worlds got later changes nothing of what a seed made before.
func TestTheOlderPartStays(t *testing.T) {
	t.Parallel()
	manual, modes, calendars, waves, shared, plain := 0, map[string]bool{}, map[scenario.Calendar]bool{}, 0, 0, 0
	for seed := range uint64(seeds) {
		s, old := scenario.New(seed), scenario.Plain(seed)
		calendars[s.Calendar] = true
		waves = max(waves, len(s.Waves))
		for _, f := range s.Others {
			if f.SQL[0].Shared {
				shared++
			}
		}
		if s.Rollout("127.1.2", noon) == old.Rollout("127.1.2", noon) {
			plain++
		}
		s.Wide, s.Calendar, s.Others, s.Waves, s.Parallel = false, scenario.Always, nil, nil, 0
		for i := range s.Farm.Servers {
			if s.Farm.Servers[i].Manual {
				manual++
				s.Farm.Servers[i].Manual = false
			}
		}
		for i := range s.Farm.SQL {
			modes[s.Farm.SQL[i].Backup] = true
			s.Farm.SQL[i].Backup = ""
		}
		require.Equal(t, old, s)
	}
	require.NotZero(t, manual)
	require.NotZero(t, plain)
	require.NotZero(t, shared)
	require.Len(t, modes, 3)
	require.Len(t, calendars, 4)
	require.GreaterOrEqual(t, waves, 3)
}

// TestFarmsShareNoName but that of a SQL Server: the journal tells farms apart by the names of hosts.
func TestFarmsShareNoName(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		s := scenario.New(seed)
		hosts, databases, waved := map[string]bool{}, map[string]bool{}, map[string]int{}
		once := func(seen map[string]bool, name string) {
			require.False(t, seen[name], "%s: %s", s, name)
			seen[name] = true
		}
		for _, f := range s.Farms() {
			for _, v := range f.Servers {
				once(hosts, v.Name)
			}
			own := map[string]bool{}
			for _, q := range f.SQL {
				for _, d := range f.DatabasesOn(q.Name) {
					own[d] = true
				}
			}
			for d := range own {
				once(databases, d)
			}
			for _, q := range f.SQL {
				if !q.Shared {
					once(hosts, q.Name)
				}
			}
		}
		require.LessOrEqual(t, len(s.Addresses("127.1.2")), 29, "place.free looks at so many addresses")
		for _, w := range s.Waves {
			for _, f := range w.Farms {
				waved[f]++
			}
		}
		if len(s.Waves) > 0 {
			require.Len(t, waved, len(s.Farms()))
		}
	}
}
