package farm

import (
	"fmt"
	"slices"
	"time"
)

// RolloutStatus is the answer of a rollout's status query: no step of a farm is mirrored here, so that it stays small with
// thousands of farms.
type RolloutStatus struct {
	Rollout string `json:"rollout"`
	Digest  string `json:"digest"` // of the file the rollout was started with
	// DigestNow is the digest of what is carried out since people changed the fleet; empty while nobody did.
	DigestNow   string    `json:"digest_now,omitempty"`
	Release     string    `json:"release"`
	Change      Change    `json:"change"`
	RequestedBy string    `json:"requested_by,omitempty"`
	StartedBy   string    `json:"started_by"`
	Executors   []string  `json:"executors,omitempty"`
	Operators   []string  `json:"operators,omitempty"`
	Started     time.Time `json:"started"`
	Finished    time.Time `json:"finished,omitzero"`
	Outcome     Outcome   `json:"outcome,omitempty"`
	// MaxParallel and StopAfterFailures are the limits over all waves; zero parallelism is none.
	MaxParallel       int           `json:"max_parallel,omitempty"`
	StopAfterFailures FailureBudget `json:"stop_after_failures,omitempty"`
	// SiteLimits are how many farms of a site are updated at once, of the sites that have a limit of their own.
	SiteLimits []SiteLimit `json:"site_limits,omitempty"`
	Paused     bool        `json:"paused,omitempty"`
	PausedBy   string      `json:"paused_by,omitempty"`
	// AbortedBy names who asked that no more farms are started, empty while nobody did.
	AbortedBy string `json:"aborted_by,omitempty"`

	Waves []WaveStatus `json:"waves,omitempty"`
	// Farms stand in the order they are started within their wave.
	Farms []FarmHandle `json:"farms"`
	// Questions are those of the rollout itself: its gates between waves. Decisions are what was said to them, and changes of the fleet.
	Questions []Question       `json:"questions,omitempty"`
	Decisions []DecisionRecord `json:"decisions,omitempty"`
	// Unlisted counts refused decisions beyond those listed.
	Unlisted int `json:"decisions_unlisted,omitempty"`
	// Untold are the notifications of the rollout itself that did not reach everybody.
	Untold []Untold `json:"untold,omitempty"`
}

// WaveStatus is where a wave stands.
type WaveStatus struct {
	Name              string        `json:"name"`
	MaxParallel       int           `json:"max_parallel,omitempty"`
	Canary            string        `json:"canary,omitempty"`
	StopAfterFailures FailureBudget `json:"stop_after_failures,omitempty"`
	State             StepState     `json:"state"`
	// Gate is where the approval before the wave stands; empty where none is asked.
	Gate     StepState `json:"gate,omitempty"`
	Started  time.Time `json:"started,omitzero"`
	Finished time.Time `json:"finished,omitzero"`
	// Waits says what a wave waits for that does not start farms, empty while it does.
	Waits string `json:"waits,omitempty"`
}

// FarmHandle is one farm of a rollout and where its own workflow is found.
type FarmHandle struct {
	Farm       string   `json:"farm"`
	Site       string   `json:"site"`
	Wave       string   `json:"wave,omitempty"`
	WorkflowID string   `json:"workflow_id"`
	State      RunState `json:"state"`
	Result     *Result  `json:"result,omitempty"`
	// Earlier are the results of runs before the last one, for a farm that was run again.
	Earlier []Result `json:"earlier,omitempty"`
	// Busy counts how often the farm was found busy with another rollout; Again is when it is tried next.
	Busy  int       `json:"busy,omitempty"`
	Again time.Time `json:"again,omitzero"`
}

// NewRolloutStatus is a rollout before any farm was started. gated says that people are asked before each wave but the first.
func NewRolloutStatus(r Rollout, gated bool) RolloutStatus {
	s := RolloutStatus{
		Rollout: r.ID, Release: r.Release, Change: r.Change, RequestedBy: r.RequestedBy,
		MaxParallel: r.MaxParallel, StopAfterFailures: r.StopAfterFailures,
	}
	if s.MaxParallel == 0 {
		s.MaxParallel = DefaultMaxParallel
	}
	for _, site := range r.Sites {
		if site.MaxParallel > 0 {
			s.SiteLimits = append(s.SiteLimits, SiteLimit{site.Name, site.MaxParallel})
		}
	}
	waves, _ := r.InWaves()
	for i, w := range waves {
		one := WaveStatus{Name: w.Name, MaxParallel: w.MaxParallel, Canary: w.Canary, StopAfterFailures: w.StopAfterFailures, State: StepPending}
		if gated && i > 0 {
			one.Gate = StepPending
		}
		s.Waves = append(s.Waves, one)
		for _, name := range w.Farms {
			f, _ := r.Farm(name) // checked when the file was read
			s.Farms = append(s.Farms, FarmHandle{Farm: name, Site: f.Site, Wave: w.Name, State: RunPending})
		}
	}
	return s
}

// Handle returns the handle of a farm; nil when the rollout has none of that name.
func (s *RolloutStatus) Handle(name string) *FarmHandle {
	i := slices.IndexFunc(s.Farms, func(h FarmHandle) bool { return h.Farm == name })
	if i < 0 {
		return nil
	}
	return &s.Farms[i]
}

// Wave returns a wave; nil when the rollout has none of that name.
func (s *RolloutStatus) Wave(name string) *WaveStatus {
	i := slices.IndexFunc(s.Waves, func(w WaveStatus) bool { return w.Name == name })
	if i < 0 {
		return nil
	}
	return &s.Waves[i]
}

// Of returns the handles of a wave, in their order.
func (s *RolloutStatus) Of(wave string) []*FarmHandle {
	var out []*FarmHandle
	for i := range s.Farms {
		if s.Farms[i].Wave == wave {
			out = append(out, &s.Farms[i])
		}
	}
	return out
}

// OutcomeOf is the outcome of a rollout: the worst of its farms'. A farm that was not started makes it an exception, and an aborted
// rollout is aborted where nothing is worse.
func (s *RolloutStatus) OutcomeOf() Outcome {
	rank := []Outcome{OutcomeCompleted, OutcomeCompletedWithExceptions, OutcomeRefused, OutcomeAborted, OutcomeFailed}
	worst := 0
	for _, h := range s.Farms {
		if h.Result == nil {
			continue
		}
		o := h.Result.Outcome
		if o == OutcomeNotStarted {
			o = OutcomeCompletedWithExceptions
		}
		worst = max(worst, slices.Index(rank, o))
	}
	if s.AbortedBy != "" {
		worst = max(worst, slices.Index(rank, OutcomeAborted))
	}
	return rank[worst]
}

// Count says how a number of farms is written: "1 farm", "40 farms".
func Count(farms int) string {
	if farms == 1 {
		return "1 farm"
	}
	return fmt.Sprintf("%d farms", farms)
}

// RolloutPrefix stands before a rollout's name where a farm's name may stand, too; it is the beginning of its workflow's id.
const RolloutPrefix = "rollout/"

// Asks is what the rollout itself asks, in the shape of a farm's status, so that its gates are shown, listed and answered like those of
// farms. Its Farm is the rollout's name after RolloutPrefix.
func (s *RolloutStatus) Asks() Status {
	out := Status{
		Rollout: s.Rollout, Farm: RolloutPrefix + s.Rollout, Digest: s.Digest, Release: s.Release, Change: s.Change, RequestedBy: s.RequestedBy,
		StartedBy: s.StartedBy, Executors: s.Executors, Operators: s.Operators, State: RunRunning, Started: s.Started, Finished: s.Finished,
		Outcome: s.Outcome, Paused: s.Paused, PausedBy: s.PausedBy, Questions: s.Questions, Decisions: s.Decisions, Unlisted: s.Unlisted, Untold: s.Untold,
	}
	for _, q := range out.OpenQuestions() {
		if q.Kind == QuestionIntervention {
			out.State = RunOperator
			return out
		}
		out.State = RunGate
	}
	return out
}
