package view

import "strings"

// releaseColumns is the width of the labels on a release's screen.
const releaseColumns = 10

// screen prints a release: the packages in the order every server installs them, and what it asks.
func (v Release) screen(p *printer) {
	p.title(MarkNone, "RELEASE "+v.Name, v.Project)
	p.text(MarkNone, v.Title)
	p.blank()
	entry := func(m Mark, label, text string) {
		if text != "" {
			p.entry(m, label, releaseColumns, text)
		}
	}
	entry(MarkNone, "needs", v.Baseline)
	for _, k := range v.Packages {
		text := strings.TrimSpace(k.ID + "  " + k.Title)
		if k.Version != "" {
			text += "  " + k.Version
		}
		entry(MarkNone, "package", text)
		for _, f := range k.Files {
			hash := ""
			if !k.Hashed {
				hash = "  (no hash given)"
			}
			entry(MarkNone, "", f+hash)
		}
	}
	entry(MarkNone, "contains", strings.Join(v.Contains, ", "))
	entry(MarkNone, "databases", strings.Join(nonEmpty(prefixed("Project ", v.Project), prefixed("SharePoint ", v.SharePoint)), ", "))
	entry(MarkNone, "clients", v.Client)
	for _, q := range v.Questions {
		entry(MarkWarning, "asks", q.Key+": "+q.Ask)
	}
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

func nonEmpty(texts ...string) []string {
	var out []string
	for _, t := range texts {
		if t != "" {
			out = append(out, t)
		}
	}
	return out
}
