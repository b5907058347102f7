package scenario

import "time"

// Calendar is when the farms of a scenario may be changed, relative to when it is played.
type Calendar string

// The calendars.
const (
	Always     Calendar = ""
	EveryDay   Calendar = "a window that is always open"
	OpensSoon  Calendar = "a window that opens in a minute or two"
	Overridden Calendar = "a freeze that a person overrides"
)

// Emergency is the person who may override windows and freezes, and does.
const Emergency = "grace"

func (g *generator) calendar() Calendar {
	switch n := g.IntN(100); {
	case n < 15:
		return Overridden
	case n < 25:
		return EveryDay
	case n < 29:
		return OpensSoon
	}
	return Always
}

// render writes the calendar into the rollout file, for a run that begins at a moment.
func (c Calendar) render(line func(string, ...any), now time.Time) {
	minute := func(d time.Duration) string { return now.UTC().Truncate(time.Minute).Add(d).Format("2006-01-02 15:04") }
	const days = 24 * time.Hour
	if c != Always {
		line("restore_needs: 1h")
	}
	switch c {
	case EveryDay:
		line("windows:\n  - {days: [mon, tue, wed, thu, fri, sat, sun], from: '00:00', to: '24:00', zone: UTC}")
	case OpensSoon:
		line("windows:\n  - {from: '%s', to: '%s', zone: UTC}", minute(2*time.Minute), minute(3*days))
	case Overridden:
		line("freezes:\n  - {from: '%s', to: '%s', zone: UTC, reason: the books are closed}", minute(-days), minute(days))
		line("emergency: [%s]", Emergency)
	case Always:
	}
}
