package world_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/world"
)

// until waits for an event.
func until(t *testing.T, w *world.World, event string) {
	t.Helper()
	for after := int64(0); ; {
		events, more := w.Events(after)
		for _, e := range events {
			if e.Event == event {
				return
			}
			after = e.Seq
		}
		select {
		case <-more:
		case <-t.Context().Done():
			t.Fatalf("no event %s", event)
		}
	}
}

func TestHoldsEndByRelease(t *testing.T) {
	w := open(t, world.Options{Holds: []world.Hold{{Host: "APP01", Step: "wizard"}}})
	require.NoError(t, w.Point(t.Context(), "WFE01", "wizard"))
	passed := make(chan error, 1)
	go func() { passed <- w.Point(t.Context(), "app01", "wizard") }()
	until(t, w, "held")
	require.Empty(t, passed)
	w.Release("APP01", "Wizard")
	require.NoError(t, <-passed)
	require.NoError(t, w.Point(t.Context(), "APP01", "wizard"), "each hold is met once")
}

func TestAHoldLetsTheFirstArrivalsPass(t *testing.T) {
	dir := t.TempDir()
	o := world.Options{Dir: dir, Holds: []world.Hold{{Host: "APP01", Step: "after schtasks /run", Skip: 2, For: time.Millisecond}}}
	for arrival := range 5 {
		w := open(t, o) // the count survives
		require.NoError(t, w.Point(t.Context(), "APP01", "after schtasks /run"))
		held := 0
		events, _ := w.Events(0)
		for _, e := range events {
			if e.Event == "held" {
				held++
			}
		}
		want := 0
		if arrival >= 2 {
			want = 1
		}
		require.Equal(t, want, held, "arrival %d", arrival)
		require.NoError(t, w.Close())
	}
}

func TestHoldsEndByTheirLimit(t *testing.T) {
	w := open(t, world.Options{Holds: []world.Hold{{Host: "APP01", Step: "boot", For: time.Millisecond}}})
	require.NoError(t, w.Point(t.Context(), "APP01", "boot"))
	until(t, w, "released")
}

func TestHoldsEndByRestart(t *testing.T) {
	dir := t.TempDir()
	o := world.Options{Dir: dir, Holds: []world.Hold{{Host: "APP01", Step: "wizard"}}}
	w := open(t, o)
	farm := w.Scope("contoso")
	ended := make(chan error, 1)
	go func() { ended <- farm.Point(t.Context(), "APP01", "wizard") }()
	until(t, w, "held")
	o.Dir = killed(t, dir)
	again := open(t, o)
	until(t, again, "released")
	require.NoError(t, again.Scope("contoso").Point(t.Context(), "APP01", "wizard"))
	require.NoError(t, w.Close())
	require.ErrorIs(t, <-ended, world.ErrClosed)
}

func TestAHoldEndsWithItsProcess(t *testing.T) {
	w := open(t, world.Options{Holds: []world.Hold{{Host: "APP01", Step: "wizard"}}})
	ctx, kill := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.Point(ctx, "APP01", "wizard") }()
	until(t, w, "held")
	kill()
	require.ErrorIs(t, <-ended, context.Canceled)
}

func TestFaultsStrikeAsOftenAsTheySay(t *testing.T) {
	for name, c := range map[string]struct {
		fault world.Fault
		want  []bool
	}{
		"once":              {world.Fault{}, []bool{true, false, false, false}},
		"twice, from third": {world.Fault{Times: 2, Skip: 2}, []bool{false, false, true, true, false}},
		"always":            {world.Fault{Times: -1, Skip: 1}, []bool{false, true, true, true}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			c.fault.Host, c.fault.Step, c.fault.Kind = "APP01", "package KB951695", "exit"
			for i, want := range c.want {
				w := open(t, world.Options{Dir: dir, Faults: []world.Fault{c.fault}}) // the count survives
				_, hit := w.Strike("WFE01", "package KB951695")
				require.False(t, hit)
				f, hit := w.Strike("APP01", "package kb951695")
				require.Equal(t, want, hit, "arrival %d", i)
				if hit {
					require.Equal(t, "exit", f.Kind)
					events, _ := w.Events(0)
					require.Equal(t, "struck", events[len(events)-1].Event)
				}
				require.NoError(t, w.Close())
			}
		})
	}
}

func TestAUsedUpFaultMakesRoomForTheNext(t *testing.T) {
	w := open(t, world.Options{Faults: []world.Fault{{Host: "A", Step: "s", Kind: "one"}, {Host: "A", Step: "s", Kind: "two"}}})
	first, _ := w.Strike("A", "s")
	second, _ := w.Strike("A", "s")
	_, third := w.Strike("A", "s")
	require.Equal(t, []string{"one", "two"}, []string{first.Kind, second.Kind})
	require.False(t, third)
}

func TestTheClockStandsStillWhileTheWorldIsSuspended(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		w, _, err := world.Open(world.Options{Dir: dir, Pace: 10})
		require.NoError(t, err)
		end := w.After(20 * time.Minute) // two minutes at this pace
		time.Sleep(90 * time.Second)
		require.NoError(t, w.Close())
		time.Sleep(24 * time.Hour)

		w, _, err = world.Open(world.Options{Dir: dir, Pace: 10})
		require.NoError(t, err)
		start := time.Now()
		require.NoError(t, w.WaitUntil(t.Context(), end))
		require.Equal(t, 30*time.Second, time.Since(start))
		require.Equal(t, 2*time.Minute, w.Now())
		require.NoError(t, w.Close())
		require.ErrorIs(t, w.Wait(t.Context(), time.Hour), world.ErrClosed)
	})
}

func TestStretchedDurations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _, err := world.Open(world.Options{Pace: 10})
		require.NoError(t, err)
		require.Equal(t, time.Second, w.After(10*time.Second))
		require.Equal(t, 3*time.Second, w.Stretch(3).Scope("a").After(10*time.Second))
		require.NoError(t, w.Close())
	})
}

func TestAKillLosesAtMostOneTick(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		w, _, err := world.Open(world.Options{Dir: dir})
		require.NoError(t, err)
		time.Sleep(90*time.Second + 50*time.Millisecond)
		synctest.Wait()
		again, _, err := world.Open(world.Options{Dir: killed(t, dir)})
		require.NoError(t, err)
		require.Equal(t, 90*time.Second, again.Now())
		require.NoError(t, again.Close())
		require.NoError(t, w.Close())
	})
}
