package activities_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// saturday is a request about a window of a Saturday night in Berlin.
func saturday(zone string) activities.WindowRequest {
	return activities.WindowRequest{
		Farm: "contoso", Room: time.Hour, At: time.Date(2026, 10, 24, 23, 0, 0, 0, time.UTC),
		Calendar: farm.Calendar{Windows: []farm.Window{{Days: []string{"sat"}, From: "22:00", To: "06:00", Zone: zone}}},
	}
}

// TestCheckWindow answers for the moment of the request, whenever it runs, and says which zone data it had.
func TestCheckWindow(t *testing.T) {
	env := newEnvironment()
	a := activities.New(activities.Options{})
	env.RegisterActivity(a)
	var first farm.Opening
	for range 2 {
		v, err := env.ExecuteActivity(a.CheckWindow, saturday("Europe/Berlin"))
		require.NoError(t, err)
		var o farm.Opening
		require.NoError(t, v.Get(&o))
		require.True(t, o.Open)
		require.Equal(t, 9*time.Hour, o.Window.Close.Sub(o.Window.Open), "the night in which clocks are set back")
		require.NotEmpty(t, o.ZoneData)
		if first.ZoneData != "" {
			require.Equal(t, first, o)
		}
		first = o
	}
}

// TestCheckWindowWithoutTheZone is a failure that says what to do, and is not tried again.
func TestCheckWindowWithoutTheZone(t *testing.T) {
	env := newEnvironment()
	a := activities.New(activities.Options{})
	env.RegisterActivity(a)
	_, err := env.ExecuteActivity(a.CheckWindow, saturday("Europe/Atlantis"))
	f := activities.FailureOf(err)
	require.Equal(t, farm.FailureConfig, f.Kind)
	require.Contains(t, f.Message, `"Europe/Atlantis" is no time zone known here`)
	require.Contains(t, f.Advice, "update the worker")
}

// TestZoneData reads the version where a computer has one.
func TestZoneData(t *testing.T) {
	dir := t.TempDir() + string(filepath.Separator)
	require.Contains(t, activities.ZoneDataIn(dir), "of go")
	require.NoError(t, os.WriteFile(dir+"+VERSION", []byte("2026a\n"), 0o600))
	require.Equal(t, "2026a", activities.ZoneDataIn(dir))
	require.NoError(t, os.WriteFile(dir+"tzdata.zi", []byte("# version 2026b\n# redo posix_only\n"), 0o600))
	require.Equal(t, "2026b", activities.ZoneDataIn(dir))
}
