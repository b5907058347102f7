package farm

import (
	"path"
	"slices"
)

// Wave is a set of farms that may run side by side. The next wave starts when every farm of this one has an outcome
// and the failures are within its budget.
type Wave struct {
	Name string `json:"name" mapstructure:"name"`
	// Farms names the farms, in the order they are started.
	Farms []string `json:"farms,omitempty" mapstructure:"farms"`
	// Match takes farms that no wave names and no earlier one took, in the order of the file; it stands instead of Farms.
	Match FarmMatch `json:"match,omitzero" mapstructure:"match"`
	// MaxParallel is how many farms of the wave are updated at once; zero asks the rollout's own limit alone.
	MaxParallel int `json:"max_parallel,omitempty" mapstructure:"max_parallel"`
	// Canary names the farm of the wave that goes first, alone. When it fails, no more farms are started.
	Canary string `json:"canary,omitempty" mapstructure:"canary"`
	// StopAfterFailures is the wave's failure budget.
	StopAfterFailures FailureBudget `json:"stop_after_failures,omitempty" mapstructure:"stop_after_failures"`
}

// FarmMatch takes farms by pattern, * for any characters and ? for one; a farm has to match all that is given.
type FarmMatch struct {
	Name string `json:"name,omitempty" mapstructure:"name"`
	Site string `json:"site,omitempty" mapstructure:"site"`
}

// IsZero reports whether nothing is asked.
func (m FarmMatch) IsZero() bool { return m == FarmMatch{} }

// Check says why a pattern cannot be read, or nil.
func (m FarmMatch) Check() error {
	for _, pattern := range []string{m.Name, m.Site} {
		if _, err := path.Match(pattern, ""); err != nil {
			return err
		}
	}
	return nil
}

// takes reports whether a farm matches. A match that asks nothing takes none.
func (m FarmMatch) takes(f Farm) bool {
	fits := func(pattern, name string) bool {
		ok, err := path.Match(pattern, name)
		return pattern == "" || err == nil && ok
	}
	return !m.IsZero() && fits(m.Name, f.Name) && fits(m.Site, f.Site)
}

// BusyPolicy says what happens to a farm that another rollout works on when its turn comes.
type BusyPolicy string

// The policies for busy farms.
const (
	// BusyRefuse ends the farm at once, refused.
	BusyRefuse BusyPolicy = "refuse"
	// BusyWait tries the farm again until the other rollout has ended; others of its wave go on meanwhile.
	BusyWait BusyPolicy = "wait"
)

// AllFarms is the name of the one wave of a rollout whose file has no waves.
const AllFarms = "all"

// DefaultMaxParallel is how many farms are updated at once where the file does not say.
const DefaultMaxParallel = 50

// InWaves resolves the waves of the file: each with the names of its farms in Farms and without Match. Farms that no
// wave takes are returned besides. Without waves in the file all farms are one.
func (r Rollout) InWaves() (waves []Wave, left []string) {
	if len(r.Waves) == 0 {
		all := Wave{Name: AllFarms}
		for _, f := range r.Farms {
			all.Farms = append(all.Farms, f.Name)
		}
		return []Wave{all}, nil
	}
	taken := map[string]bool{}
	for _, w := range r.Waves {
		for _, name := range w.Farms {
			taken[name] = true
		}
	}
	for _, w := range r.Waves {
		w.Farms = slices.Clone(w.Farms)
		for _, f := range r.Farms {
			if !taken[f.Name] && w.Match.takes(f) {
				taken[f.Name] = true
				w.Farms = append(w.Farms, f.Name)
			}
		}
		w.Match = FarmMatch{}
		waves = append(waves, w)
	}
	for _, f := range r.Farms {
		if !taken[f.Name] {
			left = append(left, f.Name)
		}
	}
	return waves, left
}

// The size of a rollout that the engine carries in one history (docs/limits.md): farms of one rollout, and farms at once.
const (
	MaxFarms         = 2000
	MaxParallelFarms = 500
)
