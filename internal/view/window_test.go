package view_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

// saturdayNight is the calendar of the fixtures' farm: the night that began an hour before its rollout.
var saturdayNight = farm.Calendar{
	Windows:      []farm.Window{{Days: []string{"sat"}, From: "20:00", To: "03:00", Zone: "UTC"}},
	Freezes:      []farm.Freeze{{From: "2026-12-18 00:00", To: "2027-01-07 00:00", Zone: "Europe/Berlin", Reason: "year end closing"}},
	RestoreNeeds: 130 * time.Minute,
}

// inWindow is a farm that is changed in that night.
func inWindow(s farm.Status) farm.Status {
	s.Window.Calendar = saturdayNight
	s.Window.Enter(farm.Opening{
		Open: true, Window: farm.Span{Open: at(-60), Close: at(360)}, Says: "Sat 21 Nov 20:00 - Sun 22 Nov 03:00 UTC", ZoneData: "2026b",
	}, s.Plan)
	return s
}

// beforeWindow waits for that night a week later.
func beforeWindow(s farm.Status) farm.Status {
	s.Window.Calendar, s.Window.Emergency = saturdayNight, []string{"frank"}
	s.Window.Waiting, s.Window.For = at(10), at(7*24*60-60)
	s.Window.Why, s.Window.ForSays = "outside every window", "Sat 28 Nov 20:00 - Sun 29 Nov 03:00 UTC"
	s.Window.Missed = []farm.MissedWindow{{Says: "Sat 21 Nov 20:00 - Sun 22 Nov 03:00 UTC", At: at(9)}}
	s.UsersOff = farm.UsersOff{Earlier: []farm.Outage{{Since: at(4), Until: at(9)}}}
	return s
}

// afterWindow goes on although its window has closed, was extended, and is over again.
func afterWindow(s farm.Status) farm.Status {
	s = inWindow(s)
	s.Window.Extend(farm.Decision{Who: "erin", Reason: "carol is on her way", Until: at(400)}, at(350), s.Plan)
	s.Window.AtRisk, s.Window.Risk, s.Window.Closed = at(380), "users are expected back 1h0m0s after the window closes", at(400)
	return s
}

// windowScreens are the views of windows the tests print.
func windowScreens(t *testing.T) map[string]view.Screenable {
	t.Helper()
	file := rolloutFile(contoso)
	file.Windows, file.Freezes, file.RestoreNeeds = saturdayNight.Windows, saturdayNight.Freezes, saturdayNight.RestoreNeeds
	plan := farm.NewPlan(contoso, release, file.Gates)
	planned := func(minutes int) view.Plan {
		o, err := saturdayNight.At(at(minutes), plan.Room(saturdayNight.RestoreNeeds), time.LoadLocation)
		require.NoError(t, err)
		return view.FromPlan(file, release, contoso, plan, nil).InWindow(saturdayNight, plan, o)
	}
	return map[string]view.Screenable{
		"window-plan":         planned(0),
		"window-plan-waits":   planned(300),
		"window-backup":       view.FromStatus(inWindow(backedUp(contoso)), at(31)),
		"window-gate":         view.FromStatus(inWindow(waiting(contoso)), at(96)),
		"window-intervention": view.FromStatus(inWindow(stuck(contoso)), at(240)),
		"window-waits":        view.FromStatus(beforeWindow(begun(contoso)), at(30)),
		"window-closed":       view.FromStatus(afterWindow(waiting(contoso)), at(420)),
		"window-gates":        view.Gates([]farm.Status{inWindow(waiting(contoso))}, "", at(96)),
		"window-rollout":      view.FromRollout(rolloutOf(beforeWindow(begun(contoso)), renamed(inWindow(waiting(contoso)), "other")), []farm.Status{beforeWindow(begun(contoso)), renamed(inWindow(waiting(contoso)), "other")}, at(96)),
	}
}

func TestScreensOfWindows(t *testing.T) {
	for name, v := range windowScreens(t) {
		t.Run(name, func(t *testing.T) {
			golden(t, name+".txt", []byte(printed(t, v, view.Style{Zone: berlin})))
		})
	}
}

// TestWindowOfAQuestion: the latest answer leaves time for the work that is left, and before the first installer for a
// back-out as well.
func TestWindowOfAQuestion(t *testing.T) {
	f := view.FromStatus(inWindow(waiting(contoso)), at(96))
	require.Equal(t, at(360), f.Window.Close)
	require.Equal(t, view.Seconds(264*60), f.Window.Left)
	require.Equal(t, at(230), f.Window.BackOut)
	require.Zero(t, f.Window.Start, "the first installer has run")
	require.Equal(t, at(360).Add(-time.Duration(f.Left)*time.Second), f.Window.Answer)

	s := inWindow(backedUp(contoso))
	s.Questions = append(s.Questions, gate(farm.GateInstall, "Install", 30))
	f = view.FromStatus(s, at(31))
	require.Equal(t, f.Window.Start, f.Window.Answer)
	require.Equal(t, s.Plan.Deadlines(at(360), 130*time.Minute).Start, f.Window.Start)
}

// TestWindowIsOverForAnEndedFarm: nothing counts down any more.
func TestWindowIsOverForAnEndedFarm(t *testing.T) {
	f := view.FromStatus(inWindow(completed(contoso)), at(400))
	require.Zero(t, f.Window.Left)
	require.Zero(t, f.Window.Over)
	require.Zero(t, f.Window.BackOut)
}

// TestChangesOfAWindow are told as plain lines.
func TestChangesOfAWindow(t *testing.T) {
	look := func(s farm.Status, minutes int) view.Farm { return view.FromStatus(s, at(minutes)) }
	require.Contains(t, view.Changes(look(begun(contoso), 1), look(beforeWindow(begun(contoso)), 20)), "2026-11-21T21:20:00Z contoso-pwa waits for the window Sat 28 Nov 20:00 - Sun 29 Nov 03:00 UTC: outside every window")
	begins := view.Changes(look(backedUp(contoso), 31), look(inWindow(backedUp(contoso)), 32))
	require.Contains(t, begins[0], "first installer no later than 2026-11-2")
	ends := view.Changes(look(inWindow(waiting(contoso)), 340), look(afterWindow(waiting(contoso)), 420))
	require.Contains(t, ends, "2026-11-22T03:40:00Z contoso-pwa the window has closed; the update finishes forward")
}

// TestEvidenceOfAWindow has what the file says, what was used, and what people decided.
func TestEvidenceOfAWindow(t *testing.T) {
	s := afterWindow(waiting(contoso))
	s.Window.Missed = beforeWindow(begun(contoso)).Window.Missed
	s.UsersOff.Earlier = []farm.Outage{{Since: at(-20), Until: at(-10)}}
	var b strings.Builder
	e := view.Report(rolloutOf(s), []farm.Status{s}, view.ReportOptions{Printed: at(420)})
	require.NoError(t, e.Markdown(&b))
	for _, want := range []string{
		"Windows of contoso-pwa", "sat 20:00 to 03:00 UTC", "year end closing", "given up", "zone data 2026b", "first installer no later than",
		"by erin until", "carol is on her way", "closed on the update", "in a window that was given up",
	} {
		require.Contains(t, b.String(), want)
	}
	require.Equal(t, 10+(420-6), e.UsersOff[0].Evidence.OutageMinutes)
}

// TestExtendIsOffered past the point of no return alone.
func TestExtendIsOffered(t *testing.T) {
	offered := func(s farm.Status) bool {
		for _, a := range view.FromStatus(s, at(120)).Actions {
			if a.Choice == farm.ChoiceExtend {
				return true
			}
		}
		return false
	}
	require.False(t, offered(waiting(contoso)))
	require.False(t, offered(inWindow(backedUp(contoso))))
	require.True(t, offered(inWindow(midInstall(contoso))))
}
