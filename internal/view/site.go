package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// Site is the network of some farms, and whether a worker serves it: only a worker inside that network reaches them.
type Site struct {
	Name string `json:"name"`
	// Workers is how many serve it now. With none, what is due there waits; Temporal loses nothing of it, and jobs on servers go on.
	Workers int `json:"workers"`
	// LastSeen is when one asked Temporal for work last; zero when none did for some minutes.
	LastSeen time.Time `json:"last_seen,omitzero"`
	// Busy is how many activities its workers do where all their places are taken: they ask for no more work until one is free.
	Busy int `json:"busy,omitempty"`
	// Unreported says that nobody asked for work lately and that Temporal does not say whether a worker is there and busy.
	Unreported bool `json:"unreported,omitempty"`
	// Farms are those of what is shown that have not ended.
	Farms []string `json:"farms,omitempty"`
}

// SitesOf are the sites of the farms that have not ended, by name, for whoever finds out their workers.
func SitesOf(farms []Farm) []Site {
	var out []Site
	for _, f := range farms {
		if f.Outcome != "" || f.Site == "" {
			continue
		}
		i, found := slices.BinarySearchFunc(out, f.Site, func(s Site, name string) int { return strings.Compare(s.Name, name) })
		if !found {
			out = slices.Insert(out, i, Site{Name: f.Site})
		}
		out[i].Farms = append(out[i].Farms, f.Name)
	}
	return out
}

// AtSites is f with what is known of the worker of its site.
func (f Farm) AtSites(sites []Site) Farm {
	f.Sites = sites
	return f
}

// AtSites is r with what is known of the workers of its farms' sites.
func (r Rollout) AtSites(sites []Site) Rollout {
	r.Sites = sites
	return r
}

// Served reports whether a worker is there.
func (s Site) Served() bool { return s.Workers > 0 }

// full says that a site's workers have no place free, and what to do.
func (s Site) full() string {
	return fmt.Sprintf("site %s: its %s busy with %d activities, all that may run there at once; what else is due at %s waits its turn; for more: activities.parallel, or another worker",
		s.Name, workersAre(s.Workers), s.Busy, farm.Count(len(s.Farms)))
}

func workersAre(n int) string {
	if n == 1 {
		return "worker is"
	}
	return fmt.Sprintf("%d workers are", n)
}

// lost says that nobody serves a site, and what to do.
func (s Site) lost(now time.Time) string {
	since := "no worker for some minutes"
	if !s.LastSeen.IsZero() {
		since = fmt.Sprintf("no worker, the last one asked for work %s ago", between(s.LastSeen, now))
	}
	if s.Unreported {
		since += " (or one that is busy with all it may do at once: this Temporal does not tell)"
	}
	return fmt.Sprintf("site %s: %s; nothing is lost, what is due at %s waits; start one there: worker --site %s", s.Name, since, farm.Count(len(s.Farms)), s.Name)
}

// screenSites prints the sites that nobody serves, and those whose workers have no place free.
func screenSites(p *printer, sites []Site, now time.Time) {
	for _, s := range sites {
		switch {
		case !s.Served():
			p.text(MarkNeedsOperator, s.lost(now))
		case s.Busy > 0:
			p.text(MarkNone, s.full())
		}
	}
}

// SiteChanges are the sites that lost their last worker, or have one again, as plain lines for output that is no terminal.
func SiteChanges(old, current []Site, now time.Time) []string {
	var out []string
	for _, s := range current {
		i := slices.IndexFunc(old, func(o Site) bool { return o.Name == s.Name })
		before := i < 0 || old[i].Served()
		switch at := now.UTC().Format(time.RFC3339); {
		case before && !s.Served():
			out = append(out, at+" "+clean(s.lost(now)))
		case !before && s.Served():
			out = append(out, at+" "+clean(fmt.Sprintf("site %s: a worker is there again", s.Name)))
		}
	}
	return out
}
