package rehearsals

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"farmhand/test/integration"
	"farmhand/test/journal"
)

const (
	cases = "../../simulator/testdata"
	// pace makes the hours of an update seconds.
	pace = 4000
)

func TestRehearsals(t *testing.T) {
	t.Parallel()
	folders, err := os.ReadDir(cases)
	require.NoError(t, err)
	for _, folder := range folders {
		t.Run(folder.Name(), func(t *testing.T) {
			t.Parallel()
			rehearse(t, filepath.Join(cases, folder.Name()))
		})
	}
}

// rehearse runs one folder.
func rehearse(t *testing.T, folder string) {
	t.Helper()
	expected, err := LoadExpected(filepath.Join(folder, "expected.yaml"))
	require.NoError(t, err)
	f := integration.StartFiles(t, filepath.Join(folder, "rollout.yaml"), filepath.Join(folder, "twin.yaml"), pace)
	p := &people{t: t, farm: f, answers: expected.Answers}
	result, status := f.UpdateWith(t, integration.People{See: p.see, Answer: p.answer})
	p.see(status)

	assert.Equal(t, expected.Outcome, result.Outcome, "%s %v", result.Why, result.Exceptions)
	for _, a := range p.answers {
		assert.Zero(t, a.Times, "nobody asked for the answer %+v", a)
	}
	checkFindings(t, expected.Findings, p.findings)
	expected.Status.check(t, status)
	events, err := journal.Read(f.Journal)
	require.NoError(t, err)
	expected.Journal.check(t, events, f.Rollout.Farms[0], f.Release)
	if t.Failed() {
		for _, e := range status.Timeline {
			t.Logf("%s %s %s: %s", e.At.Format("15:04:05"), e.Kind, e.Server, e.What)
		}
	}
}
