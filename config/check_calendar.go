package config

import (
	"time"
	_ "time/tzdata" // a computer without zone data reads the same windows

	"farmhand/internal/farm"
)

// checkSites checks what the file says of sites. One that no farm is in would be windows that hold nobody.
func (n *notes) checkSites(r farm.Rollout) {
	var used, keys, names []string
	for _, f := range r.Farms {
		used = append(used, f.Site)
	}
	for i, s := range r.Sites {
		key := element("sites", i)
		keys, names = append(keys, key+".name"), append(names, s.Name)
		n.checkName(key+".name", s.Name)
		n.checkReference(key+".name", s.Name, "a farm of site", used, n.brokenNames("farms", "site"))
		n.checkTimes(key+".", s.Windows, s.Freezes)
		if s.MaxParallel < 0 || s.MaxParallel > farm.MaxParallelFarms {
			n.wrong(key+".max_parallel", "%d is out of range; want 1 to %d farms at once, or leave it out", s.MaxParallel, farm.MaxParallelFarms)
		}
	}
	n.checkUnique("site", keys, names)
	n.checkTimes("", r.Windows, r.Freezes)
	for i, f := range r.Farms {
		n.checkTimes(element("farms", i)+".", f.Windows, f.Freezes)
	}
	keys = nil
	for i, who := range r.Emergency {
		keys = append(keys, element("emergency", i))
		n.checkPerson(keys[i], who)
	}
	n.checkUnique("person", keys, r.Emergency)
}

// checkTimes checks windows and freezes one by one.
func (n *notes) checkTimes(prefix string, windows []farm.Window, freezes []farm.Freeze) {
	for i, w := range windows {
		for _, wrong := range w.Check(time.LoadLocation) {
			n.wrong(element(prefix+"windows", i)+"."+wrong.Key, "%s", wrong.Message)
		}
	}
	for i, f := range freezes {
		for _, wrong := range f.Check(time.LoadLocation) {
			n.wrong(element(prefix+"freezes", i)+"."+wrong.Key, "%s", wrong.Message)
		}
	}
}

// checkCalendars holds each farm's windows against its plan. Where several farms take a window from the rollout or
// from a site, one mistake stands for all.
func (n *notes) checkCalendars(r farm.Rollout, rel farm.Release) {
	said := map[string]bool{}
	once := func(key, format string, args ...any) {
		if !said[key] {
			said[key] = true
			n.wrong(key, format, args...)
		}
	}
	for i, f := range r.Farms {
		c := r.Calendar(f)
		if _, err := c.At(time.Time{}, 0, time.LoadLocation); err != nil || c.Always() {
			continue // said already, or nothing to hold
		}
		windows, at := n.calendarKeys(r, f, element("farms", i))
		if c.RestoreNeeds == 0 {
			once(at+"restore_needs", "missing; say how long a back-out takes (databases and servers restored), like 2h: the first package must start early enough before a window closes")
			continue
		}
		if c.Frozen(time.LoadLocation) {
			once(windows, "nothing is left of the windows: freezes cover all of them")
		}
		room := farm.NewPlan(f, rel, r.Gates).Room(c.RestoreNeeds)
		for j, w := range c.Windows {
			if longest := c.Longest(w, time.LoadLocation); longest < room {
				once(element(windows, j), "the window is %s long, and the plan of %s takes %s with restore_needs %s at its end; want a longer window, or one that touches it",
					spell(longest), f.Name, spell(room), spell(c.RestoreNeeds))
			}
		}
	}
}

// calendarKeys finds where a farm's windows are written, and the mapping that its times come from.
func (n *notes) calendarKeys(r farm.Rollout, f farm.Farm, farmKey string) (windows, at string) {
	siteKey := ""
	for i, s := range r.Sites {
		if s.Name == f.Site && (len(s.Windows) > 0 || len(s.Freezes) > 0) {
			siteKey = element("sites", i)
			if len(s.Windows) > 0 && len(f.Windows) == 0 {
				return siteKey + ".windows", siteKey + "."
			}
		}
	}
	switch {
	case len(f.Windows) > 0:
		return farmKey + ".windows", farmKey + "."
	case len(r.Windows) > 0 || len(r.Freezes) > 0:
		return "windows", ""
	case siteKey != "":
		return siteKey + ".windows", siteKey + "."
	}
	return farmKey + ".windows", farmKey + "."
}

// spell is a duration in hours and minutes.
func spell(d time.Duration) string {
	text := d.Round(time.Minute).String()
	return text[:max(0, len(text)-len("0s"))]
}
