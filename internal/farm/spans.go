package farm

import (
	"slices"
	"time"
)

// stretch is a span and the zone it is told in.
type stretch struct {
	open, close time.Time
	zone        *time.Location
}

// opened are the stretches of windows that touch [from, to), joined and in order. Without windows there is one
// stretch with all of it. A window opens at the last moment that its From may mean and closes at the first that its To
// may mean: where clocks are set back, the hour that occurs twice is outside.
func opened(windows []period, from, to time.Time) []stretch {
	if len(windows) == 0 {
		return []stretch{{from, to, time.UTC}}
	}
	var all []stretch
	for _, w := range windows {
		all = append(all, w.stretches(from, to, func(begin, end wallClock) (time.Time, time.Time) {
			_, open := begin.instants(w.zone)
			closed, _ := end.instants(w.zone)
			return open, closed
		})...)
	}
	return joined(all)
}

// frozen are the stretches of freezes, as wide as their times may mean.
func frozen(freezes []period, from, to time.Time) []stretch {
	var all []stretch
	for _, f := range freezes {
		all = append(all, f.stretches(from, to, func(begin, end wallClock) (time.Time, time.Time) {
			open, _ := begin.instants(f.zone)
			_, closed := end.instants(f.zone)
			return open, closed
		})...)
	}
	return joined(all)
}

// stretches are the occurrences of a period that touch [from, to).
func (p period) stretches(from, to time.Time, between func(begin, end wallClock) (time.Time, time.Time)) []stretch {
	var out []stretch
	add := func(begin, end wallClock) {
		open, closed := between(begin, end)
		if open.Before(closed) && closed.After(from) && open.Before(to) {
			out = append(out, stretch{open, closed, p.zone})
		}
	}
	if !p.weekly {
		add(p.from, p.to)
		return out
	}
	// Dates are counted in UTC, where each day has 24 hours; two days around make up for every zone.
	for date := from.UTC().AddDate(0, 0, -2); date.Before(to.AddDate(0, 0, 2)); date = date.AddDate(0, 0, 1) {
		if !p.days[date.Weekday()] {
			continue
		}
		last := date
		if p.overnight {
			last = date.AddDate(0, 0, 1)
		}
		add(p.from.on(date), p.to.on(last))
	}
	return out
}

// joined puts stretches in order and joins those that touch.
func joined(all []stretch) []stretch {
	slices.SortStableFunc(all, func(a, b stretch) int { return a.open.Compare(b.open) })
	var out []stretch
	for _, s := range all {
		if n := len(out) - 1; n >= 0 && !s.open.After(out[n].close) {
			if s.close.After(out[n].close) {
				out[n].close = s.close
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

// without cuts the stretches of cuts out of others; both are joined.
func without(spans, cuts []stretch) []stretch {
	var out []stretch
	for _, s := range spans {
		for _, c := range cuts {
			if !c.close.After(s.open) || !c.open.Before(s.close) {
				continue
			}
			if c.open.After(s.open) {
				out = append(out, stretch{s.open, c.open, s.zone})
			}
			s.open = c.close
			if !s.open.Before(s.close) {
				break
			}
		}
		if s.open.Before(s.close) {
			out = append(out, s)
		}
	}
	return out
}
