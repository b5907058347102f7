package activities

import (
	"context"
	"os"
	"runtime"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// WindowRequest asks where a moment lies in a farm's calendar.
type WindowRequest struct {
	Farm     string        `json:"farm"`
	Calendar farm.Calendar `json:"calendar"`
	// At is the workflow's time: an activity that is late answers for the moment that was asked about.
	At time.Time `json:"at"`
	// Room is how long a window must be to be waited for.
	Room time.Duration `json:"room"`
}

// CheckWindow computes a farm's windows with the zone data of this worker. Workflows have none: zone data may change
// between two replays, and what a run was told must not.
func (a *Activities) CheckWindow(_ context.Context, r WindowRequest) (farm.Opening, error) {
	o, err := r.Calendar.At(r.At, r.Room, time.LoadLocation)
	if err != nil {
		return farm.Opening{}, failf(farm.FailureConfig, r.Farm, "", "the windows cannot be computed on this worker: "+err.Error(),
			"the file was accepted elsewhere, so this worker's time zone data are older: update the worker, then retry")
	}
	o.ZoneData = zoneData
	return o, nil
}

// zoneData names the time zone data of this process: those of the computer, else those inside the program.
var zoneData = zoneDataIn("/usr/share/zoneinfo/")

// zoneDataIn reads the version that a zone database carries in one of two files.
func zoneDataIn(dir string) string {
	if text, err := os.ReadFile(dir + "tzdata.zi"); err == nil {
		first, _, _ := strings.Cut(string(text), "\n")
		if version, ok := strings.CutPrefix(first, "# version "); ok {
			return strings.TrimSpace(version)
		}
	}
	if text, err := os.ReadFile(dir + "+VERSION"); err == nil {
		return strings.TrimSpace(string(text))
	}
	return "of " + runtime.Version()
}
