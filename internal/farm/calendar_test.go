package farm_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// utc reads a moment as a calendar's tests write it.
func utc(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04", text)
	require.NoError(t, err)
	return at
}

// weekly is a window of every week.
func weekly(zone, from, to string, days ...string) farm.Window {
	return farm.Window{Days: days, From: from, To: to, Zone: zone}
}

// TestWindowOverAChangeOfClocks has the instants of windows on the days on which clocks change: a night is an hour
// shorter or longer, a time that does not exist is the change itself, and of one that exists twice the narrower reading
// counts.
func TestWindowOverAChangeOfClocks(t *testing.T) {
	for _, tc := range []struct {
		name, at    string
		window      farm.Window
		open, close string
	}{
		{"an ordinary night", "2026-11-28 23:00", weekly("Europe/Berlin", "22:00", "06:00", "sat"), "2026-11-28 21:00", "2026-11-29 05:00"},
		{"a night of seven hours", "2026-03-28 23:00", weekly("Europe/Berlin", "22:00", "06:00", "sat"), "2026-03-28 21:00", "2026-03-29 04:00"},
		{"a night of nine hours", "2026-10-24 23:00", weekly("Europe/Berlin", "22:00", "06:00", "sat"), "2026-10-24 20:00", "2026-10-25 05:00"},
		{"a day of 23 hours", "2026-03-29 12:00", weekly("Europe/Berlin", "00:00", "24:00", "sun"), "2026-03-28 23:00", "2026-03-29 22:00"},
		{"a day of 25 hours", "2026-10-25 12:00", weekly("Europe/Berlin", "00:00", "24:00", "sun"), "2026-10-24 22:00", "2026-10-25 23:00"},
		{"opens at a time that does not exist", "2026-03-29 01:30", weekly("Europe/Berlin", "02:30", "05:00", "sun"), "2026-03-29 01:00", "2026-03-29 03:00"},
		{"closes at a time that does not exist", "2026-03-29 00:30", weekly("Europe/Berlin", "01:00", "02:30", "sun"), "2026-03-29 00:00", "2026-03-29 01:00"},
		{"opens at a time that exists twice", "2026-10-25 01:45", weekly("Europe/Berlin", "02:30", "05:00", "sun"), "2026-10-25 01:30", "2026-10-25 04:00"},
		{"closes at a time that exists twice", "2026-10-25 00:15", weekly("Europe/Berlin", "01:00", "02:30", "sun"), "2026-10-24 23:00", "2026-10-25 00:30"},
		{"clocks change by half an hour", "2026-04-04 14:30", weekly("Australia/Lord_Howe", "22:00", "06:00", "sat"), "2026-04-04 11:00", "2026-04-04 19:30"},
		{"clocks change at midnight", "2026-09-06 05:00", weekly("America/Santiago", "00:30", "04:00", "sun"), "2026-09-06 04:00", "2026-09-06 07:00"},
		{"south of the equator", "2026-10-03 15:00", weekly("Australia/Sydney", "22:00", "06:00", "sat"), "2026-10-03 12:00", "2026-10-03 19:00"},
		{"one date", "2026-03-29 03:00", farm.Window{From: "2026-03-28 22:00", To: "2026-03-29 06:00", Zone: "America/New_York"}, "2026-03-29 02:00", "2026-03-29 10:00"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o, err := farm.Calendar{Windows: []farm.Window{tc.window}}.At(utc(t, tc.at), 0, time.LoadLocation)
			require.NoError(t, err)
			require.True(t, o.Open, o.Why)
			require.Equal(t, tc.open, o.Window.Open.UTC().Format("2006-01-02 15:04"))
			require.Equal(t, tc.close, o.Window.Close.UTC().Format("2006-01-02 15:04"))
		})
	}
}

// TestCalendar has windows that touch, freezes that cut, and what people are told.
func TestCalendar(t *testing.T) {
	berlin := weekly("Europe/Berlin", "22:00", "06:00", "sat")
	yearEnd := farm.Freeze{From: "2026-12-18 00:00", To: "2027-01-07 00:00", Zone: "Europe/Berlin", Reason: "year end"}
	for _, tc := range []struct {
		name     string
		calendar farm.Calendar
		at       string
		room     time.Duration
		want     func(t *testing.T, o farm.Opening)
	}{
		{"neither windows nor freezes", farm.Calendar{}, "2026-11-25 12:00", 0, func(t *testing.T, o farm.Opening) {
			require.True(t, o.Open)
			require.Zero(t, o.Window.Close)
			require.True(t, o.Window.Holds(o.At, 1000*time.Hour))
		}},
		{"closed", farm.Calendar{Windows: []farm.Window{berlin}}, "2026-11-25 12:00", 0, func(t *testing.T, o farm.Opening) {
			require.False(t, o.Open)
			require.Equal(t, "outside every window", o.Why)
			require.Equal(t, utc(t, "2026-11-28 21:00"), o.Next.Open.UTC())
			require.Equal(t, "Sat 28 Nov 22:00 - Sun 29 Nov 06:00 Europe/Berlin", o.NextSays)
		}},
		{"it opens with its first moment", farm.Calendar{Windows: []farm.Window{berlin}}, "2026-11-28 21:00", 0, func(t *testing.T, o farm.Opening) {
			require.True(t, o.Open)
			require.Equal(t, "Sat 28 Nov 22:00 - Sun 29 Nov 06:00 Europe/Berlin", o.Says)
			require.Equal(t, utc(t, "2026-12-05 21:00"), o.Next.Open.UTC())
		}},
		{"and is closed at its last", farm.Calendar{Windows: []farm.Window{berlin}}, "2026-11-29 05:00", 0, func(t *testing.T, o farm.Opening) {
			require.False(t, o.Open)
		}},
		{"windows that touch are one", farm.Calendar{Windows: []farm.Window{berlin, weekly("Europe/Berlin", "06:00", "12:00", "sun"), weekly("Europe/London", "10:00", "12:00", "sun")}}, "2026-11-29 00:00", 0, func(t *testing.T, o farm.Opening) {
			require.Equal(t, utc(t, "2026-11-28 21:00"), o.Window.Open.UTC())
			require.Equal(t, utc(t, "2026-11-29 12:00"), o.Window.Close.UTC())
		}},
		{"every day of the week has no end", farm.Calendar{Windows: []farm.Window{weekly("UTC", "00:00", "24:00", "mon", "tue", "wed", "thu", "fri", "sat", "sun")}}, "2026-11-29 00:00", 0, func(t *testing.T, o farm.Opening) {
			require.True(t, o.Open)
			require.Zero(t, o.Window.Close)
		}},
		{"a freeze closes", farm.Calendar{Windows: []farm.Window{berlin}, Freezes: []farm.Freeze{yearEnd}}, "2026-12-26 23:00", 0, func(t *testing.T, o farm.Opening) {
			require.False(t, o.Open)
			require.Equal(t, "freeze 2026-12-18 00:00 to 2027-01-07 00:00 Europe/Berlin: year end", o.Why)
			require.Equal(t, utc(t, "2027-01-09 21:00"), o.Next.Open.UTC())
		}},
		{"a freeze without windows", farm.Calendar{Freezes: []farm.Freeze{yearEnd}}, "2026-12-17 12:00", 0, func(t *testing.T, o farm.Opening) {
			require.True(t, o.Open)
			require.Equal(t, utc(t, "2026-12-17 23:00"), o.Window.Close.UTC())
			require.Contains(t, o.Ends, "year end")
			require.Equal(t, utc(t, "2027-01-06 23:00"), o.Next.Open.UTC())
			require.Zero(t, o.Next.Close)
		}},
		{"a freeze cuts a window in two", farm.Calendar{Windows: []farm.Window{berlin}, Freezes: []farm.Freeze{{From: "2026-11-28 23:00", To: "2026-11-29 01:00", Zone: "Europe/Berlin", Reason: "the auditors' night"}}}, "2026-11-28 21:30", 0, func(t *testing.T, o farm.Opening) {
			require.Equal(t, utc(t, "2026-11-28 22:00"), o.Window.Close.UTC())
			require.Contains(t, o.Ends, "the auditors' night")
			require.Equal(t, utc(t, "2026-11-29 00:00"), o.Next.Open.UTC())
			require.Equal(t, utc(t, "2026-11-29 05:00"), o.Next.Close.UTC())
		}},
		{"what is too short is passed over", farm.Calendar{Windows: []farm.Window{berlin}, Freezes: []farm.Freeze{{From: "2026-12-05 23:00", To: "2026-12-06 01:00", Zone: "Europe/Berlin", Reason: "x"}}}, "2026-11-30 00:00", 6 * time.Hour, func(t *testing.T, o farm.Opening) {
			require.Equal(t, utc(t, "2026-12-12 21:00"), o.Next.Open.UTC())
		}},
		{"a night that is an hour shorter is passed over", farm.Calendar{Windows: []farm.Window{berlin}}, "2026-03-25 00:00", 8 * time.Hour, func(t *testing.T, o farm.Opening) {
			require.Equal(t, utc(t, "2026-04-04 20:00"), o.Next.Open.UTC())
		}},
		{"a date that has passed never comes again", farm.Calendar{Windows: []farm.Window{{From: "2026-11-28 22:00", To: "2026-11-29 06:00", Zone: "Europe/Berlin"}}}, "2026-11-29 06:00", 0, func(t *testing.T, o farm.Opening) {
			require.False(t, o.Open)
			require.Zero(t, o.Next)
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o, err := tc.calendar.At(utc(t, tc.at), tc.room, time.LoadLocation)
			require.NoError(t, err)
			tc.want(t, o)
		})
	}
}

// TestCalendarOfAFarm: the nearest windows hold, and every freeze does.
func TestCalendarOfAFarm(t *testing.T) {
	window := func(from string) []farm.Window { return []farm.Window{weekly("UTC", from, "06:00", "sat")} }
	freeze := func(reason string) []farm.Freeze {
		return []farm.Freeze{{From: "2026-12-18 00:00", To: "2027-01-07 00:00", Zone: "UTC", Reason: reason}}
	}
	r := farm.Rollout{
		Windows: window("20:00"), Freezes: freeze("all"), RestoreNeeds: time.Hour,
		Sites: []farm.Site{{Name: "emea", Windows: window("21:00"), Freezes: freeze("emea"), RestoreNeeds: 2 * time.Hour}},
	}
	of := func(f farm.Farm) farm.Calendar { return r.Calendar(f) }
	require.Equal(t, farm.Calendar{Windows: r.Windows, Freezes: r.Freezes, RestoreNeeds: time.Hour}, of(farm.Farm{Site: "apac"}))
	require.Equal(t, farm.Calendar{Windows: window("21:00"), Freezes: append(freeze("all"), freeze("emea")...), RestoreNeeds: 2 * time.Hour}, of(farm.Farm{Site: "emea"}))
	own := of(farm.Farm{Site: "emea", Windows: window("22:00"), Freezes: freeze("own"), RestoreNeeds: 3 * time.Hour})
	require.Equal(t, window("22:00"), own.Windows)
	require.Len(t, own.Freezes, 3)
	require.Equal(t, 3*time.Hour, own.RestoreNeeds)
	require.True(t, farm.Rollout{}.Calendar(farm.Farm{}).Always())
	r.Farms = []farm.Farm{{Site: "emea", Windows: window("22:00"), Freezes: freeze("own")}}
	without := r.WithoutWindows()
	require.True(t, without.Calendar(without.Farms[0]).Always())
	require.False(t, r.Calendar(r.Farms[0]).Always(), "the file's own value is not touched")
	require.False(t, own.Always())
}

// TestCalendarThatCannotBeRead says everything that is wrong, as a worker does whose zone data lack a zone.
func TestCalendarThatCannotBeRead(t *testing.T) {
	_, err := farm.Calendar{
		Windows: []farm.Window{weekly("Europe/Berln", "22:00", "06:00", "sat"), weekly("Local", "22", "25:00", "sut", "mon", "mon")},
		Freezes: []farm.Freeze{{From: "2026-12-18", To: "2026-12-17 00:00", Zone: ""}},
	}.At(time.Unix(0, 0), 0, time.LoadLocation)
	for _, want := range []string{
		`zone: "Europe/Berln" is no time zone known here`, "zone: Local is another zone on each computer", `days[0]: "sut" is no day of the week`,
		"days[2]: mon is listed twice", `from: "22" is no time of day`, `to: "25:00" is no time of day`, `from: "2026-12-18" is no date with a time of day`, "zone: missing",
	} {
		require.ErrorContains(t, err, want)
	}
}

// TestDeadlines counts back from the close of a window as the plan's screen does.
func TestDeadlines(t *testing.T) {
	p := farm.Plan{Phases: []farm.PlannedPhase{
		{Phase: farm.PhasePreflight, Expected: 4 * time.Minute}, {Phase: farm.PhaseDisconnectUsers, Expected: 9 * time.Minute},
		{Phase: farm.PhaseBackup, Expected: 48 * time.Minute}, {Phase: farm.PhaseInstall, Expected: 41 * time.Minute},
		{Phase: farm.PhaseStopProjectServices, Expected: time.Minute}, {Phase: farm.PhaseFinalizeCentral, Expected: 22 * time.Minute},
		{Phase: farm.PhaseVerifyCentral, Expected: 3 * time.Minute}, {Phase: farm.PhaseFinalizeRemaining, Expected: 72 * time.Minute},
		{Phase: farm.PhaseVerifyFarm, Expected: 40 * time.Minute}, {Phase: farm.PhaseReconnectUsers, Expected: 9 * time.Minute},
	}}
	six := utc(t, "2026-11-29 06:00")
	d := p.Deadlines(six, 130*time.Minute)
	require.Equal(t, farm.Deadlines{Begin: utc(t, "2026-11-29 00:34"), Start: utc(t, "2026-11-29 01:31"), BackOut: utc(t, "2026-11-29 03:50"), Close: six}, d)
	require.Equal(t, six.Sub(d.Begin), p.Room(130*time.Minute))
	// Where a back-out is quick, the way forward is what takes longest.
	require.Equal(t, utc(t, "2026-11-29 02:52"), p.Deadlines(six, time.Minute).Start)
	require.Zero(t, p.Deadlines(time.Time{}, time.Hour))
	require.Zero(t, p.Between(farm.PhaseBackup, farm.PhasePreflight))
}
