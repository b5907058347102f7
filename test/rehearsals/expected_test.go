package rehearsals

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/test/journal"
)

func load(t *testing.T, text string) (Expected, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "expected.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return LoadExpected(path)
}

func TestExpectedIsStrict(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"what: x\noutcome: completed\nfindngs: []\n":                                "line 3: field findngs not found",
		"what: x\noutcome: completed\njournal:\n  never: ['(']\n":                   "line 4: error parsing regexp",
		"outcome: completed\n":                                                      "what is missing",
		"what: x\n":                                                                 "outcome is missing",
		"what: x\noutcome: refused\nanswers: [{choice: retry}]\n":                   "answers[0]: want a gate or a step",
		"what: x\noutcome: refused\nanswers: [{gate: a, step: b, choice: retry}]\n": "answers[0]: want a gate or a step",
		"what: x\noutcome: refused\nfindings: [{severity: bad}]\n":                  `severity "bad" is none`,
		"what: x\noutcome: refused\n":                                               "refused, and the journal is not held to be unchanged",
	} {
		_, err := load(t, text)
		require.ErrorContains(t, err, says, text)
	}
	e, err := load(t, "what: x\noutcome: completed\nanswers: [{step: run-wizard, choice: retry}]\n")
	require.NoError(t, err)
	require.Equal(t, 1, e.Answers[0].Times)
}

// ran is one package or wizard in a journal.
func ran(host, text string, begin, end int64) []journal.Event {
	return []journal.Event{
		{Seq: begin, Host: host, Protocol: "job", Event: "started", Text: text},
		{Seq: end, Host: host, Protocol: "job", Event: "exited", Text: text},
	}
}

func TestOrderWantsEachAfterTheEndOfTheOneBefore(t *testing.T) {
	t.Parallel()
	const psconfig = `C:\BIN\psconfig.exe -cmd upgrade`
	apart := append(ran("APP01", psconfig, 1, 2), ran("WFE01", psconfig, 3, 4)...)
	require.Empty(t, inOrder(apart, []string{"APP01 wizard", "WFE01 wizard"}))
	require.NotEmpty(t, inOrder(apart, []string{"WFE01 wizard", "APP01 wizard"}))
	require.NotEmpty(t, inOrder(apart, []string{"APP01 wizard", "APP01 wizard"}), "it ran once")
	require.NotEmpty(t, inOrder(apart, []string{"APP01 package KB951695"}))
	require.Empty(t, inOrder(apart, []string{"APP01 wizard", "WFE01 job started .*psconfig"}))
	side := []journal.Event{ran("APP01", psconfig, 1, 3)[0], ran("WFE01", psconfig, 2, 4)[0], ran("APP01", psconfig, 1, 3)[1], ran("WFE01", psconfig, 2, 4)[1]}
	require.NotEmpty(t, inOrder(side, []string{"APP01 wizard", "WFE01 wizard"}), "they overlap")
}

// TestFindingsAreWantedExactly runs the check on a T of its own, which may fail.
func TestFindingsAreWantedExactly(t *testing.T) {
	t.Parallel()
	found := []farm.Finding{
		{Severity: farm.SeverityBlocking, Server: "WFE01", What: "a Basic installation"},
		{Severity: farm.SeverityWarning, Server: "SQL01", What: "no sysadmin"},
	}
	for name, c := range map[string]struct {
		expected []Finding
		fine     bool
	}{
		"just these":            {[]Finding{{Severity: farm.SeverityBlocking, Server: "WFE01", Contains: "Basic"}}, true},
		"a warning besides":     {[]Finding{{Severity: farm.SeverityBlocking}, {Severity: farm.SeverityWarning, Contains: "sysadmin"}}, true},
		"a blocking one is new": {[]Finding{{Severity: farm.SeverityWarning}}, false},
		"another server":        {[]Finding{{Severity: farm.SeverityBlocking, Server: "WFE02"}, {Severity: farm.SeverityBlocking}}, false},
	} {
		inner := new(testing.T)
		checkFindings(inner, c.expected, found)
		assert.Equal(t, c.fine, !inner.Failed(), name)
	}
}
