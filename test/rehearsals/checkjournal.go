package rehearsals

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/test/journal"
)

// line is an event as patterns see it.
func line(e journal.Event) string {
	return strings.Join([]string{e.Host, e.Protocol, e.Event, e.Text}, " ")
}

// check holds the journal of a case against what was expected.
func (j Journal) check(t *testing.T, events []journal.Event, f farm.Farm, release farm.Release) {
	t.Helper()
	if j.Unchanged {
		for _, e := range journal.Changes(events, f.Servers[0].Stage) {
			t.Errorf("changed: %s", line(e))
		}
	}
	if j.Article != nil {
		rules := journal.Farm{Wizards: j.Article.Wizards, Web: j.Article.Web}
		for _, p := range release.Packages {
			rules.Packages = append(rules.Packages, p.KB)
		}
		require.Empty(t, rules.Violations(events))
	}
	for _, p := range j.Never {
		for _, e := range events {
			if p.MatchString(line(e)) {
				t.Errorf("never %q: %d: %s", p, e.Seq, line(e))
			}
		}
	}
	for _, p := range j.Contains {
		if _, _, ok := find(events, 0, p.MatchString); !ok {
			t.Errorf("nothing in the journal fits %q", p)
		}
	}
	for _, message := range inOrder(events, j.Order) {
		t.Error(message)
	}
}

// inOrder says which entries of an order did not follow the one before.
func inOrder(events []journal.Event, order []string) (wrong []string) {
	after := int64(0)
	for _, entry := range order {
		begin, end, ok := milestone(events, entry, after)
		if !ok {
			wrong = append(wrong, fmt.Sprintf("order: %q does not follow the end of the entry before it (event %d)", entry, after))
			continue
		}
		after = max(begin, end)
	}
	return wrong
}

var wholeRun = regexp.MustCompile(`^(\S+) (?:package (KB\d+)|(wizard))$`)

// milestone finds the first occurrence of an order's entry after an event, and where it ended.
func milestone(events []journal.Event, entry string, after int64) (begin, end int64, ok bool) {
	run := wholeRun.FindStringSubmatch(entry)
	if run == nil {
		return find(events, after, regexp.MustCompile("(?is)"+entry).MatchString)
	}
	program := run[2]
	if program == "" {
		program = journal.Wizard
	}
	for _, e := range events {
		if e.Host != run[1] || e.Program() != program || e.Seq <= after {
			continue
		}
		switch {
		case e.Event == "started" && begin == 0:
			begin = e.Seq
		case e.Event == "exited" && begin != 0:
			return begin, e.Seq, true
		}
	}
	return 0, 0, false
}

// find returns the first event after another whose line fits.
func find(events []journal.Event, after int64, fits func(string) bool) (begin, end int64, ok bool) {
	for _, e := range events {
		if e.Seq > after && fits(line(e)) {
			return e.Seq, e.Seq, true
		}
	}
	return 0, 0, false
}
