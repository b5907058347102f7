package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// fleet is one change over many farms, and what happens on the way.
type fleet struct {
	name  string
	began time.Time
	sites []site
	waves []wave
	farms []member
	// parallel is how many farms run at once over all waves.
	parallel int
	// fails is the farm on which an installer fails until an operator aborts its update.
	fails string
	// struck is the site whose worker is killed while it installs a package.
	struck string
}

// site is a network with a worker of its own.
type site struct {
	name, zone string
	// opens is when the site's window opens, thaws when its freeze ends; zero: it has none.
	opens, thaws time.Time
}

// wave is a wave of the rollout file.
type wave struct {
	name, canary string
	parallel     int // 0: the rollout's limit alone
	stopAfter    int // failures
	farms        []string
}

// member is one small farm: one or two servers and a SQL Server.
type member struct {
	name, site string
	two        bool
}

// The people of the file.
const (
	requester = "alice"
	operator  = "dave"
	// quorum is how many voices each gate wants.
	quorum = 2
)

// sizes are the fleets that can be rehearsed, made for a start at a moment.
var sizes = map[string]func(time.Time) fleet{"large": large, "small": small}

// large is the company of the documentation: three sites, the window of one and the freeze of another in the way of the first wave.
// The zones know no daylight saving time, so that local times mean one moment each.
func large(now time.Time) fleet {
	soon := nextMinute(now.Add(45 * time.Second))
	f := fleet{
		name: "fleet-40", began: now, parallel: 10, fails: "americas-05", struck: "emea",
		sites: []site{
			{name: "americas", zone: "America/Bogota", opens: now.Add(-time.Hour)},
			{name: "emea", zone: "Africa/Johannesburg", thaws: soon},
			{name: "apac", zone: "Asia/Singapore", opens: soon},
		},
	}
	f.wave(wave{name: "pilot", stopAfter: 1}, 2, 1, 1)
	f.wave(wave{name: "early", stopAfter: 2}, 3, 3, 2)
	f.wave(wave{name: "main", stopAfter: 2, parallel: 8}, 5, 6, 5)
	f.wave(wave{name: "rest", stopAfter: 2}, 4, 4, 4)
	return f
}

// small has one of everything but a wait: its window has been open for an hour.
func small(now time.Time) fleet {
	f := fleet{
		name: "fleet-6", began: now, parallel: 4, fails: "americas-03", struck: "emea",
		sites: []site{
			{name: "americas", zone: "America/Bogota", opens: now.Add(-time.Hour)},
			{name: "emea", zone: "Africa/Johannesburg", thaws: now.Add(-time.Minute).Truncate(time.Minute)},
		},
	}
	f.wave(wave{name: "pilot", stopAfter: 1}, 0, 1)
	f.wave(wave{name: "rest", stopAfter: 2}, 3, 2)
	return f
}

// wave adds a wave of so many new farms of each site. The first of them is its canary.
func (f *fleet) wave(w wave, ofSite ...int) {
	for i, n := range ofSite {
		s := f.sites[i]
		for range n {
			number := 1 + len(f.of(s.name))
			m := member{name: fmt.Sprintf("%s-%02d", s.name, number), site: s.name, two: number%2 == 0}
			f.farms = append(f.farms, m)
			w.farms = append(w.farms, m.name)
		}
	}
	w.canary = w.farms[0]
	f.waves = append(f.waves, w)
}

// of are the farms of a site.
func (f *fleet) of(site string) []member {
	var out []member
	for _, m := range f.farms {
		if m.site == site {
			out = append(out, m)
		}
	}
	return out
}

// waveOf is the wave of a farm.
func (f *fleet) waveOf(name string) wave {
	i := slices.IndexFunc(f.waves, func(w wave) bool { return slices.Contains(w.farms, name) })
	return f.waves[i]
}

// allowed is the first moment at which a site's farms may be changed.
func (s site) allowed() time.Time {
	if s.thaws.After(s.opens) {
		return s.thaws
	}
	return s.opens
}

// servers are the names of a farm's servers in the order of the wizard. They are unique over all farms.
func (m member) servers() []string {
	stem := strings.ToUpper(m.name)
	if m.two {
		return []string{stem + "-APP", stem + "-WEB"}
	}
	return []string{stem + "-APP"}
}

// web are the servers that users reach.
func (m member) web() []string { return m.servers()[len(m.servers())-1:] }

// nextMinute is the first whole minute at or after a moment: the rollout file knows minutes.
func nextMinute(t time.Time) time.Time { return t.Add(time.Minute - 1).Truncate(time.Minute) }
