package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/test/chaos/judge"
	"farmhand/test/chaos/runner"
	"farmhand/test/chaos/scenario"
)

func TestOffendersComeFirst(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "offenders.txt")
	require.NoError(t, os.WriteFile(path, []byte("# what failed once\n42 plain # a wizard too early\n\n7\n"), 0o600))
	seeds, err := options{runs: 2, seed: 100, offenders: path}.seeds()
	require.NoError(t, err)
	require.Equal(t, []seed{{42, true}, {7, false}, {100, false}, {101, false}}, seeds)

	require.NoError(t, os.WriteFile(path, []byte("7\nseven\n"), 0o600))
	_, err = readOffenders(path)
	require.ErrorContains(t, err, `offenders.txt:2: "seven" is no seed`)

	fresh, err := options{runs: 1}.seeds()
	require.NoError(t, err)
	require.NotZero(t, fresh[0].number)
}

// The list that CI runs can be read.
func TestTheListOfOffenders(t *testing.T) {
	t.Parallel()
	seeds, err := readOffenders("offenders.txt")
	require.NoError(t, err)
	require.NotEmpty(t, seeds)
}

func results() []result {
	good := result{Run: runner.Run{Scenario: scenario.New(5), Took: 20 * time.Second}, Outcome: "completed", Struck: map[string]int{"winrm reset": 2}}
	for _, d := range []time.Duration{time.Second, 3 * time.Second, 20 * time.Second} {
		good.Kills = append(good.Kills, runner.Killed{Target: scenario.Worker, Progress: d})
	}
	bad := result{Run: runner.Run{Scenario: scenario.New(6), Took: 30 * time.Second, Dir: "/kept"}, Outcome: "aborted", Broken: []judge.Broken{{Rule: judge.Barrier, Says: "12: too early"}}}
	return []result{good, bad}
}

func TestTable(t *testing.T) {
	t.Parallel()
	text := table(results())
	for _, want := range []string{
		"runs          2", "50s of updates", "5 to 6", "aborted 1, completed 1", "rules broken  barrier 1", "faults met    winrm reset 2",
		"worker            3         3s      20s", "kills         3 of",
	} {
		require.Contains(t, text, want)
	}
	require.Contains(t, table(nil), "rules broken  none")
}

func TestARunThatFailedSaysHowToSeeItAgain(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	path := filepath.Join(t.TempDir(), "table.txt")
	require.ErrorIs(t, options{table: path}.conclude(results(), &out), errFailed(1))
	require.Contains(t, out.String(), "make chaos SEED=6 RUNS=1")
	written, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, table(results()), string(written))

	line := results()[1].line()
	for _, want := range []string{"BROKEN", "barrier: 12: too early", "/kept", "make chaos SEED=6 RUNS=1"} {
		require.Contains(t, line, want)
	}
	require.NoError(t, options{}.conclude(results()[:1], &out))
}

func TestUsage(t *testing.T) {
	t.Parallel()
	var out, bad bytes.Buffer
	require.Equal(t, 2, run(t.Context(), []string{"-runs", "many"}, &out, &bad))
	require.Equal(t, 2, run(t.Context(), []string{"-parallel", "0"}, &out, &bad))
	require.Equal(t, 1, run(t.Context(), []string{"-bin", t.TempDir(), "-dir", t.TempDir()}, &out, &bad))
	require.Contains(t, bad.String(), "run make build")
}
