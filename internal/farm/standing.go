package farm

import (
	"fmt"
	"strings"
)

// setupDone is SetupType of the registry when no wizard is due (domain.md A.2, read of later versions: one witness
// among several, and never believed alone).
const setupDone = "CLEAN_INSTALL"

// AtRelease says in words why a server does not stand at the release or past it; nothing when it does: every package
// is on it, its registry names the release's level where the release asks for that, and no wizard is pending.
func AtRelease(rel Release, s ServerFacts) string {
	for _, p := range s.Packages {
		if !p.Proven() {
			return p.KB + " is not there: " + p.Evidence
		}
	}
	switch want := rel.Expected.Registry; {
	case len(s.Packages) == 0:
		return "no package was looked for"
	case !want.IsZero() && !s.Version.AtLeast(want):
		return fmt.Sprintf("the registry names %s and not %s", s.Version, want)
	case !strings.EqualFold(s.SetupType, setupDone):
		return "SetupType is " + s.SetupType + ": the wizard is pending"
	case s.LanguagePackPending:
		return "LanguagePackInstalled is set: the wizard is pending for a language pack"
	}
	return ""
}

// WizardDue says why the configuration wizard has to run on a server, nothing when it need not: the server stood at
// the release before anything was installed, and the farm does not say that it needs an upgrade. Whoever doubts runs
// it, for a wizard with nothing to do does no harm; whether the databases are upgraded is asked besides.
func WizardDue(rel Release, facts Facts, server string) string {
	s, ok := facts.Server(server)
	if !ok {
		return "the server was not read"
	}
	if why := AtRelease(rel, s); why != "" {
		return why
	}
	if facts.Farm.Configuration == "" {
		return "the farm was not asked whether it needs an upgrade"
	}
	if containsName(facts.Farm.NeedsUpgrade, server) {
		return "the farm says that the server needs an upgrade"
	}
	return ""
}

// Reached reports whether a database's version is what the release expects of it, or later. A SharePoint database
// without a VERSIONS table has no version and no opinion; a Project database has to have one.
func (e Expected) Reached(project bool, v Version) bool {
	if project {
		return v.AtLeast(e.ProjectDatabases)
	}
	return v.IsZero() || v.AtLeast(e.SharePointDatabases)
}
