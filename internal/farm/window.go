package farm

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Window is when a farm may be changed: every week, or once. All of it is wall clock time of its zone.
type Window struct {
	// Days are the weekdays on which a weekly window opens (mon to sun); none for a window of one date.
	Days []string `json:"days,omitempty" mapstructure:"days"`
	// From and To are HH:MM of a weekly window, and 2006-01-02 15:04 of one date. A weekly To that is not after From
	// is on the next day; 24:00 is the end of the day.
	From string `json:"from" mapstructure:"from"`
	To   string `json:"to" mapstructure:"to"`
	// Zone is a name of the IANA time zone database, such as Europe/Berlin.
	Zone string `json:"zone" mapstructure:"zone"`
}

// Freeze is when nobody may begin to change a farm, whatever its windows say. Its times are those of a dated window.
type Freeze struct {
	From string `json:"from" mapstructure:"from"`
	To   string `json:"to" mapstructure:"to"`
	Zone string `json:"zone" mapstructure:"zone"`
	// Reason is what people are told who wait.
	Reason string `json:"reason" mapstructure:"reason"`
}

// Site is what the farms of a network have in common.
type Site struct {
	Name         string        `json:"name" mapstructure:"name"`
	Windows      []Window      `json:"windows,omitempty" mapstructure:"windows"`
	Freezes      []Freeze      `json:"freezes,omitempty" mapstructure:"freezes"`
	RestoreNeeds time.Duration `json:"restore_needs,omitempty" mapstructure:"restore_needs"`
	// MaxParallel is how many farms of the site are updated at once; zero asks the limits of wave and rollout alone.
	MaxParallel int `json:"max_parallel,omitempty" mapstructure:"max_parallel"`
}

// Zones finds a time zone by its name, as time.LoadLocation does. Zone data differ between computers and change over
// time, so whoever calls decides where they come from.
type Zones func(name string) (*time.Location, error)

// Wrong is one mistake in a window or a freeze: its key, and what to write instead.
type Wrong struct{ Key, Message string }

// The layouts of times in windows and freezes.
const (
	clockLayout  = "15:04"
	momentLayout = "2006-01-02 15:04"
	endOfDay     = "24:00"
)

// weekdays are the words of Window.Days, in the order of time.Weekday.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// Check returns everything that is wrong with the window by itself.
func (w Window) Check(zones Zones) []Wrong {
	_, wrong := w.read(zones)
	return wrong
}

// Check returns everything that is wrong with the freeze by itself.
func (f Freeze) Check(zones Zones) []Wrong {
	_, wrong := f.read(zones)
	if strings.TrimSpace(f.Reason) == "" {
		wrong = append(wrong, Wrong{"reason", "missing; say why nothing may be changed: people who wait are told"})
	}
	return wrong
}

// Says is the window as its file has it, in one line.
func (w Window) Says() string {
	text := w.From + " to " + w.To + " " + w.Zone
	if len(w.Days) > 0 {
		text = strings.Join(w.Days, ", ") + " " + text
	}
	return text
}

// Says is the freeze as its file has it, in one line.
func (f Freeze) Says() string {
	return f.From + " to " + f.To + " " + f.Zone + ": " + f.Reason
}

// period is a window or a freeze that was read.
type period struct {
	zone *time.Location
	// weekly periods open on days at from, and end at to on the day after where overnight.
	weekly    bool
	days      [7]bool
	overnight bool
	from, to  wallClock
}

func (w Window) read(zones Zones) (period, []Wrong) {
	if len(w.Days) == 0 {
		return readDated(w.From, w.To, w.Zone, zones)
	}
	p := period{weekly: true}
	var wrong []Wrong
	for i, day := range w.Days {
		n := slices.Index(weekdays, strings.ToLower(strings.TrimSpace(day)))
		switch {
		case n < 0:
			wrong = append(wrong, Wrong{fmt.Sprintf("days[%d]", i), fmt.Sprintf("%q is no day of the week; want mon, tue, wed, thu, fri, sat or sun", day)})
		case p.days[n]:
			wrong = append(wrong, Wrong{fmt.Sprintf("days[%d]", i), day + " is listed twice"})
		default:
			p.days[n] = true
		}
	}
	from, to := Wrong{Key: "from"}, Wrong{Key: "to"}
	if t, err := time.Parse(clockLayout, w.From); err != nil {
		from.Message = fmt.Sprintf("%q is no time of day; want HH:MM, like 22:00 (a window of one date has no days)", w.From)
	} else {
		p.from = wallClock{hour: t.Hour(), minute: t.Minute()}
	}
	if t, err := time.Parse(clockLayout, w.To); w.To != endOfDay && err != nil {
		to.Message = fmt.Sprintf("%q is no time of day; want HH:MM, like 06:00, or 24:00 (a window of one date has no days)", w.To)
	} else if w.To == endOfDay {
		p.overnight = true
	} else {
		p.to = wallClock{hour: t.Hour(), minute: t.Minute()}
		p.overnight = !p.from.before(p.to)
	}
	if from.Message == "" && to.Message == "" && w.From == w.To {
		to.Message = "the window ends when it begins; a whole day is from 00:00 to 24:00"
	}
	zone, err := readZone(w.Zone, zones)
	p.zone = zone
	return p, said(wrong, from, to, err)
}

func (f Freeze) read(zones Zones) (period, []Wrong) { return readDated(f.From, f.To, f.Zone, zones) }

func readDated(from, to, zoneName string, zones Zones) (period, []Wrong) {
	zone, zoneWrong := readZone(zoneName, zones)
	p := period{zone: zone}
	fromWrong, toWrong := Wrong{Key: "from"}, Wrong{Key: "to"}
	const want = "want a date and a time, like 2026-11-28 22:00"
	if t, err := time.Parse(momentLayout, from); err != nil {
		fromWrong.Message = fmt.Sprintf("%q is no date with a time of day; %s", from, want)
	} else {
		p.from = wallClockOf(t)
	}
	if t, err := time.Parse(momentLayout, to); err != nil {
		toWrong.Message = fmt.Sprintf("%q is no date with a time of day; %s", to, want)
	} else {
		p.to = wallClockOf(t)
	}
	if fromWrong.Message == "" && toWrong.Message == "" && !p.from.before(p.to) {
		toWrong.Message = fmt.Sprintf("%s is not after %s", to, from)
	}
	return p, said(nil, fromWrong, toWrong, zoneWrong)
}

// readZone refuses what time.LoadLocation takes without a zone: nobody knows beforehand which worker's zone "Local" is.
func readZone(name string, zones Zones) (*time.Location, Wrong) {
	const want = "want a name of the IANA time zone database, like Europe/Berlin or UTC"
	switch {
	case strings.TrimSpace(name) == "":
		return nil, Wrong{"zone", "missing; " + want}
	case strings.EqualFold(name, "local"):
		return nil, Wrong{"zone", "Local is another zone on each computer; " + want}
	}
	zone, err := zones(name)
	if err != nil {
		return nil, Wrong{"zone", fmt.Sprintf("%q is no time zone known here; %s", name, want)}
	}
	return zone, Wrong{}
}

// said keeps the mistakes that have a message.
func said(wrong []Wrong, more ...Wrong) []Wrong {
	for _, w := range more {
		if w.Message != "" {
			wrong = append(wrong, w)
		}
	}
	return wrong
}
