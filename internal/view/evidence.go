package view

import (
	"encoding/json"
	"io"
	"time"

	"farmhand/internal/farm"
)

// Evidence is what an auditor gets: who decided what and why, what ran where, before and after. Its fields are the
// seventeen sections of every print, in their order (sections); what a run does not know is left out and never made up.
type Evidence struct {
	Rollout string `json:"rollout"`
	// Farm is set when the evidence is of that farm alone.
	Farm    string    `json:"farm,omitempty"`
	Printed time.Time `json:"printed"`
	Zone    string    `json:"zone"`
	Mark    Mark      `json:"mark"`

	Verdict    VerdictEvidence         `json:"verdict"`
	Change     ChangeEvidence          `json:"change"`
	Plan       PlanEvidence            `json:"plan"`
	Rehearsed  RehearsedEvidence       `json:"rehearsed_on"`
	Findings   []Of[[]FindingEvidence] `json:"preflight_findings"`
	Packages   PackagesEvidence        `json:"licences_and_packages"`
	Restore    []Of[RestoreEvidence]   `json:"restore_points"`
	Decisions  []Of[DecisionsEvidence] `json:"decisions"`
	Timeline   []Of[TimelineEvidence]  `json:"timeline"`
	Servers    []Of[[]ServerEvidence]  `json:"servers"`
	Versions   []Of[VersionsEvidence]  `json:"versions"`
	UsersOff   []Of[UsersOffEvidence]  `json:"users_off"`
	People     []Of[PeopleEvidence]    `json:"interventions"`
	Clients    ClientsEvidence         `json:"clients"`
	SmokeTests []Of[[]PageEvidence]    `json:"smoke_tests"`
	Residual   []Of[[]string]          `json:"residual_work"`
	Logs       []Of[[]LogEvidence]     `json:"logs"`

	zone *time.Location
}

// Of is one farm's part of a section of the evidence.
type Of[T any] struct {
	// Farm is empty for what belongs to the rollout itself.
	Farm     string `json:"farm"`
	Evidence T      `json:"evidence"`
}

// ReportOptions is what a report says beyond the statuses.
type ReportOptions struct {
	// File and Release are what was approved; nil where they are not at hand. They hold references to
	// passwords, never passwords.
	File    *farm.Rollout
	Release *farm.Release
	// Farm narrows the report to one farm of the rollout; empty: all.
	Farm string
	// Zone is the local time shown beside UTC; nil means UTC alone.
	Zone *time.Location
	// Printed is when the report is made.
	Printed time.Time
}

// audited is one farm as the sections are gathered from it.
type audited struct {
	status farm.Status
	shown  Farm
	// file is the farm in the rollout file, empty where that is not at hand.
	file    farm.Farm
	release *farm.Release
	zone    *time.Location
	printed time.Time
}

// Report gathers the evidence of a rollout, or of one farm of it.
func Report(r farm.RolloutStatus, farms []farm.Status, o ReportOptions) Evidence {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	v := FromRollout(r, farms, o.Printed)
	var of []audited
	byName := statusesByName(farms)
	for i, h := range r.Farms {
		if o.Farm != "" && h.Farm != o.Farm {
			continue
		}
		k := audited{status: statusOf(r, h, byName), shown: v.Farms[i], release: o.Release, zone: o.Zone, printed: o.Printed}
		if o.File != nil {
			k.file, _ = o.File.Farm(h.Farm) // a farm that came later is in no file
		}
		of = append(of, k)
	}
	e := Evidence{Rollout: r.Rollout, Farm: o.Farm, Printed: o.Printed, Zone: o.Zone.String(), Mark: v.Mark, zone: o.Zone}
	if o.Farm != "" && len(of) == 1 {
		e.Mark = of[0].shown.Mark
	}
	e.Verdict = verdictEvidence(r, v.Waves, of, o)
	e.Change = ChangeEvidence{Change: r.Change, Windows: windowsEvidence(of)}
	e.Plan = planEvidence(r, of, o)
	e.Rehearsed = RehearsedEvidence{TestedOn: r.Change.TestedOn}
	e.Findings = gather(of, findingsEvidence)
	e.Packages = packagesEvidence(of, o)
	e.Restore = gather(of, restoreEvidence)
	e.Decisions = append(ofRollout(r, o, decisionsEvidence), gather(of, decisionsEvidence)...)
	e.Timeline = gather(of, timelineEvidence)
	e.Servers = gather(of, serversEvidence)
	e.Versions = gather(of, versionsEvidence)
	e.UsersOff = gather(of, usersOffEvidence)
	e.People = append(ofRollout(r, o, peopleEvidence), gather(of, peopleEvidence)...)
	e.Clients = clientsEvidence(of, o)
	e.SmokeTests = gather(of, smokeEvidence)
	e.Residual = gather(of, func(k audited) []string { return k.status.Residual })
	e.Logs = gather(of, logsEvidence)
	return e
}

// gather takes one section from every farm.
func gather[T any](farms []audited, from func(audited) T) []Of[T] {
	out := make([]Of[T], len(farms))
	for i, k := range farms {
		out[i] = Of[T]{k.status.Farm, from(k)}
	}
	return out
}

// ofRollout takes one section from what the rollout itself asked and was told, nothing where that is none.
func ofRollout[T any](r farm.RolloutStatus, o ReportOptions, from func(audited) T) []Of[T] {
	if o.Farm != "" || len(r.Questions)+len(r.Decisions) == 0 {
		return nil
	}
	return []Of[T]{{"", from(audited{status: r.Asks(), zone: o.Zone, printed: o.Printed})}}
}

// JSON writes the evidence as one indented JSON object.
func (e Evidence) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(e)
}

// local is the zone of local times; evidence read back from JSON shows UTC.
func (e Evidence) local() *time.Location {
	if e.zone == nil {
		return time.UTC
	}
	return e.zone
}
