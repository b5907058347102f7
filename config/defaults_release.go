package config

// fillRelease sets what a release file left out: how the wizard is run and how upgrade jobs are seen are
// the same for every update of this version that is known. They are filled in before the value is decoded,
// so that the digest covers them. docs/assumptions.md says how sure each of them is.
func (n *notes) fillRelease(release plain) {
	wizard := part(release, "wizard")
	setDefault(wizard, "arguments", []any{"-cmd", "upgrade", "-inplace", "b2b", "-wait"})
	setDefault(wizard, "force_argument", "-force")
	jobs := part(release, "upgrade_jobs")
	setDefault(jobs, "classes", []any{"Microsoft.SharePoint.Administration.SPUpgradeJobDefinition"})
	setDefault(jobs, "class_id", "3144ED38-69E9-46EC-B89F-3037F8FFD1A8")
	setDefault(jobs, "query", "SELECT Name FROM {database}.dbo.Objects WHERE ClassId = @p1")
}

// part returns a mapping inside another, and makes it where there is none.
func part(m plain, key string) plain {
	inner, ok := m[key].(plain)
	if !ok {
		inner = plain{}
		if m != nil {
			m[key] = inner
		}
	}
	return inner
}
