package farm

import (
	"slices"
	"time"
)

// Turn is where a farm stands in a rollout.
type Turn struct {
	// Wave is the name of the farm's wave, the Place-th of Waves.
	Wave         string
	Place, Waves int
	// After is the estimate from the start of the rollout to the farm's own.
	After time.Duration
	// AtOnce are the limits that the farm shares with others: the wave's, its site's and the rollout's, zero for none that
	// could hold a farm up.
	AtOnce TurnLimits
}

// TurnLimits are how many farms are updated at once; zero is no limit, or one that is no less than the farms there are.
type TurnLimits struct {
	Wave    int `json:"wave,omitempty"`
	Site    int `json:"site,omitempty"`
	Rollout int `json:"rollout,omitempty"`
}

// Turns are the turns of a rollout's farms, by name.
type Turns struct {
	Farms map[string]Turn
	// Takes is the estimate for the whole rollout.
	Takes time.Duration
}

// Turns estimates when the farms of a rollout have their turns, from how long each takes: Schedule judges, as it does while
// the rollout runs, and every farm completes in its time. Waits for people, for windows and for farms that are busy with another
// rollout are left out, as they are of plans.
func (r Rollout) Turns(takes map[string]time.Duration) Turns {
	s, now, ends := NewRolloutStatus(r, false), time.Time{}, map[string]time.Duration{}
	out := Turns{Farms: map[string]Turn{}}
	for {
		next := s.Schedule(now.Add(out.Takes))
		for _, name := range next.Start {
			h := s.Handle(name)
			h.State = RunRunning
			ends[name] = out.Takes + takes[name]
			out.Farms[name] = Turn{
				Wave: h.Wave, Place: next.Wave + 1, Waves: len(s.Waves), After: out.Takes, AtOnce: s.limitsOf(h),
			}
		}
		if len(ends) == 0 {
			return out
		}
		first := earliest(ends)
		for name, at := range ends {
			if at == first {
				h := s.Handle(name)
				h.State, h.Result = RunDone, &Result{Outcome: OutcomeCompleted}
				delete(ends, name)
			}
		}
		out.Takes = first
	}
}

func earliest(ends map[string]time.Duration) time.Duration {
	first := time.Duration(-1)
	for _, at := range ends {
		if first < 0 || at < first {
			first = at
		}
	}
	return first
}

// limitsOf are the limits that can hold a farm up.
func (s *RolloutStatus) limitsOf(h *FarmHandle) TurnLimits {
	sameSite := 0
	for _, o := range s.Farms {
		if o.Site == h.Site {
			sameSite++
		}
	}
	site := 0
	if i := slices.IndexFunc(s.SiteLimits, func(l SiteLimit) bool { return l.Site == h.Site }); i >= 0 {
		site = s.SiteLimits[i].MaxParallel
	}
	felt := func(limit, farms int) int {
		if limit >= farms {
			return 0
		}
		return limit
	}
	return TurnLimits{
		Wave: felt(s.Wave(h.Wave).MaxParallel, len(s.Of(h.Wave))), Site: felt(site, sameSite), Rollout: felt(s.MaxParallel, len(s.Farms)),
	}
}
