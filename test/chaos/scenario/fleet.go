package scenario

import (
	"fmt"
	"slices"
)

// Wave is one of the rollout's waves; without any, all farms are one.
type Wave struct {
	Name   string
	Farms  []string
	Canary string
	// Parallel is how many of its farms are updated at once; zero: as many as the rollout allows.
	Parallel int
}

// Farms are all farms of the rollout. Faults and kills are the first one's: the others suffer what everybody suffers, such as
// a worker that dies.
func (s Scenario) Farms() []Farm { return append([]Farm{s.Farm}, s.Others...) }

// fleet puts the farm into a rollout with others, in waves or side by side.
func (s *Scenario) fleet(g *generator) {
	for i := range pick(g, 1, 1, 2, 3) {
		s.Others = append(s.Others, g.neighbour(string(rune('B'+i)), s.Farm))
	}
	names := make([]string, 0, 1+len(s.Others))
	for _, f := range s.Farms() {
		names = append(names, f.Name)
	}
	g.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	s.Parallel = pick(g, 0, 0, 1, 2)
	if g.chance(30) {
		return
	}
	for rest := names; len(rest) > 0; {
		n := g.between(1, len(rest))
		w := Wave{Name: fmt.Sprintf("wave-%d", len(s.Waves)+1), Farms: slices.Clone(rest[:n]), Parallel: pick(g, 0, 0, 1)}
		if g.chance(30) {
			w.Canary = pick(g, w.Farms...)
		}
		s.Waves, rest = append(s.Waves, w), rest[n:]
	}
}

// neighbour is a small farm, with names of its own throughout: the journal has no other way to tell farms apart. Its databases may
// lie on a SQL Server of the first farm.
func (g *generator) neighbour(letter string, first Farm) Farm {
	f := Farm{Name: "chaos-" + letter, Layout: "a small farm", Configuration: "SharePoint_Config_" + letter}
	central := []string{central, application}
	if g.chance(50) {
		central = append(central, frontEnd)
	} else {
		f.Servers = append(f.Servers, g.server(letter+"WFE01", []string{frontEnd}))
	}
	f.Servers = append(f.Servers, g.server(letter+"CA01", central))
	q := SQLServer{Name: letter + "SQL01", Encrypt: pick(g, "login", "required", "none")}
	if g.chance(50) {
		q = first.SQL[0]
		q.Shared = true
	}
	q.Databases = []Database{{"WSS_Content_" + letter, g.between(500, 5000)}}
	f.SQL = []SQLServer{q}
	f.Projects = []Project{{Name: "PWA" + letter, On: q.Name}}
	g.backups(&f)
	return f
}
