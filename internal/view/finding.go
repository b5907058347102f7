package view

import (
	"slices"

	"farmhand/internal/farm"
)

// Finding is one thing preflight found; the same finding on several servers is one line.
type Finding struct {
	Severity farm.Severity `json:"severity"`
	Mark     Mark          `json:"mark"`
	Servers  []string      `json:"servers"`
	What     string        `json:"what"`
	Do       string        `json:"do,omitempty"`
}

// foldFindings joins findings that differ in the server alone, worst first.
func foldFindings(fs []farm.Finding) []Finding {
	var out []Finding
	for _, f := range fs {
		i := slices.IndexFunc(out, func(o Finding) bool { return o.Severity == f.Severity && o.What == f.What && o.Do == f.Do })
		if i < 0 {
			out = append(out, Finding{Severity: f.Severity, Mark: markOfSeverity(f.Severity), Servers: []string{f.Server}, What: f.What, Do: f.Do})
			continue
		}
		if !slices.Contains(out[i].Servers, f.Server) {
			out[i].Servers = append(out[i].Servers, f.Server)
		}
	}
	order := []farm.Severity{farm.SeverityBlocking, farm.SeverityWarning, farm.SeverityInformation}
	slices.SortStableFunc(out, func(a, b Finding) int { return slices.Index(order, a.Severity) - slices.Index(order, b.Severity) })
	return out
}

// countFindings counts the findings of a severity, folded ones as often as there are servers.
func countFindings(fs []Finding, s farm.Severity) int {
	n := 0
	for _, f := range fs {
		if f.Severity == s {
			n += len(f.Servers)
		}
	}
	return n
}
