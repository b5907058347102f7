package view

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// chart is a farm's run as a drawing: phases and servers as lanes, gates as diamonds, users off as shade.
// All lengths are in the drawing's own units.
type chart struct {
	Width, Height float64
	Left          float64 // where time begins
	Top           float64
	Lanes         []lane
	Bars          []bar
	Points        []point
	Ticks         []tick
	Shade         *bar // users off
	NoReturn      *tick
	Legend        []string
	Alt           string
}

type lane struct {
	Name string
	Y    float64
	Odd  bool
}

type bar struct {
	X, Y, W, H float64
	Class      string
	Text       string // inside, where it fits
	Title      string
}

type point struct {
	X, Y  float64
	Shape string // diamond, warning, dot
	Title string
}

type tick struct {
	X    float64
	Text string
}

const (
	chartWidth = 1120
	chartLeft  = 150
	chartRight = 16
	chartTop   = 44
	laneHeight = 24
)

// drawing places times on a chart.
type drawing struct {
	chart
	start, end time.Time
	zone       *time.Location
	lanes      map[string]float64
}

// chartOf draws a farm's run, nil when nothing has begun.
func chartOf(k audited, entries []TimelineLine) *chart {
	f := k.shown
	d := drawing{start: f.Started, end: endOr(f.Finished, k.printed), zone: k.zone, lanes: map[string]float64{}}
	for _, t := range entries {
		if end := endOr(t.Until, t.At); end.After(d.end) {
			d.end = end
		}
	}
	if d.start.IsZero() || !d.end.After(d.start) {
		return nil
	}
	d.Width, d.Left, d.Top = chartWidth, chartLeft, chartTop
	d.addLane("phases")
	d.addLane("people")
	for _, s := range f.Servers {
		d.addLane(s.Name)
	}
	for _, t := range entries {
		if t.Server != "" {
			d.addLane(t.Server)
		}
	}
	d.Height = d.Top + float64(len(d.Lanes))*laneHeight + 8
	d.axis()
	d.phases(f)
	for _, t := range entries {
		d.entry(t)
	}
	if u := f.UsersOff; !u.Since.IsZero() {
		end := endOr(u.Until, d.end)
		d.Shade = &bar{X: d.x(u.Since), Y: 20, W: d.x(end) - d.x(u.Since), H: d.Height - 20, Text: "users off " + u.Elapsed.String()}
	}
	if !f.NoReturn.IsZero() {
		d.NoReturn = &tick{X: d.x(f.NoReturn), Text: "no return"}
	}
	d.Alt = fmt.Sprintf("Timeline of %s from %s, %s long", f.Name, utc(f.Started), between(d.start, d.end))
	return &d.chart
}

func (d *drawing) addLane(name string) {
	if _, ok := d.lanes[name]; ok {
		return
	}
	y := d.Top + float64(len(d.Lanes))*laneHeight
	d.lanes[name] = y
	d.Lanes = append(d.Lanes, lane{Name: clip(clean(name), 20), Y: y, Odd: len(d.Lanes)%2 == 1})
}

func (d *drawing) x(t time.Time) float64 {
	share := float64(t.Sub(d.start)) / float64(d.end.Sub(d.start))
	return math.Round(10*(chartLeft+min(1, max(0, share))*(chartWidth-chartLeft-chartRight))) / 10
}

// axis puts a tick at round local times, at most a dozen.
func (d *drawing) axis() {
	span := d.end.Sub(d.start)
	step := 24 * time.Hour
	for _, s := range []time.Duration{
		time.Second, 5 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour,
	} {
		if span/s <= 12 {
			step = s
			break
		}
	}
	for span/step > 12 {
		step *= 2
	}
	layout := "15:04"
	switch {
	case step < time.Minute:
		layout = "15:04:05"
	case span > 20*time.Hour:
		layout = "Mon 15:04"
	}
	for t := d.start.Truncate(step).Add(step); !t.After(d.end); t = t.Add(step) {
		d.Ticks = append(d.Ticks, tick{d.x(t), t.In(d.zone).Format(layout)})
	}
}

func (d *drawing) phases(f Farm) {
	y := d.lanes["phases"]
	for i, p := range f.Phases {
		if p.Started.IsZero() {
			continue
		}
		end := endOr(p.Finished, d.end)
		class := "phase"
		if i%2 == 1 {
			class = "phase even"
		}
		if p.Mark == MarkFailed {
			class = "failed"
		}
		b := d.bar(y, p.Started, end, class, fmt.Sprintf("%d %s, %s", i+1, p.Name, p.Elapsed))
		for _, text := range []string{fmt.Sprintf("%d %s", i+1, p.Name), fmt.Sprint(i + 1)} {
			if float64(len(text))*6.2+6 <= b.W {
				b.Text = text
				break
			}
		}
		d.Bars = append(d.Bars, b)
		d.Legend = append(d.Legend, fmt.Sprintf("%d %s %s", i+1, p.Name, p.Elapsed))
	}
}

// bar is at least wide enough to be seen.
func (d *drawing) bar(y float64, from, to time.Time, class, title string) bar {
	x := d.x(from)
	return bar{X: x, Y: y + 4, W: max(2, d.x(to)-x), H: laneHeight - 8, Class: class, Title: clean(title)}
}

func (d *drawing) entry(t TimelineLine) {
	title := clean(t.What) + ", " + t.Local
	switch t.Kind {
	case "gate", "intervention":
		y := d.lanes["people"]
		d.Bars = append(d.Bars, d.bar(y, t.At, endOr(t.Until, d.end), "wait", title))
		shape := "diamond"
		if t.Kind == "intervention" {
			shape = "warning"
		}
		d.Points = append(d.Points, point{d.x(t.At), y + laneHeight/2, shape, t.Kind + ": " + title})
	case "decision":
		d.Points = append(d.Points, point{d.x(t.At), d.lanes["people"] + laneHeight/2, "dot", "decision: " + title})
	case "finding":
		d.Points = append(d.Points, point{d.x(t.At), d.lane(t.Server) + laneHeight/2, "warning", title})
	case "step", "reboot":
		if t.Server != "" {
			d.Bars = append(d.Bars, d.bar(d.lane(t.Server), t.At, endOr(t.Until, d.end), stepClass(t.What), t.Server+": "+title+", "+between(t.At, endOr(t.Until, d.end)).String()))
		}
	}
}

// lane is where a server's entries go; what belongs to no server stands with the people.
func (d *drawing) lane(server string) float64 {
	if y, ok := d.lanes[server]; ok && server != "" {
		return y
	}
	return d.lanes["people"]
}

// stepClass is how a step is drawn, by what it is.
func stepClass(what string) string {
	switch {
	case strings.HasPrefix(what, "install "):
		return "package"
	case strings.Contains(what, "wizard"):
		return "wizard"
	case strings.Contains(what, "boot"):
		return "reboot"
	case strings.HasPrefix(what, "back up"):
		return "backup"
	default:
		return "step"
	}
}
