package view

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"farmhand/internal/farm"
)

// PlanEvidence is what was approved and what ran: the third section.
type PlanEvidence struct {
	// Digest is over rollout file and release together: what people approved. The hashes are over the JSON of each.
	Digest      string        `json:"digest"`
	Release     string        `json:"release"`
	FileHash    string        `json:"file_sha256,omitempty"`
	ReleaseHash string        `json:"release_sha256,omitempty"`
	File        *farm.Rollout `json:"file,omitempty"`
	Data        *farm.Release `json:"release_data,omitempty"`
	Phases      []Of[[]Phase] `json:"phases"`
	// Programs are the workers that described themselves, with the scripts they can send.
	Programs []Of[[]farm.Program] `json:"programs"`
}

func planEvidence(r farm.RolloutStatus, farms []audited, o ReportOptions) PlanEvidence {
	p := PlanEvidence{Digest: r.Digest, Release: r.Release, File: o.File, Data: o.Release}
	if o.File != nil {
		p.FileHash = hashOf(o.File)
	}
	if o.Release != nil {
		p.ReleaseHash = hashOf(o.Release)
	}
	p.Phases = gather(farms, func(k audited) []Phase { return k.shown.Phases })
	p.Programs = gather(farms, func(k audited) []farm.Program { return k.status.Programs })
	return p
}

// hashOf is the SHA-256, in hex, over the JSON of plain data.
func hashOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("view: data cannot be encoded: " + err.Error()) // plain data: cannot happen
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func (e Evidence) layPlan(d *document) {
	p := e.Plan
	rows := [][]string{
		{"release", p.Release}, {"digest of rollout file and release", p.Digest}, {"SHA-256 of the rollout file, decoded", p.FileHash}, {"SHA-256 of the release, decoded", p.ReleaseHash},
	}
	if p.Data != nil {
		for _, pk := range p.Data.Packages {
			rows = append(rows, []string{pk.ID(), pk.Title})
		}
	}
	if p.File != nil {
		for _, g := range p.File.Gates {
			rows = append(rows, []string{"gate " + string(g.Name), fmt.Sprintf("%d of group %s", max(1, g.Quorum), g.Group)})
		}
	}
	d.tabulate("", []string{"field", "value"}, filled(rows))
	lay(d, p.Phases, func(phases []Phase) {
		var rows [][]string
		for _, ph := range phases {
			rows = append(rows, []string{string(ph.Name), ph.Mark.Icon + " " + ph.Mark.Word, ph.Expected.about(), ph.Elapsed.String(), e.when(ph.Started), ph.Detail})
		}
		d.tabulate("Plan", []string{"phase", "state", "planned", "took", "started", "what"}, rows)
	})
	var programs, scripts [][]string
	seen := map[farm.ScriptHash]bool{}
	for _, of := range p.Programs {
		for _, x := range of.Evidence {
			programs = append(programs, []string{of.Farm, x.Version, x.Revision, x.Go, x.SHA256, x.Key, e.when(x.At)})
			for _, s := range x.Scripts {
				if !seen[s] {
					seen[s] = true
					scripts = append(scripts, []string{s.Name, s.SHA256})
				}
			}
		}
	}
	slices.SortFunc(scripts, slices.Compare)
	d.tabulate("Programs", []string{"farm", "version", "built from", "Go", "SHA-256", "evidence key", "asked"}, programs)
	d.tabulate("Scripts that these programs can send", []string{"script", "SHA-256"}, scripts)
}
