package view

import (
	"time"

	"farmhand/internal/farm"
)

// Result is the last line of a rehearsal printed as JSON: what became of a rollout, for scripts and checks.
type Result struct {
	Rollout string       `json:"rollout"`
	Outcome farm.Outcome `json:"outcome"`
	Farms   []FarmResult `json:"farms"`
}

// FarmResult is what became of one farm.
type FarmResult struct {
	Name       string                `json:"name"`
	Outcome    farm.Outcome          `json:"outcome"`
	Why        string                `json:"why,omitempty"`
	Phases     []PhaseResult         `json:"phases"`
	Servers    []ServerResult        `json:"servers"`
	Decisions  []farm.DecisionRecord `json:"decisions"`
	Exceptions []string              `json:"exceptions,omitempty"`
}

// PhaseResult is when a phase ran. A phase that never began has no times.
type PhaseResult struct {
	Name     farm.Phase     `json:"name"`
	State    farm.StepState `json:"state"`
	Started  time.Time      `json:"started,omitzero"`
	Finished time.Time      `json:"finished,omitzero"`
}

// ServerResult is one server at the end.
type ServerResult struct {
	Name        string          `json:"name"`
	Roles       []farm.Role     `json:"roles"`
	Packages    []PackageResult `json:"packages"`
	Reboots     int             `json:"reboots,omitempty"`
	Version     farm.Version    `json:"version,omitzero"`
	FinalizedAt time.Time       `json:"finalized_at,omitzero"`
}

// PackageResult is one package on one server at the end.
type PackageResult struct {
	KB       string    `json:"kb"`
	Outcome  string    `json:"outcome,omitempty"`
	Exit     *int      `json:"exit,omitempty"`
	SHA256   string    `json:"sha256,omitempty"`
	Started  time.Time `json:"started,omitzero"`
	Finished time.Time `json:"finished,omitzero"`
}

// ResultOf takes the result out of a rollout's and its farms' statuses.
func ResultOf(r farm.RolloutStatus, farms []farm.Status) Result {
	out := Result{Rollout: r.Rollout, Outcome: r.Outcome, Farms: []FarmResult{}}
	byName := statusesByName(farms)
	for _, h := range r.Farms {
		s := statusOf(r, h, byName)
		f := FarmResult{
			Name: s.Farm, Outcome: s.Outcome, Exceptions: s.Exceptions, Phases: []PhaseResult{}, Servers: []ServerResult{},
			Decisions: append([]farm.DecisionRecord{}, s.Decisions...),
		}
		if h.Result != nil {
			f.Why = h.Result.Why
		}
		for _, p := range s.Phases {
			f.Phases = append(f.Phases, PhaseResult{p.Phase, p.State, p.Started, p.Finished})
		}
		for _, srv := range s.Servers {
			f.Servers = append(f.Servers, serverResult(srv))
		}
		out.Farms = append(out.Farms, f)
	}
	return out
}

func serverResult(s farm.ServerStatus) ServerResult {
	out := ServerResult{Name: s.Name, Roles: s.Roles, Packages: []PackageResult{}, Reboots: s.Reboots, Version: s.Version, FinalizedAt: s.FinalizedAt}
	for _, p := range s.Packages {
		out.Packages = append(out.Packages, PackageResult{p.KB, p.Outcome, p.Exit, p.SHA256, p.Started, p.Finished})
	}
	return out
}
