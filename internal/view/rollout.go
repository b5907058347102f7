package view

import (
	"time"

	"farmhand/internal/farm"
)

// Rollout is one change over all its farms as it is shown.
type Rollout struct {
	Name      string      `json:"name"`
	Digest    string      `json:"digest"`
	Release   string      `json:"release"`
	Change    farm.Change `json:"change"`
	StartedBy string      `json:"started_by"`
	Now       time.Time   `json:"now"`
	Mark      Mark        `json:"mark"`
	Headline  string      `json:"headline"`
	// Outcome is the worst of the farms' outcomes, empty while one runs.
	Outcome  farm.Outcome `json:"outcome,omitempty"`
	Started  time.Time    `json:"started"`
	Finished time.Time    `json:"finished,omitzero"`
	Elapsed  Seconds      `json:"elapsed_seconds"`
	Count    FarmCount    `json:"count"`
	Farms    []Farm       `json:"farms"`
}

// FarmCount counts a rollout's farms by what they do.
type FarmCount struct {
	All      int `json:"all"`
	Running  int `json:"running"`
	Waiting  int `json:"waiting"`  // at a gate
	Operator int `json:"operator"` // at an intervention
	Paused   int `json:"paused"`
	Done     int `json:"done"`   // completed, with or without exceptions
	Failed   int `json:"failed"` // aborted, refused or failed
}

// FromRollout works out what is shown of a rollout at the moment now. A farm that gave no status is shown
// from the rollout's own handle on it.
func FromRollout(r farm.RolloutStatus, farms []farm.Status, now time.Time) Rollout {
	v := Rollout{
		Name: r.Rollout, Digest: r.Digest, Release: r.Release, Change: r.Change, StartedBy: r.StartedBy, Now: now,
		Outcome: r.Outcome, Started: r.Started, Finished: r.Finished, Elapsed: between(r.Started, endOr(r.Finished, now)),
	}
	for _, h := range r.Farms {
		f := FromStatus(statusOf(r, h, farms), now)
		if h.Result != nil && h.Result.Why != "" {
			f.Why = h.Result.Why
		}
		v.Farms = append(v.Farms, f)
		v.Count.add(f)
	}
	switch {
	case r.Outcome != "":
		v.Mark = markOfOutcome(r.Outcome)
	case v.Count.Operator > 0:
		v.Mark = MarkNeedsOperator
	case v.Count.Waiting > 0:
		v.Mark = MarkWaiting
	default:
		v.Mark = MarkRunning
	}
	v.Headline = v.Mark.headline()
	return v
}

// statusOf finds a farm's status; what its workflow could no longer say is taken from its result.
func statusOf(r farm.RolloutStatus, h farm.FarmHandle, farms []farm.Status) farm.Status {
	s := farm.Status{Rollout: r.Rollout, Farm: h.Farm, Site: h.Site, Digest: r.Digest, Release: r.Release, Change: r.Change, StartedBy: r.StartedBy, Started: r.Started}
	for _, f := range farms {
		if f.Farm == h.Farm {
			s = f
			break
		}
	}
	if h.Result != nil && s.Outcome == "" {
		s.Outcome, s.Finished, s.Exceptions = h.Result.Outcome, h.Result.Finished, h.Result.Exceptions
		if !h.Result.Started.IsZero() {
			s.Started = h.Result.Started
		}
	}
	return s
}

func (c *FarmCount) add(f Farm) {
	c.All++
	switch {
	case f.Outcome == farm.OutcomeCompleted, f.Outcome == farm.OutcomeCompletedWithExceptions:
		c.Done++
	case f.Outcome != "":
		c.Failed++
	case f.State == farm.RunOperator:
		c.Operator++
	case f.State == farm.RunGate:
		c.Waiting++
	case f.State == farm.RunPaused:
		c.Paused++
	default:
		c.Running++
	}
}
