package workflows_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
)

// TestNothingChangesOutsideAWindow runs updates with random windows and freezes in zones whose clocks change, and with
// people who are slow. Users are disconnected only where the whole plan has room, each backup is inside a window, and the
// first installer runs no later than a back-out still fits: computed here from the file, not from what the run noted.
func TestNothingChangesOutsideAWindow(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, servers(server("APP01", ca, app), server("WFE01", web)), func(r *farm.Rollout) {
			r.RestoreNeeds = time.Duration(rapid.IntRange(1, 3).Draw(rt, "restore")) * time.Hour
			for i := range rapid.IntRange(0, 3).Draw(rt, "windows") {
				r.Windows = append(r.Windows, farm.Window{
					Days: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"mon", "wed", "sat", "sun"}), 1, 3, rapid.ID[string]).Draw(rt, fmt.Sprint("days", i)),
					From: fmt.Sprintf("%02d:30", rapid.IntRange(0, 23).Draw(rt, fmt.Sprint("from", i))), To: fmt.Sprintf("%02d:00", rapid.IntRange(0, 23).Draw(rt, fmt.Sprint("to", i))),
					Zone: rapid.SampledFrom([]string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"}).Draw(rt, fmt.Sprint("zone", i)),
				})
			}
			if rapid.Bool().Draw(rt, "frozen") {
				r.Freezes = []farm.Freeze{{From: "2026-10-25 00:00", To: "2026-10-25 12:00", Zone: "America/New_York", Reason: "audit"}}
			}
		})
		// The night in which clocks are set back in Europe.
		w.env.SetStartTime(time.Date(2026, 10, 24, rapid.IntRange(0, 23).Draw(rt, "start"), 0, 0, 0, time.UTC))
		pace := time.Duration(rapid.IntRange(30, 400).Draw(rt, "pace")) * time.Minute
		started := w.env.Now()
		var poll func()
		poll = func() {
			if w.env.IsWorkflowCompleted() || w.env.Now().Sub(started) > 199*time.Hour {
				return
			}
			for _, q := range w.status().OpenQuestions() {
				if q.Kind == farm.QuestionGate {
					w.send(q, "bob", farm.ChoiceApprove)
				} else {
					w.send(q, "erin", q.Advised)
				}
			}
			w.env.RegisterDelayedCallback(poll, pace)
		}
		w.env.RegisterDelayedCallback(poll, pace)
		// Who waits in vain for a window gives up; who is past the point of no return hurries.
		w.env.RegisterDelayedCallback(func() {
			if w.env.IsWorkflowCompleted() {
				return
			}
			if w.status().NoReturn.IsZero() {
				w.order("erin", farm.ChoiceAbort)
			}
			pace = time.Hour
			w.env.RegisterDelayedCallback(poll, pace)
		}, 151*time.Hour)
		w.run()
		inside(rt, w.in.Rollout, w.status())
	})
}

// inside holds what a run did against the calendar.
func inside(t require.TestingT, r farm.Rollout, s *farm.Status) {
	c := r.Calendar(r.Farms[0])
	if c.Always() {
		return
	}
	open := func(at time.Time, what string) farm.Deadlines {
		o, err := c.At(at, 0, time.LoadLocation)
		require.NoError(t, err)
		require.True(t, o.Open, "%s at %s: %s", what, at, o.Why)
		return s.Plan.Deadlines(o.Window.Close, c.RestoreNeeds)
	}
	outages := s.UsersOff.Earlier
	if !s.UsersOff.Since.IsZero() {
		outages = append(outages, farm.Outage{Since: s.UsersOff.Since})
	}
	for _, out := range outages {
		d := open(out.Since, "users off")
		require.True(t, d.Begin.IsZero() || !out.Since.After(d.Begin), "users went off at %s, and the plan fits until %s", out.Since, d.Begin)
	}
	for _, out := range s.UsersOff.Earlier {
		require.Equal(t, open(out.Since, "users off").Start.UTC(), out.Until.UTC(), "the window is given up at the last moment for the first installer, and not before")
	}
	for _, e := range s.Timeline {
		if strings.HasPrefix(e.What, "back up and verify") {
			open(e.At, e.What)
		}
	}
	if !s.NoReturn.IsZero() {
		d := open(s.NoReturn, "first installer")
		require.True(t, d.Start.IsZero() || s.NoReturn.Before(d.Start))
	}
	require.Len(t, s.UsersOff.Earlier, len(s.Window.Missed))
}
