package view

import (
	"strings"

	"farmhand/internal/farm"
)

// windowsEvidence are the windows of the farms that have some, with what people said of them: a part of the second section.
func windowsEvidence(farms []audited) []Of[farm.WindowStatus] {
	var out []Of[farm.WindowStatus]
	for _, k := range farms {
		if w := k.status.Window; !w.Calendar.Always() {
			out = append(out, Of[farm.WindowStatus]{k.status.Farm, w})
		}
	}
	return out
}

// windowRows are a farm's windows as the file has them, the one that was used, and what people decided about it.
func (e Evidence) windowRows(w farm.WindowStatus) [][]string {
	var rows [][]string
	for _, one := range w.Calendar.Windows {
		rows = append(rows, []string{"window", one.Says(), ""})
	}
	for _, one := range w.Calendar.Freezes {
		rows = append(rows, []string{"freeze", one.Says(), ""})
	}
	for _, m := range w.Missed {
		rows = append(rows, []string{"given up", m.Says, e.when(m.At)})
	}
	if w.Says != "" {
		rows = append(rows, []string{"used", w.Says + ", zone data " + w.ZoneData, e.when(w.Span.Open)})
	}
	if w.Ends != "" {
		rows = append(rows, []string{"cut by", w.Ends, ""})
	}
	if !w.Deadlines.Start.IsZero() {
		rows = append(rows, []string{"first installer no later than", "", e.when(w.Deadlines.Start)}, []string{"back-out must start by", "", e.when(w.Deadlines.BackOut)})
	}
	if w.Risk != "" {
		rows = append(rows, []string{"at risk", w.Risk, e.when(w.AtRisk)})
	}
	for _, x := range w.Extensions {
		rows = append(rows, []string{"extended", strings.TrimSpace("by " + x.Who + " until " + e.when(x.Until) + ": " + x.Reason), e.when(x.At)})
	}
	if !w.Closed.IsZero() {
		rows = append(rows, []string{"closed on the update", "it finished forward", e.when(w.Closed)})
	}
	if o := w.Override; o != nil {
		rows = append(rows, []string{"overridden", "by " + o.Who + ": " + o.Reason, e.when(o.At)})
	}
	return rows
}
