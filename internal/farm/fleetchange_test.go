package farm_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
)

// change tries a random change of the fleet, and holds what it did against what it says.
func (f *fleet) change() {
	var names, waves []string
	for _, h := range f.status.Farms {
		names = append(names, h.Farm)
	}
	for _, w := range f.status.Waves {
		waves = append(waves, w.Name)
	}
	c := farm.FleetChange{
		Kind: rapid.SampledFrom([]farm.FleetChangeKind{farm.FleetAdd, farm.FleetDrop, farm.FleetMove, farm.FleetRerun, farm.FleetParallel}).Draw(f.T, "kind"),
		Farm: rapid.SampledFrom(names).Draw(f.T, "whom"), Wave: rapid.SampledFrom(append(waves, "")).Draw(f.T, "where"),
		Before: rapid.SampledFrom(append(names, "", "", "")).Draw(f.T, "before"), Parallel: rapid.IntRange(0, 5).Draw(f.T, "parallel"),
		Who: "dave", Reason: "because",
	}
	if c.Kind == farm.FleetAdd && rapid.Bool().Draw(f.T, "new") {
		c.Farm = fmt.Sprintf("%s-n%02d", c.Wave, f.changes)
		c.Definition = &farm.Farm{Name: c.Farm}
	}
	if f.status.CheckChange(c, nil) != nil {
		return
	}
	f.changed++
	running, all := f.running(""), len(f.status.Farms)
	require.NotEmpty(f, f.status.ApplyChange(c))
	require.Equal(f, running, f.running(""), "a change touches no farm that runs")
	h := f.status.Handle(c.Farm)
	switch c.Kind {
	case farm.FleetAdd:
		require.Len(f, f.status.Farms, all+1)
		require.Equal(f, c.Wave, h.Wave)
	case farm.FleetDrop:
		require.Equal(f, farm.OutcomeNotStarted, h.Result.Outcome)
	case farm.FleetMove:
		require.Len(f, f.status.Farms, all)
		if c.Before != "" {
			at := func(name string) int {
				return slices.IndexFunc(f.status.Farms, func(o farm.FarmHandle) bool { return o.Farm == name })
			}
			require.Equal(f, at(c.Before)-1, at(c.Farm))
		}
	case farm.FleetRerun:
		require.Equal(f, farm.RunPending, h.State)
		f.started = slices.DeleteFunc(f.started, func(s string) bool { return s == c.Farm })
	case farm.FleetParallel:
	}
	require.Equal(f, len(f.status.Carried(farm.Rollout{}).Farms), f.carried())
}

// carried counts the farms that have their turn still, or had it.
func (f *fleet) carried() int {
	n := 0
	for _, h := range f.status.Farms {
		if h.Result == nil || h.Result.Outcome != farm.OutcomeNotStarted {
			n++
		}
	}
	return n
}

// TestChangesThatAreRefused say why, and what to do.
func TestChangesThatAreRefused(t *testing.T) {
	fleet := func() farm.RolloutStatus {
		s := farm.NewRolloutStatus(farm.Rollout{
			ID:    "r",
			Waves: []farm.Wave{{Name: "pilot", Farms: []string{"p"}}, {Name: "rest", Farms: []string{"a", "b", "c", "d"}, Canary: "b"}},
			Farms: []farm.Farm{{Name: "p"}, {Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "d"}},
		}, false)
		s.Operators = []string{"dave", "erin"}
		s.Handle("p").State = farm.RunDone
		s.Handle("p").Result = &farm.Result{Outcome: farm.OutcomeCompleted}
		s.Handle("a").State = farm.RunRunning
		return s
	}
	x := farm.Farm{Name: "x", Servers: []farm.Server{{Name: "s", ConnectAs: "setup", RunAs: "other"}}}
	change := func(edit func(*farm.FleetChange)) farm.FleetChange {
		c := farm.FleetChange{Kind: farm.FleetDrop, Farm: "c", Who: "DAVE", Reason: "storm"}
		edit(&c)
		return c
	}
	s := fleet()
	require.NoError(t, s.CheckChange(change(func(*farm.FleetChange) {}), nil), "names of people are compared without case")
	for want, c := range map[string]farm.FleetChange{
		`"mallory" is no operator`:              change(func(c *farm.FleetChange) { c.Who = "mallory" }),
		"say why":                               change(func(c *farm.FleetChange) { c.Reason = " " }),
		`"explode" is no change`:                change(func(c *farm.FleetChange) { c.Kind = "explode" }),
		`has no farm "z"`:                       change(func(c *farm.FleetChange) { c.Farm = "z" }),
		"a is under way":                        change(func(c *farm.FleetChange) { c.Farm = "a" }),
		"p has ended: completed":                change(func(c *farm.FleetChange) { c.Farm = "p" }),
		"b is the canary of wave rest, and":     change(func(c *farm.FleetChange) { c.Farm = "b" }),
		"b is the canary of wave rest and":      change(func(c *farm.FleetChange) { c.Kind, c.Farm, c.Wave = farm.FleetMove, "b", "pilot" }),
		`has no wave "x"`:                       change(func(c *farm.FleetChange) { c.Kind, c.Wave = farm.FleetMove, "x" }),
		`"p" is no farm of wave rest`:           change(func(c *farm.FleetChange) { c.Kind, c.Before = farm.FleetMove, "p" }),
		"c cannot be put before itself":         change(func(c *farm.FleetChange) { c.Kind, c.Before = farm.FleetMove, "c" }),
		"p ended completed: there is nothing":   change(func(c *farm.FleetChange) { c.Kind, c.Farm = farm.FleetRerun, "p" }),
		"c has not ended":                       change(func(c *farm.FleetChange) { c.Kind = farm.FleetRerun }),
		`has no farm "y"`:                       change(func(c *farm.FleetChange) { c.Kind, c.Farm = farm.FleetRerun, "y" }),
		"0 is out of range":                     change(func(c *farm.FleetChange) { c.Kind = farm.FleetParallel }),
		`has no wave "q"`:                       change(func(c *farm.FleetChange) { c.Kind, c.Parallel, c.Wave = farm.FleetParallel, 1, "q" }),
		`no definition of the farm "x"`:         change(func(c *farm.FleetChange) { c.Kind, c.Farm = farm.FleetAdd, "x" }),
		"c is in the rollout already":           change(func(c *farm.FleetChange) { c.Kind, c.Definition, c.Wave = farm.FleetAdd, &farm.Farm{Name: "c"}, "rest" }),
		"was not started with: other":           change(func(c *farm.FleetChange) { c.Kind, c.Farm, c.Definition, c.Wave = farm.FleetAdd, "x", &x, "rest" }),
		`has no wave ""; waves are pilot, rest`: change(func(c *farm.FleetChange) { c.Kind, c.Farm, c.Definition = farm.FleetAdd, "y", &farm.Farm{Name: "y"} }),
	} {
		require.ErrorContains(t, s.CheckChange(c, []farm.Credential{{Name: "setup"}}), want)
	}
	s.AbortedBy = "erin"
	require.ErrorContains(t, s.CheckChange(change(func(*farm.FleetChange) {}), nil), "was aborted by erin")
	s.Outcome = farm.OutcomeAborted
	require.ErrorContains(t, s.CheckChange(change(func(*farm.FleetChange) {}), nil), "has ended")
}
