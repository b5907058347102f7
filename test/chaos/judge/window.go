package judge

import (
	"slices"
	"strings"
	"time"
)

// window is when a farm may be changed, freeze when it may not: weekly, or once. Here all are of UTC.
type window struct {
	Days []string `json:"days"`
	From string   `json:"from"`
	To   string   `json:"to"`
}

const (
	dated = "2006-01-02 15:04"
	daily = "15:04"
)

// holds reports whether a moment lies in it.
func (w window) holds(at time.Time) bool {
	at = at.UTC()
	if len(w.Days) == 0 {
		from, err1 := time.Parse(dated, w.From)
		to, err2 := time.Parse(dated, w.To)
		return err1 == nil && err2 == nil && !at.Before(from) && at.Before(to)
	}
	from, to, now := w.From, w.To, at.Format(daily)
	on := func(day time.Time) bool { return slices.Contains(w.Days, strings.ToLower(day.Weekday().String()[:3])) }
	if to > from { // "24:00" is after every time of the day
		return on(at) && now >= from && now < to
	}
	return on(at) && now >= from || on(at.AddDate(0, 0, -1)) && now < to // into the next day
}

// windows: until the first package has begun, users are disconnected and packages begun only in a window and in no freeze, or after
// a person who may has overridden both. After it an update finishes forward, whatever the clock says.
func (e *Evidence) windows(v *verdict) {
	first := e.firstPackage()
	for _, ev := range e.events {
		name, mode := ev.service()
		begins := ev.Event == "service-start-mode" && name == publishing && mode == "manual"
		if first != nil && ev.Seq == first.start.Seq {
			begins = true
		}
		if begins && !e.open(ev.Time) {
			v.broken(Window, "%d: %s on %s, outside every window or in a freeze", ev.Seq, ev.Text, ev.Host)
		}
		if first != nil && ev.Seq >= first.start.Seq {
			return
		}
	}
}

// open reports whether the farm may be changed at a moment.
func (e *Evidence) open(at time.Time) bool {
	in := e.history.input.Rollout
	if slices.ContainsFunc(e.history.decisions, func(d decision) bool {
		return !d.refused && d.Choice == "override" && d.at.Before(at) && slices.ContainsFunc(in.Emergency, same(d.Who))
	}) {
		return true
	}
	holds := func(w window) bool { return w.holds(at) }
	return (len(in.Windows) == 0 || slices.ContainsFunc(in.Windows, holds)) && !slices.ContainsFunc(in.Freezes, holds)
}
