// Package scenario makes a whole hostile world from one number: a farm, its rollout, what is unusual and goes wrong in the
// simulated farm, when which process is killed, and how the operator behaves. The same seed makes the same scenario, as long as nothing here
// changes: another draw in the middle makes other worlds of all seeds, those of offenders.txt, too. What is new goes into
// wider.go, which draws from a stream of its own, and Plain is a seed's world without it.
//
// Read farm.go (layouts), faults.go (what goes wrong), kills.go (who is killed when), operator.go (how people decide),
// wider.go (backups, servers run by hand), calendar.go (windows), fleet.go (more farms) and render.go (the files that the
// programs read).
package scenario

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// Scenario is everything that one seed decides.
type Scenario struct {
	Seed uint64
	// Wide says that the world has what Plain leaves out.
	Wide  bool
	Farm  Farm
	Gates []Gate
	// Hindrance names what preflight must refuse, empty for a farm that may be updated.
	Hindrance string
	Servers   []Peculiarity
	Holds     []Hold
	Faults    []Fault
	Kills     []Kill
	Operator  Operator
	// Interruptions are what operators do unasked.
	Interruptions []Interruption
	// Calendar says when farms may be changed.
	Calendar Calendar
	// Others are updated in the same rollout, in Waves, at most Parallel farms at once (zero: the rollout's default).
	Others   []Farm
	Waves    []Wave
	Parallel int
	// Pace divides the durations of the simulated farm.
	Pace int
}

// New makes the scenario of a seed.
func New(seed uint64) Scenario {
	s := Plain(seed)
	s.Wide = true
	s.widen()
	return s
}

// Plain makes the older part of the scenario of a seed: one farm, updated by the programs alone at any time, with full backups.
func Plain(seed uint64) Scenario {
	g := &generator{rand.New(rand.NewPCG(seed, 0x6661726d68616e64))} //nolint:gosec // a seed is meant to be foreseeable
	s := Scenario{Seed: seed, Farm: g.farm(), Operator: g.operator(), Pace: 2000}
	s.Gates = g.gates()
	s.Servers, s.Hindrance = g.peculiarities(s.Farm)
	if s.Hindrance != "" {
		s.Operator.patience = 2 // nothing will change
	}
	s.Faults = g.faults(s.Farm)
	s.Holds, s.Kills = g.kills(s)
	s.Interruptions = g.interruptions(s)
	return s
}

// String says in a line what the seed made.
func (s Scenario) String() string {
	text := fmt.Sprintf("seed %d: %s, %d servers, %d SQL Servers, %d faults, %d kills",
		s.Seed, s.Farm.Layout, len(s.Farm.Servers), len(s.Farm.SQL), len(s.Faults), len(s.Kills))
	if kinds := s.Kinds(); len(kinds) > 0 {
		text += ", " + strings.Join(kinds, ", ")
	}
	if s.Hindrance != "" {
		text += ", hindered: " + s.Hindrance
	}
	return text
}

// Secret is the password that is planted in the credentials and must be found nowhere. It holds what quoting goes wrong on.
func (s Scenario) Secret() string {
	return fmt.Sprintf(`Pl4nted'"$%%&%016x`, s.Seed*0x9e3779b97f4a7c15)
}

// Marks are what to look for where Secret must not be: the whole, and its last part, which no quoting changes.
func (s Scenario) Marks() []string {
	secret := s.Secret()
	return []string{secret, secret[len(secret)-16:]}
}

// generator draws from the seed. Every method draws in a fixed order, so that the seed decides everything.
type generator struct{ *rand.Rand }

// chance is true in that many of a hundred cases.
func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

// between is a number from low to high, both included.
func (g *generator) between(low, high int) int { return low + g.IntN(high-low+1) }

// millis is a duration between two numbers of milliseconds.
func (g *generator) millis(low, high int) time.Duration {
	return time.Duration(g.between(low, high)) * time.Millisecond
}

// pick draws one of several.
func pick[T any](g *generator, from ...T) T { return from[g.IntN(len(from))] }
