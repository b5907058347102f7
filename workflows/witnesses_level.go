package workflows

import (
	"fmt"
	"strings"
	"time"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// levelWitnesses are the witnesses that tell the level of a server's binaries, and whether a language pack waits for
// the wizard (domain.md A.3, B.3). The registry has a vote where the release says what it must name. File versions and
// LanguagePackInstalled are shown: an update need not touch every file, and what the value means in 2007 is read of
// later versions.
func levelWitnesses(at time.Time, rel farm.Release, f farm.ServerFacts) []farm.WitnessResult {
	want := rel.Expected.Registry
	registry := farm.WitnessResult{
		Witness: farm.WitnessRegistry, Mandatory: !want.IsZero(), Agrees: want.IsZero() || f.Version.AtLeast(want), At: at, Says: f.Version.String(),
	}
	if f.Version.IsZero() {
		registry.Says = "no version"
	}
	out := []farm.WitnessResult{registry}
	if len(f.Files) > 0 {
		out = append(out, fileWitness(at, rel, f.Files))
	}
	if f.LanguagePackPending {
		out = append(out, farm.WitnessResult{Witness: farm.WitnessLanguages, At: at, Says: "a language pack still waits for the wizard"})
	}
	return out
}

// fileWitness compares file versions with the lowest version that the release's packages bring.
func fileWitness(at time.Time, rel farm.Release, files []farm.FileVersion) farm.WitnessResult {
	var lowest farm.Version
	for _, p := range rel.Packages {
		if !p.Version.IsZero() && (lowest.IsZero() || p.Version.Compare(lowest) < 0) {
			lowest = p.Version
		}
	}
	w := farm.WitnessResult{Witness: farm.WitnessFiles, Agrees: true, At: at}
	says := make([]string, len(files))
	for i, f := range files {
		w.Agrees = w.Agrees && f.Version.AtLeast(lowest)
		says[i] = f.Path[strings.LastIndex(f.Path, `\`)+1:] + " " + f.Version.String()
	}
	w.Says = strings.Join(says, ", ")
	return w
}

// versionNote is what a VERSIONS table shows besides the level of its database.
func versionNote(v activities.DatabaseVersion) string {
	var notes []string
	if v.Unfinished {
		notes = append(notes, "its newest row has no finalize time: an upgrade may have begun and not ended")
	}
	for _, c := range v.Differing {
		notes = append(notes, fmt.Sprintf("component %s is at %s", c.Component, c.Raw))
	}
	return strings.Join(notes, "; ")
}
