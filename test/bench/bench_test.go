package main

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestMain lets the test binary play the clients, which are processes of their own.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "client" {
		if run(context.Background(), os.Args[1:]) != nil {
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// One round of farmhand's own client, as a process: the harness measures what it says it measures. The others need Debian's
// packages, or die of their input.
func TestOneRound(t *testing.T) {
	s, err := startWinRM(t.Context())
	require.NoError(t, err)
	t.Cleanup(s.close)
	m := s.measure("farmhand")
	samples, err := m.play(t.Context(), 1, time.Minute)
	require.NoError(t, err)

	one := func(metric string) float64 {
		values, _ := samples.values("winrm", "farmhand", metric)
		require.Len(t, values, 1, metric)
		return values[0]
	}
	require.Positive(t, one("calls"))
	require.InDelta(t, 4, one("posts per call"), 1, "Create, Command, Receive, Delete, and one logon for all")
	require.Equal(t, 100.0, one("of 2 MB arrived"))

	m.contestants = []contestant{{name: "farmhand"}, {name: "masterzen"}}
	for _, who := range []string{"farmhand", "masterzen"} {
		samples = append(samples, Sample{Measure: "winrm", Contestant: who, Round: 2, Figure: Figure{Metric: "calls", Value: 4}})
	}

	text := report("a machine", []measure{m}, samples)
	require.Contains(t, text, "- farmhand makes **1** times the calls per second of bare masterzen/winrm")
	require.NotContains(t, text, "pywinrm", "nothing is said of who did not run")
	require.Contains(t, text, "| posts per call |")
	var csv strings.Builder
	require.NoError(t, samples.writeCSV(&csv))
	require.Equal(t, len(samples)+1, strings.Count(csv.String(), "\n"))
}

func TestMedians(t *testing.T) {
	require.Equal(t, spread{1, 3, 9}, spreadOf([]float64{9, 1, 3}))
	require.Equal(t, spread{1, 2.5, 9}, spreadOf([]float64{9, 1, 3, 2}))
	require.Zero(t, spreadOf(nil))
}

func TestRatiosAreOfOneRound(t *testing.T) {
	var s Samples
	add := func(who string, round int, value float64) {
		s = append(s, Sample{Measure: "m", Contestant: who, Round: round, Figure: Figure{Metric: "time", Value: value}})
	}
	add("a", 1, 10)
	add("b", 1, 5)
	add("a", 2, 30)
	add("b", 2, 10)
	add("a", 3, 7) // b has no third round
	require.Equal(t, []float64{2, 3}, s.ratios("m", "time", "a", "b"))
}

func TestNumbers(t *testing.T) {
	require.Equal(t, "1234", number(1234.4))
	require.Equal(t, "12.3", number(12.34))
	require.Equal(t, "1.23", number(1.234))
	require.Equal(t, "0.0123", number(0.01234))
	require.Equal(t, "7", number(7))
	require.Equal(t, "–", cell(nil))
	require.Equal(t, "2 (1–3)", cell([]float64{1, 2, 3}))
}
