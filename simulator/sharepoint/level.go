package sharepoint

import (
	"farmhand/internal/farm"
	"farmhand/simulator/world"
)

// A farm need not stand at the baseline before the update: a server may have been updated already or be past the
// release, and the databases with it.

// wizardPending reports whether the wizard has not run on a server since its last package.
func (o Options) wizardPending(name string) bool {
	s := o.server(name)
	if s.WizardPending != nil {
		return *s.WizardPending
	}
	return len(s.Installed) > 0
}

// level is what the databases are at before the update.
func (o Options) level() farm.Version {
	if v, err := farm.ParseVersion(o.Level); err == nil {
		return v
	}
	return o.Release.Baseline.Version
}

// binaries is the level a wizard on a server brings databases to: the release's, or the server's own where a later
// update is on it.
func (f *Farm) binaries(server string, d database) farm.Version {
	release := farm.MustParseVersion(f.target(d))
	if own := f.o.baseline(server); own.Compare(release) > 0 {
		return own
	}
	return release
}

// olderThan reports whether a database is below a level, or was left unfinished.
func (f *Farm) olderThan(tx *world.Tx, d database, want farm.Version) bool {
	row := f.level(tx, d)
	v, err := farm.ParseVersion(row.Version)
	return row.Finalize == nil || err != nil || !v.AtLeast(want)
}

// spelled is a level as a database's Versions table spells it.
func (d database) spelled(v farm.Version) string {
	if d.Project {
		return v.String()
	}
	return sharePoint(v)
}
