package view

import (
	"strings"
	"time"

	"farmhand/internal/farm"
)

// Verification is the witnesses of one farm as a table, with the verdict.
type Verification struct {
	Farm    string    `json:"farm"`
	Release string    `json:"release"`
	At      time.Time `json:"at"`
	Proven  bool      `json:"proven"`
	// Doubts are the mandatory witnesses that do not agree, and what could not be asked.
	Doubts    []string           `json:"doubts,omitempty"`
	Servers   []VerifiedServer   `json:"servers"`
	Databases []VerifiedDatabase `json:"databases"`
}

// VerifiedServer is one server and its witnesses.
type VerifiedServer struct {
	Name      string               `json:"name"`
	Mark      Mark                 `json:"mark"`
	Version   farm.Version         `json:"version,omitzero"`
	Witnesses []farm.WitnessResult `json:"witnesses"`
}

// VerifiedDatabase is one database and what its VERSIONS table says.
type VerifiedDatabase struct {
	Name    string `json:"name"`
	Server  string `json:"server"`
	Project bool   `json:"project,omitempty"`
	Mark    Mark   `json:"mark"`
	// Version as the table spells it; empty when there is none.
	Version string `json:"version,omitempty"`
	Note    string `json:"note,omitempty"`
}

// FromVerification works out what is shown of a verification.
func FromVerification(v farm.Verification) Verification {
	out := Verification{Farm: v.Farm, Release: v.Release, At: v.At, Proven: v.Proven, Doubts: v.Doubts}
	for _, s := range v.Servers {
		m := MarkDone
		if len(s.Witnesses) == 0 {
			m = MarkFailed // it could not be asked
		}
		for _, w := range s.Witnesses {
			if !w.Agrees && (w.Mandatory || m == MarkDone) {
				m = markOfWitness(w)
			}
		}
		out.Servers = append(out.Servers, VerifiedServer{Name: s.Name, Mark: m, Version: s.Version, Witnesses: s.Witnesses})
	}
	for _, d := range v.Databases {
		m := MarkFailed
		if d.OK {
			m = MarkDone
		}
		if d.OK && d.Note != "" {
			m = MarkInformation
		}
		out.Databases = append(out.Databases, VerifiedDatabase{Name: d.Name, Server: d.Server, Project: d.Project, Mark: m, Version: d.VersionAfter, Note: d.Note})
	}
	return out
}

// markOfWitness: a mandatory witness that does not agree fails the verification, another one is shown.
func markOfWitness(w farm.WitnessResult) Mark {
	switch {
	case w.Agrees:
		return MarkDone
	case w.Mandatory:
		return MarkFailed
	}
	return MarkWarning
}

// witnessColumns is the width of the names of witnesses and databases on the screen.
const witnessColumns = 32

func (v Verification) screen(p *printer) {
	m, verdict := MarkFailed, "NOT PROVEN"
	if v.Proven {
		m, verdict = MarkDone, "PROVEN"
	}
	p.title(m, "VERIFY "+v.Farm, verdict, v.Release, p.clock(v.At))
	for _, s := range v.Servers {
		p.row(s.Mark, s.Name, strings.TrimSpace(versionText(s.Version)))
		for _, w := range s.Witnesses {
			name := string(w.Witness)
			if !w.Mandatory {
				name += " (shown)"
			}
			p.entry(markOfWitness(w), "  "+name, witnessColumns, orWord(w.Says, "nothing"))
		}
	}
	p.row(MarkNone, "databases", "")
	for _, d := range v.Databases {
		text := orWord(d.Version, "no version") + " on " + d.Server
		if d.Note != "" {
			text += "; " + d.Note
		}
		p.entry(d.Mark, "  "+d.Name, witnessColumns, text)
	}
	for _, d := range v.Doubts {
		p.text(MarkFailed, d)
	}
}
