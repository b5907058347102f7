package telemetry

import "slices"

// Trace are the spans of one trace.
type Trace []Span

// Trace returns the spans of a trace.
func (r Recording) Trace(id string) Trace {
	return slices.DeleteFunc(slices.Clone(r.Spans), func(s Span) bool { return s.Trace != id })
}

// Orphans are the spans whose parent was never exported: it never ended, or was lost with its process.
func (t Trace) Orphans() []Span {
	known := map[string]bool{"": true}
	for _, s := range t {
		known[s.ID] = true
	}
	return slices.DeleteFunc(slices.Clone(t), func(s Span) bool { return known[s.Parent] })
}

// Path are the names from the root of a trace to a span; an orphan's begins with itself.
func (t Trace) Path(s Span) []string {
	path := []string{s.Name}
	for s.Parent != "" {
		i := slices.IndexFunc(t, func(p Span) bool { return p.ID == s.Parent })
		if i < 0 {
			break
		}
		s = t[i]
		path = append(path, s.Name)
	}
	slices.Reverse(path)
	return path
}
