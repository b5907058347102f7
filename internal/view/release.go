package view

import (
	"fmt"
	"strings"

	"farmhand/internal/farm"
)

// Release is a release for people who decide whether it is the right one.
type Release struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	// Packages in install order, those of language packs among them.
	Packages []ReleasePackage `json:"packages"`
	// Contains are the earlier updates that come with it.
	Contains []string `json:"contains,omitempty"`
	Baseline string   `json:"baseline"`
	// Project and SharePoint are what the VERSIONS of the databases show afterwards; empty when not known.
	Project    string `json:"project_databases,omitempty"`
	SharePoint string `json:"sharepoint_databases,omitempty"`
	Client     string `json:"client,omitempty"`
	// Questions must be answered before a rollout can use the release.
	Questions []farm.ReleaseQuestion `json:"questions,omitempty"`
}

// ReleasePackage is one package of a release.
type ReleasePackage struct {
	ID       string   `json:"id"`
	Title    string   `json:"title,omitempty"`
	Language int      `json:"language,omitempty"`
	Version  string   `json:"version,omitempty"`
	Files    []string `json:"files,omitempty"`
	// Hashed says that every file has a hash to compare with.
	Hashed bool `json:"hashed"`
}

// Releases is a list of releases.
type Releases struct {
	Releases []Release `json:"releases"`
}

// FromReleases works out what is shown of releases.
func FromReleases(all []farm.Release) Releases {
	var v Releases
	for _, rel := range all {
		v.Releases = append(v.Releases, FromRelease(rel))
	}
	return v
}

// FromRelease works out what is shown of one release.
func FromRelease(rel farm.Release) Release {
	v := Release{
		Name: rel.Name, Title: rel.Title, Baseline: strings.TrimSpace(rel.Baseline.Title + " " + known(rel.Baseline.Version)),
		Project: known(rel.Expected.ProjectDatabases), SharePoint: known(rel.Expected.SharePointDatabases),
		Client: rel.Client.Statement, Questions: rel.Questions,
	}
	for _, p := range rel.InstallOrder() {
		k := ReleasePackage{ID: p.ID(), Title: p.Title, Language: p.Language, Version: known(p.Version), Hashed: len(p.Files) > 0}
		for _, f := range p.Files {
			k.Files = append(k.Files, f.Name)
			k.Hashed = k.Hashed && f.SHA256 != ""
		}
		v.Packages = append(v.Packages, k)
	}
	for _, c := range rel.Contains {
		v.Contains = append(v.Contains, c.KB)
	}
	return v
}

// known prints a version, nothing when there is none.
func known(v farm.Version) string {
	if v.IsZero() {
		return ""
	}
	return v.String()
}

// mark says whether a rollout can use the release.
func (v Release) mark() Mark {
	if len(v.Questions) > 0 {
		return MarkWarning
	}
	return MarkDone
}

func (v Releases) screen(p *printer) {
	for _, r := range v.Releases {
		state := r.Project
		if n := len(r.Questions); n > 0 {
			state = fmt.Sprintf("asks %d", n)
		}
		p.row(r.mark(), r.Name, state)
		p.text(MarkNone, r.Title)
	}
}
