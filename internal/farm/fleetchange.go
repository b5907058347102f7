package farm

import (
	"fmt"
	"slices"
	"strings"
)

// FleetChange is what an operator changes about a rollout while it runs. It takes effect before the next farm is started, and is kept
// among the rollout's decisions.
type FleetChange struct {
	Kind FleetChangeKind `json:"kind"`
	// Farm is the farm it is about; none for parallel.
	Farm string `json:"farm,omitempty"`
	// Definition is the whole farm that is added, as the rollout file has it with its defaults.
	Definition *Farm `json:"definition,omitempty"`
	// Wave is where a farm is added or moved to (empty when moved: where it is), or the wave whose parallelism is set (empty: all).
	Wave string `json:"wave,omitempty"`
	// Before is the farm it is put before; empty puts it last of its wave.
	Before string `json:"before,omitempty"`
	// Site is the site whose parallelism is set, instead of a wave's.
	Site string `json:"site,omitempty"`
	// Parallel is how many farms may run at once.
	Parallel int `json:"parallel,omitempty"`
	// Who is attribution, as in a Decision; Reason is required.
	Who    string `json:"who"`
	Reason string `json:"reason"`
}

// FleetChangeKind is what a FleetChange does.
type FleetChangeKind string

// The kinds of change.
const (
	// FleetAdd adds a farm.
	FleetAdd FleetChangeKind = "add"
	// FleetDrop takes out a farm whose turn has not come: it ends not-started.
	FleetDrop FleetChangeKind = "drop"
	// FleetMove gives a farm whose turn has not come another place.
	FleetMove FleetChangeKind = "move"
	// FleetRerun gives a farm another turn that ended without being updated.
	FleetRerun FleetChangeKind = "rerun"
	// FleetParallel sets how many farms of a wave, of a site, or of all, may run at once.
	FleetParallel FleetChangeKind = "parallel"
)

// CheckChange says why a change cannot be made, or returns nil. It changes nothing, so a validator may call it. The credentials are the
// rollout's: a farm that is added can use no others.
func (s *RolloutStatus) CheckChange(c FleetChange, credentials []Credential) error {
	switch {
	case s.Outcome != "":
		return refusef("the rollout has ended: a new rollout takes the farms that are left")
	case s.AbortedBy != "":
		return refusef("the rollout was aborted by %s and starts no more farms", s.AbortedBy)
	case !containsName(s.Operators, c.Who):
		return refusef("%q is no operator of this rollout; operators are %s", c.Who, strings.Join(s.Operators, ", "))
	case strings.TrimSpace(c.Reason) == "":
		return refusef("say why: a change of a rollout that runs needs a reason")
	}
	switch c.Kind {
	case FleetAdd:
		return s.checkAdd(c, credentials)
	case FleetDrop:
		return s.checkDrop(c)
	case FleetMove:
		return s.checkMove(c)
	case FleetRerun:
		return s.checkRerun(c)
	case FleetParallel:
		return s.checkParallel(c)
	}
	return refusef("%q is no change of a rollout; changes are add, drop, move, rerun, parallel", c.Kind)
}

func (s *RolloutStatus) checkAdd(c FleetChange, credentials []Credential) error {
	switch {
	case c.Definition == nil || c.Definition.Name == "" || c.Definition.Name != c.Farm:
		return refusef("the change holds no definition of the farm %q", c.Farm)
	case s.Handle(c.Farm) != nil:
		return refusef("%s is in the rollout already", c.Farm)
	case len(s.Farms) >= MaxFarms:
		return refusef("a rollout carries at most %d farms: put %s into another", MaxFarms, c.Farm)
	}
	if missing := c.Definition.unknownCredentials(credentials); len(missing) > 0 {
		return refusef("%s uses credentials that the rollout was not started with: %s; put it into another rollout", c.Farm, strings.Join(missing, ", "))
	}
	return s.checkPlace(c.Wave, c.Before)
}

// unknownCredentials names the credentials a farm uses that are not among those given.
func (f Farm) unknownCredentials(known []Credential) []string {
	var used, missing []string
	for _, srv := range f.Servers {
		used = append(used, srv.ConnectAs, srv.RunAs)
	}
	for _, q := range f.SQLServers {
		used = append(used, q.ConnectAs)
	}
	for _, client := range f.Clients.Computers {
		used = append(used, client.ConnectAs)
	}
	for _, name := range used {
		if name != "" && !slices.Contains(missing, name) && !slices.ContainsFunc(known, func(k Credential) bool { return k.Name == name }) {
			missing = append(missing, name)
		}
	}
	return missing
}

// checkPlace checks a place in a wave.
func (s *RolloutStatus) checkPlace(wave, before string) error {
	if s.Wave(wave) == nil {
		return refusef("the rollout has no wave %q; waves are %s", wave, strings.Join(s.waveNames(), ", "))
	}
	if before == "" {
		return nil
	}
	h := s.Handle(before)
	if h == nil || h.Wave != wave {
		return refusef("%q is no farm of wave %s", before, wave)
	}
	return nil
}

func (s *RolloutStatus) waveNames() []string {
	var out []string
	for _, w := range s.Waves {
		out = append(out, w.Name)
	}
	return out
}

// pending returns the handle of a farm whose turn has not come.
func (s *RolloutStatus) pending(name string) (*FarmHandle, error) {
	h := s.Handle(name)
	switch {
	case h == nil:
		return nil, refusef("the rollout has no farm %q", name)
	case h.State == RunRunning:
		return nil, refusef("%s is under way: pause or abort the farm itself", name)
	case h.State == RunDone:
		return nil, refusef("%s has ended: %s", name, h.Result.Outcome)
	}
	return h, nil
}

func (s *RolloutStatus) checkDrop(c FleetChange) error {
	h, err := s.pending(c.Farm)
	if err != nil {
		return err
	}
	if w := s.Wave(h.Wave); w.Canary == c.Farm && len(pendingOf(s.Of(w.Name))) > 1 {
		return refusef("%s is the canary of wave %s, and the others would start without it", c.Farm, w.Name)
	}
	return nil
}

func (s *RolloutStatus) checkMove(c FleetChange) error {
	h, err := s.pending(c.Farm)
	if err != nil {
		return err
	}
	wave := c.Wave
	if wave == "" {
		wave = h.Wave
	}
	switch {
	case wave != h.Wave && s.Wave(h.Wave).Canary == c.Farm:
		return refusef("%s is the canary of wave %s and stays there", c.Farm, h.Wave)
	case c.Before == c.Farm:
		return refusef("%s cannot be put before itself", c.Farm)
	}
	return s.checkPlace(wave, c.Before)
}

func (s *RolloutStatus) checkRerun(c FleetChange) error {
	h := s.Handle(c.Farm)
	switch {
	case h == nil:
		return refusef("the rollout has no farm %q", c.Farm)
	case h.State != RunDone:
		return refusef("%s has not ended", c.Farm)
	case !h.Result.Outcome.Failed() && h.Result.Outcome != OutcomeNotStarted:
		return refusef("%s ended %s: there is nothing to run again", c.Farm, h.Result.Outcome)
	case len(h.Earlier) >= maxEarlier:
		return refusef("%s has had %d turns: put it into a rollout of its own", c.Farm, len(h.Earlier)+1)
	}
	return nil
}

// maxEarlier bounds the turns of one farm, and with them the history and the status.
const maxEarlier = 10

func (s *RolloutStatus) checkParallel(c FleetChange) error {
	switch {
	case c.Parallel < 1 || c.Parallel > MaxParallelFarms:
		return refusef("%d is out of range; want 1 to %d farms at once", c.Parallel, MaxParallelFarms)
	case c.Wave != "" && s.Wave(c.Wave) == nil:
		return refusef("the rollout has no wave %q; waves are %s", c.Wave, strings.Join(s.waveNames(), ", "))
	case c.Wave != "" && c.Site != "":
		return refusef("wave or site: a limit is of one of them")
	case c.Site != "" && !s.hasSite(c.Site):
		return refusef("the rollout has no farm in a site %q", c.Site)
	}
	return nil
}

// ApplyChange makes a change that was checked, and says what it did.
func (s *RolloutStatus) ApplyChange(c FleetChange) string {
	switch c.Kind {
	case FleetAdd:
		s.put(FarmHandle{Farm: c.Farm, Site: c.Definition.Site, State: RunPending}, c.Wave, c.Before)
		return "added to wave " + c.Wave
	case FleetDrop:
		h := s.Handle(c.Farm)
		h.State = RunDone
		h.Result = &Result{Farm: c.Farm, Outcome: OutcomeNotStarted, Why: fmt.Sprintf("taken out by %s: %s", c.Who, c.Reason)}
		return "taken out of wave " + h.Wave
	case FleetMove:
		h := *s.Handle(c.Farm)
		wave := c.Wave
		if wave == "" {
			wave = h.Wave
		}
		s.Farms = slices.DeleteFunc(s.Farms, func(o FarmHandle) bool { return o.Farm == c.Farm })
		s.put(h, wave, c.Before)
		if c.Before != "" {
			return fmt.Sprintf("moved before %s of wave %s", c.Before, wave)
		}
		return "moved to the end of wave " + wave
	case FleetRerun:
		h := s.Handle(c.Farm)
		h.Earlier = append(h.Earlier, *h.Result)
		h.State, h.Result = RunPending, nil
		return "gets another turn in wave " + h.Wave
	default:
		if c.Wave != "" {
			s.Wave(c.Wave).MaxParallel = c.Parallel
			return fmt.Sprintf("wave %s runs %s at once", c.Wave, Count(c.Parallel))
		}
		if c.Site != "" {
			s.setSiteLimit(c.Site, c.Parallel)
			return fmt.Sprintf("site %s runs %s at once", c.Site, Count(c.Parallel))
		}
		s.MaxParallel = c.Parallel
		return fmt.Sprintf("the rollout runs %s at once", Count(c.Parallel))
	}
}

// put places a farm in a wave: before another, or last.
func (s *RolloutStatus) put(h FarmHandle, wave, before string) {
	h.Wave = wave
	at := len(s.Farms)
	if before != "" {
		at = slices.IndexFunc(s.Farms, func(o FarmHandle) bool { return o.Farm == before })
	}
	s.Farms = slices.Insert(slices.Clone(s.Farms), at, h)
}

// Carried is the rollout as it is carried out now: with the farms that were added and without those taken out, in the waves and with the limits as they
// are. Its digest says what holds since the last change.
func (s *RolloutStatus) Carried(r Rollout) Rollout {
	r.MaxParallel, r.Sites = s.MaxParallel, s.limitedSites(r.Sites)
	farms := map[string]Farm{}
	for _, f := range r.Farms {
		farms[f.Name] = f
	}
	r.Farms, r.Waves = nil, nil
	for _, w := range s.Waves {
		wave := Wave{Name: w.Name, MaxParallel: w.MaxParallel, Canary: w.Canary, StopAfterFailures: w.StopAfterFailures}
		for _, h := range s.Of(w.Name) {
			if h.Result == nil || h.Result.Outcome != OutcomeNotStarted {
				wave.Farms = append(wave.Farms, h.Farm)
				r.Farms = append(r.Farms, farms[h.Farm])
			}
		}
		r.Waves = append(r.Waves, wave)
	}
	return r
}
