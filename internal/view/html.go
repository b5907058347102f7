package view

import (
	_ "embed" // the page's template
	"html/template"
	"io"
)

//go:embed report.html.tmpl
var reportSource string

var reportTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"add":  func(a, b float64) float64 { return a + b },
	"cell": cellClass,
}).Parse(reportSource))

// HTML writes the evidence as one page that needs nothing else: no script, no other file, no network.
func (e Evidence) HTML(w io.Writer) error { return reportTemplate.Execute(w, e.document()) }

// cellClass says how a column is set: text to copy, short text that is not broken, or prose.
func cellClass(head []string, i int) string {
	if i >= len(head) {
		return ""
	}
	switch head[i] {
	case "command", "SHA-256", "file", "evidence key", "VersionId", "built from":
		return "code long"
	case "digest":
		return "code short"
	case "started", "finished", "when", "backed up", "asked", "answered", "stopped", "restored", "finalized", "UTC", "local", "state", "size", "phase", "planned", "took", "farm", "outcome", "decision", "server", "Version", "TimeStamp", "FinalizeTimeStamp":
		return "short"
	}
	return ""
}
