package scenario

import (
	"math/rand/v2"
	"slices"
)

// widerStream is the stream of what worlds got later: servers that people run by hand, the modes of backups, maintenance
// windows and fleets. It has draws of its own, so that a seed's older part stays what it was.
const widerStream = 0x77696465722e3031

// The modes of backups besides the full one, as the rollout file spells them.
const (
	Differential = "differential"
	Proved       = "prove"
)

// widen adds to a world what Plain leaves out.
func (s *Scenario) widen() {
	g := &generator{rand.New(rand.NewPCG(s.Seed, widerStream))} //nolint:gosec // a seed is meant to be foreseeable
	g.backups(&s.Farm)
	if g.chance(25) {
		s.Farm.Servers[g.IntN(len(s.Farm.Servers))].Manual = true
	}
	s.Calendar = g.calendar()
	if g.chance(25) {
		s.fleet(g)
	}
}

// backups says who backs up what lies on each SQL Server of a farm, and how.
func (g *generator) backups(f *Farm) {
	for i := range f.SQL {
		f.SQL[i].Backup = pick(g, "", "", "", Differential, Proved)
	}
}

// Kinds names what the world has besides its plain part.
func (s Scenario) Kinds() []string {
	var kinds []string
	for _, f := range s.Farms() {
		for _, v := range f.Servers {
			if v.Manual {
				kinds = append(kinds, "a server run by hand")
			}
		}
		for _, q := range f.SQL {
			switch q.Backup {
			case Differential:
				kinds = append(kinds, "differential backups")
			case Proved:
				kinds = append(kinds, "backups by their administrator")
			}
		}
	}
	if len(s.Others) > 0 {
		kinds = append(kinds, "several farms")
	}
	if s.Calendar != Always {
		kinds = append(kinds, string(s.Calendar))
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}
