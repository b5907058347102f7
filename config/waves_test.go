package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
)

// fleetFile is the valid file with more farms like its first, and with what is put before them.
func fleetFile(t *testing.T, before string, names ...string) string {
	t.Helper()
	text := valid(t, "farms:\n", before+"farms:\n")
	head, one, _ := strings.Cut(text, "  - name: pwa\n")
	for i, name := range names {
		again := strings.NewReplacer("10.0.0.", fmt.Sprintf("10.0.%d.", i)).Replace(one)
		head += "  - name: " + name + "\n" + again + "\n"
	}
	return head
}

func decodeFleet(t *testing.T, before string, names ...string) (farm.Rollout, error) {
	t.Helper()
	r, _, err := config.Decode("r.yaml", []byte(fleetFile(t, before, names...)), ".")
	return r, err
}

func TestWavesOfAFile(t *testing.T) {
	r, err := decodeFleet(t, `
waves:
  - {name: pilot, farms: [a-2]}
  - {name: a, match: {name: 'a-*', site: default}, max_parallel: 2, canary: a-3, stop_after_failures: "25%"}
  - {name: rest, match: {name: '*'}}
max_parallel: 7
busy_farms: wait
`, "a-1", "a-2", "a-3", "b-1")
	require.NoError(t, err)
	waves, left := r.InWaves()
	require.Empty(t, left)
	require.Equal(t, []farm.Wave{
		{Name: "pilot", Farms: []string{"a-2"}, StopAfterFailures: "1"},
		{Name: "a", Farms: []string{"a-1", "a-3"}, MaxParallel: 2, Canary: "a-3", StopAfterFailures: "25%"},
		{Name: "rest", Farms: []string{"b-1"}, StopAfterFailures: "1"},
	}, waves)
	require.Equal(t, 7, r.MaxParallel)
	require.Equal(t, farm.BusyWait, r.BusyFarms)
}

func TestDefaultsOfWaves(t *testing.T) {
	r, err := decodeFleet(t, "", "a")
	require.NoError(t, err)
	require.Empty(t, r.Waves)
	require.Equal(t, farm.DefaultMaxParallel, r.MaxParallel)
	require.Equal(t, farm.BusyRefuse, r.BusyFarms)
	require.Empty(t, r.StopAfterFailures, "one farm's failure does not keep the others from their update")

	r, err = decodeFleet(t, "stop_after_failures: 3\nwaves: [{name: w, farms: [a]}]\n", "a")
	require.NoError(t, err)
	require.Equal(t, farm.FailureBudget("3"), r.StopAfterFailures)
	require.Empty(t, r.Waves[0].StopAfterFailures, "the rollout has a budget of its own")
}

// TestMistakesInWaves are all named at once, each at its place, and nothing that only follows from another.
func TestMistakesInWaves(t *testing.T) {
	for name, c := range map[string]struct {
		before string
		want   []string
	}{
		"two waves":       {"waves: [{name: w, farms: [a, b]}, {name: x, farms: [b, c]}]", []string{`waves[1].farms[0]: farm "b" is already used at waves[0].farms[1]`}},
		"no wave":         {"waves: [{name: w, farms: [a]}]", []string{"waves: 2 farms are in no wave: b, c; name them"}},
		"unknown farm":    {"waves: [{name: w, farms: [a, bb, c]}]", []string{`waves[0].farms[1]: farm "bb" does not exist; did you mean "b"?`}},
		"matches nothing": {"waves: [{name: w, farms: [a, b, c]}, {name: x, match: {name: 'z-*'}}]", []string{"waves[1].match: no farm is left that matches"}},
		"nothing left":    {"waves: [{name: w, match: {name: '*'}}, {name: x, match: {site: default}}]", []string{"waves[1].match: no farm is left that matches"}},
		"both":            {"waves: [{name: w, farms: [a, b, c], match: {name: '*'}}]", []string{"waves[0].match: the wave names its farms, too"}},
		"neither":         {"waves: [{name: w}]", []string{"waves[0]: the wave takes no farm"}},
		"bad pattern":     {"waves: [{name: w, match: {name: '['}}]", []string{"waves[0].match: the pattern cannot be read"}},
		"foreign canary":  {"waves: [{name: w, farms: [a, b], canary: c}, {name: x, farms: [c]}]", []string{`waves[0].canary: "c" is no farm of this wave, which has a, b`}},
		"two canaries":    {"waves: [{name: w, farms: [a, b, c], canary: [a, b]}]", []string{"waves[0].canary: want text, found a list"}},
		"same name":       {"waves: [{name: w, farms: [a, b]}, {name: W, farms: [c]}]", []string{`waves[1].name: wave "W" is already used at waves[0].name`}},
		"many at once": {
			"max_parallel: 0\nstop_after_failures: none\nbusy_farms: queue\nwaves:\n - {farms: [a, b, c], max_parallel: -1, stop_after_failures: '0%'}\n",
			[]string{
				"max_parallel: 0 is out of range", `stop_after_failures: "none" cannot be read`, `busy_farms: "queue" is not known here`,
				"waves[0].name: missing", "waves[0].max_parallel: -1 is out of range", `waves[0].stop_after_failures: "0%" cannot be read`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := decodeFleet(t, c.before+"\n", "a", "b", "c")
			require.Error(t, err)
			lines := strings.Split(err.Error(), "\n")
			require.Len(t, lines, len(c.want), err.Error())
			for i, want := range c.want {
				require.Contains(t, lines[i], want)
				require.Regexp(t, `^r\.yaml:\d+: `, lines[i])
			}
		})
	}
}

// TestTooManyFarms: more than one history carries are refused before anything is started.
func TestTooManyFarms(t *testing.T) {
	var many strings.Builder
	for i := range farm.MaxFarms + 1 {
		fmt.Fprintf(&many, "  - {name: f%d}\n", i)
	}
	head, _, _ := strings.Cut(valid(t, "farms:", "farms:"), "  - name: pwa\n")
	_, _, err := config.Decode("r.yaml", []byte(head+many.String()), ".")
	require.ErrorContains(t, err, "farms: 2001 farms are more than one rollout carries")
}
