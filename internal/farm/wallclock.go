package farm

import "time"

// wallClock is what a calendar and a clock on the wall show, without a zone.
type wallClock struct {
	year         int
	month        time.Month
	day          int
	hour, minute int
}

func wallClockOf(t time.Time) wallClock {
	return wallClock{t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute()}
}

// utc reads the wall clock as if its zone were UTC: for arithmetic alone.
func (c wallClock) utc() time.Time {
	return time.Date(c.year, c.month, c.day, c.hour, c.minute, 0, 0, time.UTC)
}

func (c wallClock) before(o wallClock) bool { return c.utc().Before(o.utc()) }

// on is the clock's time of day on a date.
func (c wallClock) on(date time.Time) wallClock {
	return wallClock{date.Year(), date.Month(), date.Day(), c.hour, c.minute}
}

// instants returns the first and the last moment at which a clock in the zone shows c. Most times of day occur once a
// day. Where clocks are set back, one hour occurs twice. Where they are set forward, an hour is left out: then both
// moments are that of the change, since what lies before c lies before the change, and what lies after c after it.
func (c wallClock) instants(zone *time.Location) (first, last time.Time) {
	guess := time.Date(c.year, c.month, c.day, c.hour, c.minute, 0, 0, zone)
	begin, end := guess.ZoneBounds()
	around := []time.Time{guess}
	if !begin.IsZero() {
		around = append(around, begin.Add(-time.Nanosecond))
	}
	if !end.IsZero() {
		around = append(around, end)
	}
	for _, near := range around {
		_, offset := near.Zone()
		t := c.utc().Add(-time.Duration(offset) * time.Second).In(zone)
		if wallClockOf(t) != c {
			continue
		}
		if first.IsZero() || t.Before(first) {
			first = t
		}
		if last.IsZero() || t.After(last) {
			last = t
		}
	}
	if first.IsZero() {
		first = c.leftOut(begin, end)
		last = first
	}
	return first, last
}

// leftOut is the change of the clocks that leaves c out: the one of two neighbouring changes that jumps over it.
func (c wallClock) leftOut(begin, end time.Time) time.Time {
	if !begin.IsZero() && !wallClockOf(begin).before(c) {
		return begin
	}
	return end
}
