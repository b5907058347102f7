package farm

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"
)

// Calendar is when one farm may be changed: inside one of its windows, if it has any, and outside every freeze.
type Calendar struct {
	Windows []Window `json:"windows,omitempty"`
	Freezes []Freeze `json:"freezes,omitempty"`
	// RestoreNeeds is how long a back-out of the farm takes; nobody but its owner knows (databases and servers).
	RestoreNeeds time.Duration `json:"restore_needs,omitempty"`
}

// Calendar returns what holds for a farm: its own windows, else those of its site, else those of the rollout; the
// freezes of all three; and the nearest restore_needs.
func (r Rollout) Calendar(f Farm) Calendar {
	site := r.SiteOf(f)
	c := Calendar{
		Windows: f.Windows, Freezes: slices.Concat(r.Freezes, site.Freezes, f.Freezes),
		RestoreNeeds: cmp.Or(f.RestoreNeeds, site.RestoreNeeds, r.RestoreNeeds),
	}
	if len(c.Windows) == 0 {
		c.Windows = site.Windows
	}
	if len(c.Windows) == 0 {
		c.Windows = r.Windows
	}
	return c
}

// WithoutWindows returns the rollout with neither windows nor freezes: for a rehearsal, which changes no real farm.
func (r Rollout) WithoutWindows() Rollout {
	r.Windows, r.Freezes = nil, nil
	r.Sites, r.Farms = slices.Clone(r.Sites), slices.Clone(r.Farms)
	for i := range r.Sites {
		r.Sites[i].Windows, r.Sites[i].Freezes = nil, nil
	}
	for i := range r.Farms {
		r.Farms[i].Windows, r.Farms[i].Freezes = nil, nil
	}
	return r
}

// SiteOf returns what the file says of a farm's site; nothing where it does not name it.
func (r Rollout) SiteOf(f Farm) Site {
	for _, s := range r.Sites {
		if s.Name == f.Site {
			return s
		}
	}
	return Site{Name: f.Site}
}

// Always reports whether the farm may be changed at any time: it has neither windows nor freezes.
func (c Calendar) Always() bool { return len(c.Windows) == 0 && len(c.Freezes) == 0 }

// Span is a time during which a farm may be changed: from Open on, and no longer at Close. A zero Close is beyond the
// horizon of what was looked at.
type Span struct {
	Open  time.Time `json:"open"`
	Close time.Time `json:"close,omitzero"`
}

// Holds reports whether the span has room for as much work as that from the moment on.
func (s Span) Holds(from time.Time, work time.Duration) bool {
	return !from.Before(s.Open) && (s.Close.IsZero() || !from.Add(work).After(s.Close))
}

// Opening is where a moment lies in a calendar, as instants: whoever computed it had the zone data.
type Opening struct {
	At   time.Time `json:"at"`
	Open bool      `json:"open"`
	// Window is the time around At during which the farm may be changed, zero when it may not; Says is it in words
	// and in its zone, and Ends says which freeze cuts it.
	Window Span   `json:"window,omitzero"`
	Says   string `json:"says,omitempty"`
	Ends   string `json:"ends,omitempty"`
	// Why says why the farm may not be changed at At.
	Why string `json:"why,omitempty"`
	// Next opens after At and has the room that was asked for; zero when there is none within the horizon.
	Next     Span   `json:"next,omitzero"`
	NextSays string `json:"next_says,omitempty"`
	// ZoneData says which time zone data this was computed with.
	ZoneData string `json:"zone_data,omitempty"`
}

// horizon is how far ahead a calendar is computed. A window that opens later is reported as none.
const horizon = 2 * 366 * 24 * time.Hour

// At says where a moment lies, and which window comes next that is room long.
func (c Calendar) At(at time.Time, room time.Duration, zones Zones) (Opening, error) {
	windows, freezes, err := c.read(zones)
	if err != nil {
		return Opening{}, err
	}
	end := at.Add(horizon)
	whole := opened(windows, at, end)
	spans := without(whole, frozen(freezes, at, end))
	o := Opening{At: at}
	for _, s := range spans {
		span := Span{s.open, s.close}
		if !s.close.Before(end) {
			span.Close = time.Time{}
		}
		switch {
		case !at.Before(s.open) && at.Before(s.close):
			o.Open, o.Window, o.Says = true, span, span.says(s.zone)
			o.Ends = c.freezeAt(freezes, s.close)
		case s.open.After(at) && o.Next.Open.IsZero() && s.close.Sub(s.open) >= room:
			o.Next, o.NextSays = span, span.says(s.zone)
		}
	}
	if !o.Open {
		if o.Why = c.freezeAt(freezes, at); o.Why == "" {
			o.Why = "outside every window"
		}
	}
	return o, nil
}

// Longest returns the longest time without a break that a window belongs to, joined with the windows it touches,
// freezes left out: of a weekly window in a week without a change of clocks. Windows that cannot be read have none.
func (c Calendar) Longest(w Window, zones Zones) time.Duration {
	p, wrong := w.read(zones)
	if len(wrong) > 0 {
		return 0
	}
	at := time.Date(2026, time.January, 12, 0, 0, 0, 0, time.UTC)
	if !p.weekly {
		at, _ = p.from.instants(p.zone)
	}
	windows, _, err := Calendar{Windows: c.Windows}.read(zones)
	if err != nil {
		return 0
	}
	var longest time.Duration
	all := opened(windows, at, at.AddDate(0, 0, 14))
	for _, own := range opened([]period{p}, at, at.AddDate(0, 0, 7)) {
		for _, s := range all {
			if !own.open.Before(s.open) && !own.close.After(s.close) {
				longest = max(longest, s.close.Sub(s.open))
			}
		}
	}
	return longest
}

// Frozen reports whether no time of the dated windows is left by the freezes. Weekly windows outlast every freeze.
func (c Calendar) Frozen(zones Zones) bool {
	windows, freezes, err := c.read(zones)
	if err != nil || len(windows) == 0 || slices.ContainsFunc(windows, func(p period) bool { return p.weekly }) {
		return false
	}
	for _, w := range windows {
		from, _ := w.from.instants(w.zone)
		_, to := w.to.instants(w.zone)
		if len(without(opened([]period{w}, from, to), frozen(freezes, from, to))) > 0 {
			return false
		}
	}
	return true
}

// read reads every window and freeze, or says everything that is wrong with them.
func (c Calendar) read(zones Zones) (windows, freezes []period, err error) {
	var wrong []string
	for _, w := range c.Windows {
		p, mistakes := w.read(zones)
		windows = append(windows, p)
		for _, m := range mistakes {
			wrong = append(wrong, "window "+w.Says()+": "+m.Key+": "+m.Message)
		}
	}
	for _, f := range c.Freezes {
		p, mistakes := f.read(zones)
		freezes = append(freezes, p)
		for _, m := range mistakes {
			wrong = append(wrong, "freeze "+f.Says()+": "+m.Key+": "+m.Message)
		}
	}
	if len(wrong) > 0 {
		return nil, nil, errors.New(strings.Join(wrong, "; "))
	}
	return windows, freezes, nil
}

// freezeAt names the freeze that holds at a moment, or nothing.
func (c Calendar) freezeAt(freezes []period, at time.Time) string {
	for i, f := range freezes {
		for _, s := range frozen([]period{f}, at.Add(-time.Hour), at.Add(time.Hour)) {
			if !at.Before(s.open) && at.Before(s.close) {
				return "freeze " + c.Freezes[i].Says()
			}
		}
	}
	return ""
}

// says is a span in words, in the zone of its window.
func (s Span) says(zone *time.Location) string {
	const layout = "Mon 2 Jan 15:04"
	text := s.Open.In(zone).Format(layout) + " - "
	if s.Close.IsZero() {
		return text + "open end " + zone.String()
	}
	return text + s.Close.In(zone).Format(layout) + " " + zone.String()
}
