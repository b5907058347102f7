package farm

import (
	"fmt"
	"slices"
	"strings"
)

// SiteLimit is how many farms of a site are updated at once.
type SiteLimit struct {
	Site        string `json:"site"`
	MaxParallel int    `json:"max_parallel"`
}

// siteRoom counts how many more farms each site takes. Sites without a limit are not in it.
type siteRoom map[string]int

// siteRoom is the room of the sites now: farms of all waves count.
func (s *RolloutStatus) siteRoom() siteRoom {
	room := siteRoom{}
	for _, l := range s.SiteLimits {
		room[l.Site] = l.MaxParallel
	}
	for i := range s.Farms {
		if _, limited := room[s.Farms[i].Site]; limited && s.Farms[i].State == RunRunning {
			room[s.Farms[i].Site]--
		}
	}
	return room
}

// take takes room for a farm of a site; false when there is none.
func (r siteRoom) take(site string) bool {
	left, limited := r[site]
	if limited && left <= 0 {
		return false
	}
	if limited {
		r[site]--
	}
	return true
}

// fullSites says which sites hold farms up, in words; nothing where none does.
func (s *RolloutStatus) fullSites(waiting map[string]int) string {
	var parts []string
	for _, l := range s.SiteLimits {
		if n := waiting[l.Site]; n > 0 {
			parts = append(parts, fmt.Sprintf("site %s is full: %s later", l.Site, Count(n)))
		}
	}
	return strings.Join(parts, ", ")
}

// setSiteLimit changes the limit of a site, or gives it one.
func (s *RolloutStatus) setSiteLimit(site string, parallel int) {
	s.SiteLimits = slices.Clone(s.SiteLimits)
	i := slices.IndexFunc(s.SiteLimits, func(l SiteLimit) bool { return l.Site == site })
	if i < 0 {
		s.SiteLimits = append(s.SiteLimits, SiteLimit{site, parallel})
		return
	}
	s.SiteLimits[i].MaxParallel = parallel
}

// hasSite reports whether a farm of the rollout is in a site.
func (s *RolloutStatus) hasSite(site string) bool {
	return slices.ContainsFunc(s.Farms, func(h FarmHandle) bool { return h.Site == site })
}

// limitedSites are the sites of a file with the limits as they are now.
func (s *RolloutStatus) limitedSites(sites []Site) []Site {
	sites = slices.Clone(sites)
	for _, l := range s.SiteLimits {
		i := slices.IndexFunc(sites, func(site Site) bool { return site.Name == l.Site })
		if i < 0 {
			i, sites = len(sites), append(sites, Site{Name: l.Site})
		}
		sites[i].MaxParallel = l.MaxParallel
	}
	return sites
}
