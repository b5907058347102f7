package scenario_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/simulator"
	"farmhand/test/chaos/scenario"
)

// seeds are as many as it takes to see every layout.
const seeds = 400

func TestASeedMakesTheSameAgain(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		one, two := scenario.New(seed), scenario.New(seed)
		require.Equal(t, one, two)
		require.Equal(t, one.Rollout("127.1.2"), two.Rollout("127.1.2"))
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
		require.NoError(t, os.WriteFile(rollout, []byte(s.Rollout("127.1.2")), 0o600))
		require.NoError(t, os.WriteFile(twin, []byte(s.Twin()), 0o600))
		_, _, err := config.Load(rollout)
		require.NoError(t, err, "%s\n%s", s, s.Rollout("127.1.2"))
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
