package view

import (
	"slices"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// FarmEvidence is the evidence of one farm's update.
type FarmEvidence struct {
	Name        string       `json:"name"`
	Outcome     farm.Outcome `json:"outcome,omitempty"`
	Mark        Mark         `json:"mark"`
	Why         string       `json:"why,omitempty"`
	Exceptions  []string     `json:"exceptions,omitempty"`
	Corrections []string     `json:"corrections,omitempty"`
	RequestedBy string       `json:"requested_by"`
	StartedBy   string       `json:"started_by"`
	Executors   []string     `json:"executors,omitempty"`
	RunID       string       `json:"run_id"`
	TraceID     string       `json:"trace_id,omitempty"`
	Started     time.Time    `json:"started"`
	Finished    time.Time    `json:"finished,omitzero"`
	Elapsed     Seconds      `json:"elapsed_seconds"`
	NoReturn    time.Time    `json:"no_return,omitzero"`

	Phases    []Phase            `json:"phases"`
	Findings  []FindingEvidence  `json:"findings,omitempty"`
	Packages  []PackageEvidence  `json:"packages,omitempty"`
	Databases []Database         `json:"databases,omitempty"`
	Restore   []RestoreEvidence  `json:"restore,omitempty"`
	Decisions []DecisionEvidence `json:"decisions,omitempty"`
	// Unlisted counts refused decisions beyond those listed; they are in the workflow's history alone.
	Unlisted int                `json:"decisions_unlisted,omitempty"`
	Timeline []TimelineEvidence `json:"timeline,omitempty"`
	Servers  []ServerEvidence   `json:"servers"`
	UsersOff UsersOff           `json:"users_off"`
	// Clients is what the inventory said when it was last read.
	Clients       *farm.ClientFacts      `json:"clients,omitempty"`
	Interventions []InterventionEvidence `json:"interventions,omitempty"`
	// Content are the content databases that were detached, as they were recorded.
	Content []farm.DetachedDatabase `json:"content,omitempty"`
	// Tasks are the manual tasks that were asked for; Queue is the draining of the Project queue, nil where there is none.
	Tasks    []TaskEvidence    `json:"tasks,omitempty"`
	Queue    *farm.QueueStatus `json:"queue,omitempty"`
	Residual []string          `json:"residual,omitempty"`
}

// FindingEvidence is a finding of preflight and who went on in spite of it: whoever approved the gate
// that showed it.
type FindingEvidence struct {
	farm.Finding
	AcceptedBy string `json:"accepted_by,omitempty"`
}

// PackageEvidence is one package on one server: what ran, what it answered, and what proves it.
type PackageEvidence struct {
	Server string `json:"server"`
	farm.PackageStatus
}

// DecisionEvidence is a decision with what its author was shown.
type DecisionEvidence struct {
	farm.DecisionRecord
	Role  string      `json:"role"`
	Facts []farm.Fact `json:"facts,omitempty"`
}

// TimelineEvidence is a line of what happened, in UTC and in local time.
type TimelineEvidence struct {
	farm.TimelineEntry
	Local string `json:"local"`
}

// ServerEvidence is one server before and after.
type ServerEvidence struct {
	Name string      `json:"name"`
	Role []farm.Role `json:"roles"`
	OS   string      `json:"os,omitempty"`
	// Account opened the connection, RunAs ran packages and wizard.
	Account       string                   `json:"account,omitempty"`
	RunAs         string                   `json:"run_as,omitempty"`
	ClockOffset   time.Duration            `json:"clock_offset"`
	VersionBefore farm.Version             `json:"version_before,omitzero"`
	VersionAfter  farm.Version             `json:"version_after,omitzero"`
	Reboots       int                      `json:"reboots"`
	Backup        *farm.ServerBackupStatus `json:"backup,omitempty"`
	FinalizedAt   time.Time                `json:"finalized_at,omitzero"`
	Wizards       []farm.WizardStatus      `json:"wizards,omitempty"`
	Witnesses     []farm.WitnessResult     `json:"witnesses,omitempty"`
	Services      []farm.RecordedService   `json:"services,omitempty"`
}

// InterventionEvidence is a step that failed for good and what a person made of it.
type InterventionEvidence struct {
	ID       string        `json:"id"`
	Title    string        `json:"title"`
	Failure  *farm.Failure `json:"failure,omitempty"`
	Asked    time.Time     `json:"asked"`
	Answered time.Time     `json:"answered,omitzero"`
	Answer   farm.Choice   `json:"answer,omitempty"`
	By       string        `json:"by,omitempty"`
	Reason   string        `json:"reason,omitempty"`
}

func farmEvidence(s farm.Status, v Farm, zone *time.Location) FarmEvidence {
	e := FarmEvidence{
		Name: s.Farm, Outcome: s.Outcome, Mark: v.Mark, Why: v.Why, Exceptions: s.Exceptions, Corrections: s.Corrections, RequestedBy: s.RequestedBy, StartedBy: s.StartedBy,
		Executors: s.Executors, RunID: s.RunID, TraceID: s.TraceID, Started: s.Started, Finished: s.Finished, Elapsed: v.Elapsed, NoReturn: s.NoReturn,
		Phases: v.Phases, Databases: v.Databases, Restore: restoreEvidence(s), UsersOff: v.UsersOff, Clients: s.Facts.Clients, Content: s.Content, Residual: s.Residual, Unlisted: s.Unlisted,
	}
	for _, f := range s.Findings {
		e.Findings = append(e.Findings, FindingEvidence{f, acceptedBy(s, f)})
	}
	for _, srv := range s.Servers {
		for _, p := range srv.Packages {
			e.Packages = append(e.Packages, PackageEvidence{srv.Name, p})
		}
		e.Servers = append(e.Servers, serverEvidence(s, srv))
	}
	for _, d := range s.Decisions {
		e.Decisions = append(e.Decisions, DecisionEvidence{d, roleOf(s, d), shownFor(s, d)})
	}
	for _, t := range append(slices.Clone(s.Timeline), underWay(s)...) {
		e.Timeline = append(e.Timeline, TimelineEvidence{t, t.At.In(zone).Format("Mon 15:04:05 MST")})
	}
	slices.SortStableFunc(e.Timeline, func(a, b TimelineEvidence) int { return a.At.Compare(b.At) })
	for _, q := range s.Questions {
		if q.Kind == farm.QuestionIntervention {
			e.Interventions = append(e.Interventions, InterventionEvidence{q.ID, q.Title, q.Failure, q.Asked, q.Answered, q.Answer, q.By, q.Reason})
		}
	}
	e.Tasks = tasksEvidence(s)
	if !s.Queue.Since.IsZero() {
		e.Queue = &s.Queue
	}
	return e
}

// underWay are the steps that have no line in the timeline yet, since they still run.
func underWay(s farm.Status) []farm.TimelineEntry {
	var out []farm.TimelineEntry
	for _, v := range s.Servers {
		if v.Doing != "" && s.Outcome == "" {
			out = append(out, farm.TimelineEntry{At: v.DoingSince, Server: v.Name, Kind: "step", What: v.Doing + " (under way)"})
		}
	}
	return out
}

func serverEvidence(s farm.Status, srv farm.ServerStatus) ServerEvidence {
	e := ServerEvidence{
		Name: srv.Name, Role: srv.Roles, VersionBefore: srv.VersionBefore, VersionAfter: srv.Version, Reboots: srv.Reboots, Backup: srv.Backup,
		FinalizedAt: srv.FinalizedAt, Wizards: srv.Wizards, Witnesses: srv.Witnesses,
	}
	if f, ok := s.Facts.Server(srv.Name); ok {
		e.OS, e.Account, e.ClockOffset = strings.TrimSpace(f.Caption+" "+f.OSVersion+" "+string(f.Architecture)), f.Account, f.ClockOffset
	}
	for _, p := range s.Facts.Probes {
		if strings.EqualFold(p.Server, srv.Name) {
			e.RunAs = p.User
		}
	}
	for _, rec := range s.Services {
		if rec.Server == srv.Name {
			e.Services = append(e.Services, rec)
		}
	}
	return e
}

// acceptedBy names who approved a gate that showed a finding.
func acceptedBy(s farm.Status, f farm.Finding) string {
	var names []string
	for _, q := range s.Questions {
		if q.Answer != farm.ChoiceApprove || !slices.ContainsFunc(q.Facts, func(x farm.Fact) bool { return x.Text == f.Server+": "+f.What }) {
			continue
		}
		for _, n := range q.Approvals {
			if !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	return strings.Join(names, ", ")
}

// roleOf says in which role somebody decided.
func roleOf(s farm.Status, d farm.DecisionRecord) string {
	if d.Subject == farm.SubjectFarm {
		return "operator"
	}
	q := s.Question(d.Subject)
	switch {
	case q == nil:
		return "nothing of that name was asked"
	case slices.ContainsFunc(q.Excluded, func(n string) bool { return sameName(n, d.Who) }):
		return "excluded: " + exclusion(s, d.Who)
	case !slices.ContainsFunc(q.Members, func(n string) bool { return sameName(n, d.Who) }):
		return "not asked"
	case q.Kind == farm.QuestionIntervention:
		return "operator"
	case q.Kind == farm.QuestionTask:
		return "owner"
	}
	return "approver"
}

// shownFor finds what was in force when a decision arrived.
func shownFor(s farm.Status, d farm.DecisionRecord) []farm.Fact {
	for _, q := range s.Questions {
		if q.Digest != "" && q.Digest == d.Shown {
			return q.Facts
		}
	}
	return nil
}
