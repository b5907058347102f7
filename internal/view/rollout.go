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
	Paused   bool         `json:"paused,omitempty"`
	PausedBy string       `json:"paused_by,omitempty"`
	// MaxParallel is how many farms are updated at once over all waves.
	MaxParallel int `json:"max_parallel,omitempty"`
	// SiteLimits are the same of sites.
	SiteLimits []farm.SiteLimit `json:"site_limits,omitempty"`
	// StopAfterFailures is the failure budget over all waves, empty when there is none.
	StopAfterFailures farm.FailureBudget `json:"stop_after_failures,omitempty"`
	Waves             []Wave             `json:"waves,omitempty"`
	// Sites are those of the farms that have not ended, and who serves them, where that is known.
	Sites []Site `json:"sites,omitempty"`
	Farms []Farm `json:"farms"`
	// Questions are those of the rollout itself, between waves; Decisions what was said to them, and about the rollout.
	Questions []Question            `json:"questions,omitempty"`
	Decisions []farm.DecisionRecord `json:"decisions,omitempty"`
}

// FarmCount counts a rollout's farms by what they do.
type FarmCount struct {
	All      int `json:"all"`
	Pending  int `json:"pending"` // their turn has not come
	Running  int `json:"running"`
	Waiting  int `json:"waiting"`  // at a gate
	Operator int `json:"operator"` // at an intervention
	Paused   int `json:"paused"`
	Window   int `json:"window,omitempty"` // waiting for a window
	Done     int `json:"done"`             // completed, with or without exceptions
	Failed   int `json:"failed"`           // aborted, refused or failed
	// NotStarted are farms whose turn never came.
	NotStarted int `json:"not_started,omitempty"`
}

// FromRollout works out what is shown of a rollout at the moment now. A farm that gave no status is shown
// from the rollout's own handle on it.
func FromRollout(r farm.RolloutStatus, farms []farm.Status, now time.Time) Rollout {
	v := Rollout{
		Name: r.Rollout, Digest: r.Digest, Release: r.Release, Change: r.Change, StartedBy: r.StartedBy, Now: now,
		Outcome: r.Outcome, Started: r.Started, Finished: r.Finished, Elapsed: between(r.Started, endOr(r.Finished, now)),
	}
	v.Paused, v.PausedBy, v.MaxParallel, v.StopAfterFailures = r.Paused, r.PausedBy, r.MaxParallel, r.StopAfterFailures
	v.SiteLimits = r.SiteLimits
	v.Decisions = r.Decisions
	byName := statusesByName(farms)
	for _, h := range r.Farms {
		f := FromStatus(statusOf(r, h, byName), now)
		f.inFleet(h, now)
		v.Farms = append(v.Farms, f)
		v.Count.add(f)
	}
	own := r.Asks()
	for _, q := range own.OpenQuestions() {
		v.Questions = append(v.Questions, questionOf(own, q, now))
	}
	v.Waves = wavesOf(r, v.Farms, now)
	switch {
	case r.Outcome != "":
		v.Mark = markOfOutcome(r.Outcome)
	case own.State == farm.RunOperator:
		v.Mark = MarkNeedsOperator
	case v.Count.Operator > 0:
		v.Mark = MarkNeedsOperator
	case v.Count.Waiting > 0, own.State == farm.RunGate:
		v.Mark = MarkWaiting
	case r.Paused && v.Count.Running == 0:
		v.Mark = MarkPaused
	default:
		v.Mark = MarkRunning
	}
	v.Headline = v.Mark.headline()
	return v
}

func statusesByName(farms []farm.Status) map[string]farm.Status {
	out := make(map[string]farm.Status, len(farms))
	for _, s := range farms {
		out[s.Farm] = s
	}
	return out
}

// statusOf finds a farm's status; what its workflow could no longer say is taken from its result.
func statusOf(r farm.RolloutStatus, h farm.FarmHandle, farms map[string]farm.Status) farm.Status {
	s := farm.Status{Rollout: r.Rollout, Farm: h.Farm, Site: h.Site, Digest: r.Digest, Release: r.Release, Change: r.Change, StartedBy: r.StartedBy, Started: r.Started}
	if f, ok := farms[h.Farm]; ok {
		s = f
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
	case f.Outcome == farm.OutcomeNotStarted:
		c.NotStarted++
	case f.Outcome != "":
		c.Failed++
	case f.State == farm.RunPending:
		c.Pending++
	case f.State == farm.RunOperator:
		c.Operator++
	case f.State == farm.RunGate:
		c.Waiting++
	case f.State == farm.RunPaused:
		c.Paused++
	case f.State == farm.RunWindow:
		c.Window++
	default:
		c.Running++
	}
}
