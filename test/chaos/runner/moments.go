package runner

import (
	"strings"
	"sync"

	"farmhand/test/chaos/scenario"
)

// moments waits for the moments that a scenario names and does, beside everything else, what belongs to each.
type moments struct {
	mu      sync.Mutex
	pending []waiting
	running sync.WaitGroup
}

type waiting struct {
	scenario.Moment
	seen int
	do   func()
}

// at has something done once, when the moment comes.
func (m *moments) at(when scenario.Moment, do func()) {
	m.pending = append(m.pending, waiting{Moment: when, do: do})
}

// see is called for each event of the journal.
func (m *moments) see(e event) {
	m.fire(func(w *waiting) bool {
		if w.Question != "" || e.Event != w.Event || e.Host != w.Host || !strings.Contains(strings.ToLower(e.Text), strings.ToLower(w.Text)) {
			return false
		}
		w.seen++
		return w.seen == w.Nth
	})
}

// asked is called for each question that is seen open.
func (m *moments) asked(question string) {
	m.fire(func(w *waiting) bool { return w.Question == question })
}

func (m *moments) fire(now func(*waiting) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	rest := m.pending[:0]
	for _, w := range m.pending {
		if now(&w) {
			m.running.Go(w.do)
		} else {
			rest = append(rest, w)
		}
	}
	m.pending = rest
}

// end waits for what is being done. What has not begun will not.
func (m *moments) end() {
	m.mu.Lock()
	m.pending = nil
	m.mu.Unlock()
	m.running.Wait()
}
