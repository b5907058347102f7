package farm

import (
	"fmt"
	"slices"
)

// LanguageOrder says when the packages of language packs are installed on a server.
type LanguageOrder string

// The orders of a release file. Which one holds for the Infrastructure Update is not known: the article announces
// a section on language packs and its text is missing; a blog of 2010 has them before everything else (domain.md A.1).
const (
	LanguagesBefore LanguageOrder = "before" // before the release's first package
	LanguagesAfter  LanguageOrder = "after"  // after the release's last package
)

// LanguagePacks are the packages of a release that update language packs.
type LanguagePacks struct {
	Order LanguageOrder `json:"order,omitempty" mapstructure:"order"`
	// Packages in install order; each names its Language.
	Packages []Package `json:"packages,omitempty" mapstructure:"packages"`
}

// ID tells a package from the others of its release: its KB, and for a language pack the language, too, since
// Microsoft gives the packages of one update the same KB in every language.
func (p Package) ID() string {
	if p.Language == 0 {
		return p.KB
	}
	return fmt.Sprintf("%s-%d", p.KB, p.Language)
}

// InstallOrder returns every package of the release in the order a server installs them.
func (r Release) InstallOrder() []Package {
	if r.LanguagePacks.Order == LanguagesBefore {
		return slices.Concat(r.LanguagePacks.Packages, r.Packages)
	}
	return slices.Concat(r.Packages, r.LanguagePacks.Packages)
}

// For returns the release as it concerns a server that holds these language packs: without the packages of others.
func (r Release) For(languages []int) Release {
	r.LanguagePacks.Packages = slices.DeleteFunc(slices.Clone(r.LanguagePacks.Packages), func(p Package) bool {
		return !slices.Contains(languages, p.Language)
	})
	if len(r.LanguagePacks.Packages) == 0 {
		r.LanguagePacks.Packages = nil
	}
	return r
}

// Covers reports whether the release has a package for a language pack.
func (r Release) Covers(language int) bool {
	return slices.ContainsFunc(r.LanguagePacks.Packages, func(p Package) bool { return p.Language == language })
}
