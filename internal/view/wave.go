package view

import (
	"fmt"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// Wave is a wave of a rollout as it is shown: its farms counted by what they do.
type Wave struct {
	Name string `json:"name"`
	Mark Mark   `json:"mark"`
	// Waits says what the wave waits for that does not start farms.
	Waits             string             `json:"waits,omitempty"`
	Canary            string             `json:"canary,omitempty"`
	MaxParallel       int                `json:"max_parallel,omitempty"`
	StopAfterFailures farm.FailureBudget `json:"stop_after_failures,omitempty"`
	// Gate says that people are asked before the wave, and have not answered.
	Gate     bool      `json:"gate,omitempty"`
	Count    FarmCount `json:"count"`
	Started  time.Time `json:"started,omitzero"`
	Finished time.Time `json:"finished,omitzero"`
	Elapsed  Seconds   `json:"elapsed_seconds"`
}

// wavesOf counts the farms of each wave. One wave of all farms is what a rollout without waves has, and is not shown.
func wavesOf(r farm.RolloutStatus, farms []Farm, now time.Time) []Wave {
	if len(r.Waves) == 1 && r.Waves[0].Name == farm.AllFarms {
		return nil
	}
	var out []Wave
	for _, w := range r.Waves {
		v := Wave{
			Name: w.Name, Mark: markOfStep(w.State), Waits: w.Waits, Canary: w.Canary, MaxParallel: w.MaxParallel, StopAfterFailures: w.StopAfterFailures,
			Gate:    w.Gate == farm.StepPending || w.Gate == farm.StepRunning,
			Started: w.Started, Finished: w.Finished, Elapsed: between(w.Started, endOr(w.Finished, now)),
		}
		for _, f := range farms {
			if f.Wave == w.Name {
				v.Count.add(f)
			}
		}
		v.Mark = v.mark(w)
		out = append(out, v)
	}
	return out
}

// mark is what needs people first, else where the wave stands.
func (w Wave) mark(s farm.WaveStatus) Mark {
	switch {
	case w.Count.Operator > 0:
		return MarkNeedsOperator
	case w.Count.Waiting > 0, s.Gate == farm.StepRunning:
		return MarkWaiting
	case s.State == farm.StepDone && w.Count.Failed+w.Count.NotStarted > 0:
		return MarkWarning
	}
	return markOfStep(s.State)
}

// inFleet adds what only the rollout knows of a farm: its wave, that its turn has not come, and why it has its outcome.
func (f *Farm) inFleet(h farm.FarmHandle, now time.Time) {
	f.Wave = h.Wave
	if h.Result != nil && h.Result.Why != "" {
		f.Why = h.Result.Why
	}
	if h.State != farm.RunPending {
		return
	}
	f.State, f.Mark, f.Headline, f.Actions, f.Next = farm.RunPending, MarkPending, "PENDING", nil, nil
	f.Started, f.Elapsed = time.Time{}, 0
	if h.Again.After(now) {
		f.Headline = fmt.Sprintf("BUSY with another rollout, tried %s; again in %s", times(h.Busy), between(now, h.Again))
		f.Mark = MarkPaused
	}
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// words counts farms in words, those that need people first.
func (c FarmCount) words() string {
	var parts []string
	for _, n := range []struct {
		count int
		word  string
	}{
		{c.Operator, "at an intervention"}, {c.Waiting, "at a gate"}, {c.Running, "running"}, {c.Paused, "paused"}, {c.Window, "waiting for a window"},
		{c.Failed, "not completed"}, {c.NotStarted, "not started"},
	} {
		if n.count > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n.count, n.word))
		}
	}
	return strings.Join(parts, "   ")
}

// ended is how many of the farms have an outcome.
func (c FarmCount) ended() int { return c.Done + c.Failed + c.NotStarted }
