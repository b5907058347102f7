package farm_test

import (
	"fmt"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
)

// oddZones change their clocks at night, at midnight, by half an hour, and not at all.
var oddZones = []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "Asia/Beirut", "America/St_Johns", "Pacific/Auckland", "Asia/Kolkata", "UTC"}

var dayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// shows is what a clock in a zone shows, as a number that can be compared.
func shows(at time.Time, zone *time.Location) time.Time {
	t := at.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, time.UTC)
}

// passed reports by looking at the clock alone whether it shows wall or later, for good.
func passed(at, wall time.Time, zone *time.Location) bool {
	for t := at; t.Before(at.Add(3 * time.Hour)); t = t.Add(15 * time.Minute) {
		if shows(t, zone).Before(wall) {
			return false
		}
	}
	return true
}

// reached reports whether the clock has shown wall or later at any time.
func reached(at, wall time.Time, zone *time.Location) bool {
	for t := at; t.After(at.Add(-3 * time.Hour)); t = t.Add(-15 * time.Minute) {
		if !shows(t, zone).Before(wall) {
			return true
		}
	}
	return false
}

// quarter draws a time of day on a quarter of an hour, where all changes of clocks are.
func quarter(t *rapid.T, name string) string {
	n := rapid.IntRange(0, 95).Draw(t, name)
	return fmt.Sprintf("%02d:%02d", n/4, n%4*15)
}

// TestCalendarAgainstTheClock: a moment is inside a window when a clock on the wall says so, whatever the clocks do that
// week: it shows From or later for good, and has not shown To yet.
func TestCalendarAgainstTheClock(t *testing.T) {
	changes := []string{"2026-03-28 12:00", "2026-10-24 12:00", "2026-03-08 00:00", "2026-11-01 00:00", "2026-04-04 12:00", "2026-09-05 12:00", "2026-04-23 12:00", "2026-10-29 12:00", "2026-07-01 00:00"}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(oddZones).Draw(t, "zone"))
		require.NoError(t, err)
		w := farm.Window{Days: rapid.SliceOfNDistinct(rapid.SampledFrom(dayNames), 1, 7, rapid.ID[string]).Draw(t, "days"), From: quarter(t, "from"), To: quarter(t, "to"), Zone: zone.String()}
		if w.From == w.To {
			w.To = "24:00"
		}
		begin, err := time.Parse("2006-01-02 15:04", rapid.SampledFrom(changes).Draw(t, "around"))
		require.NoError(t, err)
		at := begin.Add(time.Duration(rapid.IntRange(-6*96, 6*96).Draw(t, "quarters")) * 15 * time.Minute)

		o, err := farm.Calendar{Windows: []farm.Window{w}}.At(at, 0, time.LoadLocation)
		require.NoError(t, err)
		require.Equal(t, insideByClock(t, w, at, zone), o.Open, "%s %v", at, o)
		if len(w.Days) == len(dayNames) && w.From == "00:00" && w.To == "24:00" {
			require.True(t, o.Next.Open.IsZero(), "a window that never closes does not come again")
			return
		}
		require.False(t, o.Next.Open.IsZero(), "a weekly window comes again")
		require.True(t, o.Next.Open.After(at))
		require.LessOrEqual(t, o.Next.Open.Sub(at), 15*24*time.Hour)
	})
}

func insideByClock(t require.TestingT, w farm.Window, at time.Time, zone *time.Location) bool {
	from, err := time.Parse("15:04", w.From)
	require.NoError(t, err)
	for back := -2; back <= 1; back++ {
		date := at.UTC().AddDate(0, 0, back).Truncate(24 * time.Hour)
		if !slices.Contains(w.Days, dayNames[date.Weekday()]) {
			continue
		}
		begin := date.Add(time.Duration(from.Hour())*time.Hour + time.Duration(from.Minute())*time.Minute)
		end := date.AddDate(0, 0, 1)
		if w.To != "24:00" {
			to, err := time.Parse("15:04", w.To)
			require.NoError(t, err)
			end = date.Add(time.Duration(to.Hour())*time.Hour + time.Duration(to.Minute())*time.Minute)
			if !end.After(begin) {
				end = end.AddDate(0, 0, 1)
			}
		}
		if passed(at, begin, zone) && !reached(at, end, zone) {
			return true
		}
	}
	return false
}

// TestCalendarHoldsTogether: what is said of a moment agrees with what is said of the moments around it.
func TestCalendarHoldsTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c farm.Calendar
		for i := range rapid.IntRange(0, 3).Draw(t, "windows") {
			c.Windows = append(c.Windows, farm.Window{
				Days: []string{rapid.SampledFrom(dayNames).Draw(t, fmt.Sprint("day", i))},
				From: quarter(t, "from"), To: "24:00", Zone: rapid.SampledFrom(oddZones).Draw(t, "zone"),
			})
		}
		start := time.Date(2026, 10, 20, 0, 0, 0, 0, time.UTC)
		for i := range rapid.IntRange(0, 3).Draw(t, "freezes") {
			from := start.Add(time.Duration(rapid.IntRange(0, 500).Draw(t, fmt.Sprint("begins", i))) * time.Hour)
			to := from.Add(time.Duration(rapid.IntRange(1, 200).Draw(t, fmt.Sprint("lasts", i))) * time.Hour)
			c.Freezes = append(c.Freezes, farm.Freeze{From: from.Format("2006-01-02 15:04"), To: to.Format("2006-01-02 15:04"), Zone: "UTC", Reason: "because"})
		}
		at := start.Add(time.Duration(rapid.IntRange(0, 40*96).Draw(t, "at")) * 15 * time.Minute)
		room := time.Duration(rapid.IntRange(0, 12).Draw(t, "room")) * time.Hour
		look := func(at time.Time) farm.Opening {
			o, err := c.At(at, room, time.LoadLocation)
			require.NoError(t, err)
			return o
		}
		o := look(at)
		for _, f := range c.Freezes {
			from, _ := time.Parse("2006-01-02 15:04", f.From)
			to, _ := time.Parse("2006-01-02 15:04", f.To)
			if !at.Before(from) && at.Before(to) {
				require.False(t, o.Open, "inside a freeze")
			}
		}
		require.Equal(t, o.Open, o.Why == "")
		if o.Open && !o.Window.Close.IsZero() {
			require.True(t, o.Window.Close.After(at))
			require.True(t, look(o.Window.Close.Add(-time.Second)).Open)
			require.False(t, look(o.Window.Close).Open, "windows that touch are one")
		}
		if n := o.Next.Open; !n.IsZero() {
			require.True(t, n.After(at))
			require.True(t, look(n).Open)
			require.False(t, look(n.Add(-time.Second)).Open)
			require.True(t, o.Next.Holds(n, room))
			require.False(t, o.Next.Holds(n.Add(-time.Second), room))
		}
	})
}
