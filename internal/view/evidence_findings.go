package view

import (
	"slices"
	"strings"

	"farmhand/internal/farm"
)

// FindingEvidence is a finding of preflight and who went on in spite of it: whoever approved the gate
// that showed it. The fifth section is a list of them.
type FindingEvidence struct {
	farm.Finding
	AcceptedBy string `json:"accepted_by,omitempty"`
}

func findingsEvidence(k audited) []FindingEvidence {
	var out []FindingEvidence
	for _, f := range k.status.Findings {
		out = append(out, FindingEvidence{f, acceptedBy(k.status, f)})
	}
	return out
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

func (e Evidence) layFindings(d *document) {
	lay(d, e.Findings, func(findings []FindingEvidence) {
		var rows [][]string
		for _, x := range findings {
			rows = append(rows, []string{string(x.Severity), x.Server, x.What, x.Do, orWord(x.AcceptedBy, "shown at no gate that was approved")})
		}
		d.tabulate("", []string{"severity", "server", "what", "what to do", "accepted by"}, rows)
	})
}
