package farm

import (
	"fmt"
	"slices"
	"time"
)

// Schedule is what follows from where a rollout's farms stand: the one place where waves, canaries, parallelism and failure
// budgets are judged. It is pure, so that workflow and tests agree on it.
type Schedule struct {
	// Wave is the index of the wave at work: the first with a farm that has no outcome; len(Waves) when all have one.
	Wave int
	// Start are the farms to start now, in order.
	Start []string
	// Ask says that people have to be asked before the wave at work starts.
	Ask bool
	// NotStarted are the farms whose turn will never come, and Why says why.
	NotStarted []string
	Why        string
	// Waits says why the wave at work starts no more farms now, in words; empty when nothing but its own farms is waited for.
	Waits string
	// Again is when a busy farm is tried next; zero when none is.
	Again time.Time
}

// Schedule says what is to be done at a time.
func (s *RolloutStatus) Schedule(now time.Time) Schedule {
	stop := s.stopped()
	for i, w := range s.Waves {
		farms := s.Of(w.Name)
		pending := pendingOf(farms)
		if stop == "" {
			stop = w.stopped(farms)
		}
		switch {
		case stop != "" && s.anyPending():
			return Schedule{Wave: i, NotStarted: s.pendingNames(), Why: stop}
		case len(pending) == 0 && runningOf(farms) == 0:
			continue // the wave has ended
		case len(pending) == 0:
			return Schedule{Wave: i}
		case s.Paused:
			return Schedule{Wave: i, Waits: "paused by " + s.PausedBy}
		case w.Gate == StepPending:
			return Schedule{Wave: i, Ask: true, Waits: "people are asked"}
		case w.Gate == StepRunning:
			return Schedule{Wave: i, Waits: "people are asked"}
		}
		return s.startable(i, w, farms, now)
	}
	return Schedule{Wave: len(s.Waves)}
}

// startable picks the farms of the wave at work that may start now.
func (s *RolloutStatus) startable(i int, w WaveStatus, farms []*FarmHandle, now time.Time) Schedule {
	out := Schedule{Wave: i}
	running := 0
	for j := range s.Farms {
		if s.Farms[j].State == RunRunning {
			running++
		}
	}
	room := len(s.Farms)
	if s.MaxParallel > 0 {
		room = s.MaxParallel - running
	}
	if w.MaxParallel > 0 {
		room = min(room, w.MaxParallel-runningOf(farms))
	}
	for _, h := range farms {
		if w.Canary != "" && h.Farm == w.Canary && h.State != RunDone {
			out.Waits = "the canary " + w.Canary + " goes first"
			farms = []*FarmHandle{h}
			break
		}
	}
	sites, held := s.siteRoom(), map[string]int{}
	for _, h := range farms {
		switch {
		case h.State != RunPending:
		case h.Again.After(now):
			if out.Again.IsZero() || h.Again.Before(out.Again) {
				out.Again = h.Again
			}
		case room <= 0:
		case sites.take(h.Site):
			out.Start = append(out.Start, h.Farm)
			room--
		default:
			held[h.Site]++ // farms of other sites go on meanwhile
		}
	}
	if out.Waits == "" {
		out.Waits = s.fullSites(held)
	}
	return out
}

// stopped says why a rollout starts no more farms at all, or nothing.
func (s *RolloutStatus) stopped() string {
	if s.AbortedBy != "" {
		return "the rollout was aborted by " + s.AbortedBy
	}
	all := make([]*FarmHandle, len(s.Farms))
	for i := range s.Farms {
		all[i] = &s.Farms[i]
	}
	if failed, farms := failures(all); s.StopAfterFailures.Spent(failed, farms) {
		return fmt.Sprintf("the rollout's failure budget is spent: %d of %s failed, and it stops after %s", failed, Count(farms), s.StopAfterFailures)
	}
	return ""
}

// stopped says why a wave, and those after it, start no more farms, or nothing.
func (w WaveStatus) stopped(farms []*FarmHandle) string {
	for _, h := range farms {
		if h.Farm == w.Canary && h.State == RunDone && h.Result != nil && h.Result.Outcome.Failed() {
			return fmt.Sprintf("%s, the canary of wave %s, ended %s", h.Farm, w.Name, h.Result.Outcome)
		}
	}
	if failed, n := failures(farms); w.StopAfterFailures.Spent(failed, n) {
		return fmt.Sprintf("the failure budget of wave %s is spent: %d of %s failed, and it stops after %s", w.Name, failed, Count(n), w.StopAfterFailures)
	}
	return ""
}

// failures counts the farms that failed, and those that a budget counts: all that were or may be started.
func failures(farms []*FarmHandle) (failed, counted int) {
	for _, h := range farms {
		switch {
		case h.Result == nil || h.State != RunDone:
			counted++
		case h.Result.Outcome.Failed():
			failed++
			counted++
		case h.Result.Outcome != OutcomeNotStarted:
			counted++
		}
	}
	return failed, counted
}

func pendingOf(farms []*FarmHandle) []*FarmHandle {
	return slices.DeleteFunc(slices.Clone(farms), func(h *FarmHandle) bool { return h.State != RunPending })
}

func runningOf(farms []*FarmHandle) int {
	n := 0
	for _, h := range farms {
		if h.State == RunRunning {
			n++
		}
	}
	return n
}

func (s *RolloutStatus) anyPending() bool {
	return slices.ContainsFunc(s.Farms, func(h FarmHandle) bool { return h.State == RunPending })
}

func (s *RolloutStatus) pendingNames() []string {
	var out []string
	for _, h := range s.Farms {
		if h.State == RunPending {
			out = append(out, h.Farm)
		}
	}
	return out
}
