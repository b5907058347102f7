package view

import (
	"slices"
	"time"

	"farmhand/internal/farm"
)

// TimelineEvidence is what happened, line by line and as a drawing, with how far each clock was off: the ninth section.
type TimelineEvidence struct {
	Entries []TimelineLine `json:"entries,omitempty"`
	Clocks  []ClockOffset  `json:"clock_offsets,omitempty"`

	drawing *chart
}

// TimelineLine is a line of what happened, in UTC and in local time.
type TimelineLine struct {
	farm.TimelineEntry
	Local string `json:"local"`
}

// ClockOffset is how far the clock of a server was ahead of the worker's when preflight looked; times of the timeline
// are the worker's.
type ClockOffset struct {
	Server string        `json:"server"`
	Offset time.Duration `json:"offset"`
}

func timelineEvidence(k audited) TimelineEvidence {
	s := k.status
	var t TimelineEvidence
	for _, x := range append(slices.Clone(s.Timeline), underWay(s)...) {
		t.Entries = append(t.Entries, TimelineLine{x, x.At.In(k.zone).Format("Mon 15:04:05 MST")})
	}
	slices.SortStableFunc(t.Entries, func(a, b TimelineLine) int { return a.At.Compare(b.At) })
	for _, f := range s.Facts.Servers {
		t.Clocks = append(t.Clocks, ClockOffset{f.Server, f.ClockOffset})
	}
	t.drawing = chartOf(k, t.Entries)
	return t
}

// underWay are the steps that have no line in the timeline yet, since they still run.
func underWay(s farm.Status) []farm.TimelineEntry {
	var out []farm.TimelineEntry
	for _, v := range s.Servers {
		if v.Doing != "" && s.Outcome == "" {
			out = append(out, farm.TimelineEntry{At: v.DoingSince, Server: v.Name, Kind: "step", What: v.Doing + " (under way)"})
		}
	}
	return out
}

func (e Evidence) layTimeline(d *document) {
	lay(d, e.Timeline, func(t TimelineEvidence) {
		if len(t.Entries) == 0 {
			return
		}
		if t.drawing != nil {
			d.section(3, "").Chart = t.drawing
		}
		var clocks, events [][]string
		for _, c := range t.Clocks {
			clocks = append(clocks, []string{c.Server, c.Offset.Round(time.Second).String()})
		}
		for _, x := range t.Entries {
			took := ""
			if !x.Until.IsZero() {
				took = between(x.At, x.Until).String()
			}
			events = append(events, []string{utc(x.At), x.Local, x.Server, x.Kind, x.What, took})
		}
		d.tabulate("", []string{"UTC", "local", "server", "kind", "what", "took"}, events)
		d.tabulate("Clock offsets", []string{"server", "ahead of the worker by"}, clocks)
	})
}
