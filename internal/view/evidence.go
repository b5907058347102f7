package view

import (
	"encoding/json"
	"io"
	"time"

	"farmhand/internal/farm"
)

// Evidence is what an auditor gets: who decided what and why, what ran where, before and after. Its parts
// stand in the order of an audit; what a run does not know is left out and never made up.
type Evidence struct {
	Rollout string    `json:"rollout"`
	Printed time.Time `json:"printed"`
	Zone    string    `json:"zone"`
	// Verdict and owners.
	Outcome   farm.Outcome `json:"outcome,omitempty"`
	Mark      Mark         `json:"mark"`
	Started   time.Time    `json:"started"`
	Finished  time.Time    `json:"finished,omitzero"`
	StartedBy string       `json:"started_by"`
	Operators []string     `json:"operators,omitempty"`
	// Change record, plan and what it was rehearsed on.
	Change  farm.Change   `json:"change"`
	Digest  string        `json:"digest"`
	Release string        `json:"release"`
	File    *farm.Rollout `json:"file,omitempty"`
	Data    *farm.Release `json:"release_data,omitempty"`
	// LicenseTerms says who accepted which package's terms.
	LicenseTerms []farm.LicenseTerms `json:"license_terms,omitempty"`
	Farms        []FarmEvidence      `json:"farms"`
	// Clients is the release's requirement on client computers.
	Clients string `json:"clients,omitempty"`

	zone *time.Location
}

// ReportOptions is what a report says beyond the statuses.
type ReportOptions struct {
	// File and Release are what was approved; nil where they are not at hand. They hold references to
	// passwords, never passwords.
	File    *farm.Rollout
	Release *farm.Release
	// Zone is the local time shown beside UTC; nil means UTC alone.
	Zone *time.Location
	// Printed is when the report is made.
	Printed time.Time
}

// Report gathers the evidence of a rollout.
func Report(r farm.RolloutStatus, farms []farm.Status, o ReportOptions) Evidence {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	v := FromRollout(r, farms, o.Printed)
	e := Evidence{
		Rollout: r.Rollout, Printed: o.Printed, Zone: o.Zone.String(), Outcome: r.Outcome, Mark: v.Mark, Started: r.Started, Finished: r.Finished,
		StartedBy: r.StartedBy, Change: r.Change, Digest: r.Digest, Release: r.Release, File: o.File, Data: o.Release, zone: o.Zone,
	}
	if o.File != nil {
		e.Operators, e.LicenseTerms = o.File.Operators, o.File.LicenseTerms
	}
	if o.Release != nil {
		e.Clients = o.Release.Client.Statement
	}
	byName := statusesByName(farms)
	for i, h := range r.Farms {
		e.Farms = append(e.Farms, farmEvidence(statusOf(r, h, byName), v.Farms[i], o.Zone))
	}
	return e
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
