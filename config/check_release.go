package config

import (
	"regexp"

	"farmhand/internal/farm"
)

var (
	kbForm     = regexp.MustCompile(`^KB[0-9]{5,8}$`)
	sha256Form = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// checkRelease asks of a release file everything a rollout relies on.
func (n *notes) checkRelease(rel farm.Release) {
	n.checkName("release", rel.Name)
	n.require("title", rel.Title, "say in a line what the release is")
	if len(rel.Packages) == 0 {
		n.wrong("packages", "missing; a release has at least one package, in install order")
	}
	var keys, names []string
	for i, p := range rel.Packages {
		key := element("packages", i)
		keys, names = append(keys, key+".kb"), append(names, p.KB)
		n.checkPackage(key, p)
		n.requireVersion(key+".version", p.Version)
		if p.Language != 0 {
			n.wrong(key+".language", "a package of a language pack belongs below language_packs, so that only servers that hold the language get it")
		}
	}
	n.checkUnique("package", keys, names)
	n.checkLanguagePacks(rel.LanguagePacks)
	n.checkContains(rel)
	n.requireVersion("baseline.version", rel.Baseline.Version)
	n.requireVersion("expected.project_databases", rel.Expected.ProjectDatabases)
	n.requireVersion("expected.sharepoint_databases", rel.Expected.SharePointDatabases)
	n.checkQueueViews(rel.Queue)
	n.checkClient(rel.Client)
	n.checkWizard(rel.Wizard)
	n.checkUpgradeJobs(rel.UpgradeJobs)
	n.checkQuestions(rel.Questions)
}

func (n *notes) requireVersion(key string, v farm.Version) {
	if v.IsZero() {
		n.wrong(key, "missing; want a version, like 12.0.6318.5000")
	}
}
