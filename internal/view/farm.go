package view

import (
	"slices"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// Farm is one farm's update as it is shown: everything a screen, a log line or a page needs, worked out.
type Farm struct {
	Name    string `json:"name"`
	Rollout string `json:"rollout"`
	Site    string `json:"site"`
	// Wave is the wave of the rollout the farm belongs to; known where the rollout is shown.
	Wave        string      `json:"wave,omitempty"`
	Release     string      `json:"release"`
	Digest      string      `json:"digest"`
	Change      farm.Change `json:"change"`
	RequestedBy string      `json:"requested_by"`
	StartedBy   string      `json:"started_by"`
	Executors   []string    `json:"executors,omitempty"`
	// Now is the moment the view is of: ages and elapsed times are counted up to it.
	Now time.Time `json:"now"`

	Mark Mark `json:"mark"`
	// Headline is the state in a few words: "WAITING: continue".
	Headline string        `json:"headline"`
	State    farm.RunState `json:"state"`
	Phase    farm.Phase    `json:"phase"`
	Outcome  farm.Outcome  `json:"outcome,omitempty"`
	// Why says why the outcome is not completed, where that is known, or why nothing was done.
	Why string `json:"why,omitempty"`
	// Already is set when preflight proved the farm at the release or past it, and nothing was done.
	Already  bool      `json:"already,omitempty"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished,omitzero"`
	Elapsed  Seconds   `json:"elapsed_seconds"`
	// NoReturn is when the first package or wizard was started; zero before the point of no return.
	NoReturn time.Time `json:"no_return,omitzero"`
	Paused   bool      `json:"paused,omitempty"`
	PausedBy string    `json:"paused_by,omitempty"`

	Phases    []Phase    `json:"phases"`
	Servers   []Server   `json:"servers"`
	Databases []Database `json:"databases"`
	Progress  Progress   `json:"progress"`
	UsersOff  UsersOff   `json:"users_off"`
	Findings  []Finding  `json:"findings,omitempty"`
	// Questions are the open ones, oldest first.
	Questions []Question `json:"questions,omitempty"`
	// Actions are what may be done about the run itself: pause, resume, abort.
	Actions    []Action              `json:"actions,omitempty"`
	Decisions  []farm.DecisionRecord `json:"decisions,omitempty"`
	Exceptions []string              `json:"exceptions,omitempty"`
	// Corrections are what something else had changed, or a known failure had left, and farmhand put right.
	Corrections []string `json:"corrections,omitempty"`
	Residual    []string `json:"residual,omitempty"`
	// Next says in sentences what happens next, or who has to do what.
	Next []string `json:"next,omitempty"`
	// Left estimates the time that is left, from the plan, without the waits for people; UsersBack is when
	// users would be back if nobody had to be waited for. Both are zero when the run has ended.
	Left      Seconds   `json:"left_seconds,omitempty"`
	UsersBack time.Time `json:"users_back,omitzero"`
	// Window is nil for a farm that may be changed at any time.
	Window *Window `json:"window,omitempty"`
	// Sites is the farm's site and who serves it, where that is known.
	Sites []Site `json:"sites,omitempty"`
}

// UsersOff is how long users have been off, and the proofs of it.
type UsersOff struct {
	Off        bool      `json:"off"`
	Since      time.Time `json:"since,omitzero"`
	Until      time.Time `json:"until,omitzero"`
	Elapsed    Seconds   `json:"elapsed_seconds"`
	Servers    []string  `json:"servers,omitempty"`
	LastProof  time.Time `json:"last_proof,omitzero"`
	Proofs     int       `json:"proofs"`
	Violations []string  `json:"violations,omitempty"`
	// Earlier are the outages of windows that were given up.
	Earlier []farm.Outage `json:"earlier,omitempty"`
}

// FromStatus works out what is shown of a farm at the moment now.
func FromStatus(s farm.Status, now time.Time) Farm {
	f := Farm{
		Name: s.Farm, Rollout: s.Rollout, Site: s.Site, Release: s.Release, Digest: s.Digest, Change: s.Change,
		RequestedBy: s.RequestedBy, StartedBy: s.StartedBy, Executors: s.Executors, Now: now,
		Phase: s.Phase, Outcome: s.Outcome, Started: s.Started, Finished: s.Finished, NoReturn: s.NoReturn,
		Paused: s.Paused, PausedBy: s.PausedBy, Already: s.Already,
		Decisions: s.Decisions, Exceptions: s.Exceptions, Corrections: s.Corrections, Residual: s.Residual,
		UsersOff: usersOff(s, now), Findings: foldFindings(s.Findings), Progress: progressOf(s),
	}
	f.Elapsed = between(s.Started, endOr(s.Finished, now))
	for _, q := range s.OpenQuestions() {
		f.Questions = append(f.Questions, questionOf(s, q, now))
	}
	f.State, f.Mark, f.Headline = stateOf(s)
	if s.Outcome == farm.OutcomeAborted {
		f.Why = "aborted by " + abortedBy(s)
	}
	if s.Already {
		f.Why = "every server and database was at the release already, or past it: nothing was changed"
	}
	for _, st := range s.Servers {
		f.Servers = append(f.Servers, serverOf(st, now))
	}
	for _, d := range s.Databases {
		f.Databases = append(f.Databases, databaseOf(d))
	}
	f.Phases = phasesOf(s, now)
	for _, ph := range f.Phases {
		f.Left += ph.Left
	}
	if f.UsersOff.Off && f.Left > 0 {
		f.UsersBack = now.Add(time.Duration(f.Left) * time.Second)
	}
	f.Window = windowOf(s, f.Left, now)
	f.Actions = runActions(s)
	f.Next = nextSteps(f)
	return f
}

// stateOf says what a farm does now: ended, a question for an operator, one for a gate's people, paused,
// or running. It goes by what is open and not by the state that was noted last.
func stateOf(s farm.Status) (farm.RunState, Mark, string) {
	if s.Outcome != "" {
		m := markOfOutcome(s.Outcome)
		return farm.RunDone, m, m.headline()
	}
	var gate *farm.Question
	for _, q := range s.OpenQuestions() {
		if q.Kind == farm.QuestionIntervention {
			return farm.RunOperator, MarkNeedsOperator, "INTERVENTION " + q.ID + ": " + q.Title
		}
		if gate == nil {
			gate = &q
		}
	}
	switch {
	case gate != nil:
		return farm.RunGate, MarkWaiting, "WAITING: " + gate.ID
	case s.Paused:
		return farm.RunPaused, MarkPaused, strings.TrimSpace("PAUSED by " + s.PausedBy)
	case !s.Window.Waiting.IsZero():
		return farm.RunWindow, MarkPending, "WAITING: window"
	default:
		return farm.RunRunning, MarkRunning, strings.TrimSpace("RUNNING " + string(s.Phase))
	}
}

func usersOff(s farm.Status, now time.Time) UsersOff {
	u := s.UsersOff
	return UsersOff{
		Off: !u.Since.IsZero() && u.Until.IsZero(), Since: u.Since, Until: u.Until, Elapsed: between(u.Since, endOr(u.Until, now)),
		Servers: u.Servers, LastProof: u.LastProof, Proofs: u.Proofs, Violations: u.Violations, Earlier: u.Earlier,
	}
}

// abortedBy names who asked for the abort, from the decision that counted.
func abortedBy(s farm.Status) string {
	for _, d := range slices.Backward(s.Decisions) {
		if d.Accepted && d.Choice == farm.ChoiceAbort {
			return d.Who
		}
	}
	for _, q := range slices.Backward(s.Questions) {
		if q.Answer == farm.ChoiceAbort && q.By != "" {
			return q.By
		}
	}
	return "a cancellation request"
}

func endOr(end, now time.Time) time.Time {
	if end.IsZero() {
		return now
	}
	return end
}

// short is as much of a digest as a decision must name.
func short(digest string) string { return digest[:min(farm.MinDigest, len(digest))] }
