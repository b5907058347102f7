package view

import (
	"slices"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// VersionsEvidence is what the VERSIONS tables said before and after: the eleventh section.
type VersionsEvidence struct {
	Databases []DatabaseVersions `json:"databases,omitempty"`
	// WebApplications are what the farm named; what its front-ends answered for them is among the smoke tests.
	WebApplications []string `json:"web_applications,omitempty"`
	// Instances are the Project Web Access instances of the rollout file.
	Instances []InstanceVersions `json:"project_web_access,omitempty"`
}

// DatabaseVersions is one database.
type DatabaseVersions struct {
	Server  string `json:"server"`
	Name    string `json:"name"`
	Project bool   `json:"project,omitempty"`
	// Before and After are the version the database was at, as the table spells it; the rows are the newest of each component.
	Before     string            `json:"before,omitempty"`
	After      string            `json:"after,omitempty"`
	RowsBefore []farm.VersionRow `json:"rows_before,omitempty"`
	RowsAfter  []farm.VersionRow `json:"rows_after,omitempty"`
	OK         bool              `json:"ok"`
	Note       string            `json:"note,omitempty"`
	Checked    time.Time         `json:"checked,omitzero"`
}

// InstanceVersions is one Project Web Access instance with the version of each of its databases.
type InstanceVersions struct {
	URL       string             `json:"url"`
	Databases []DatabaseVersions `json:"databases"`
}

func versionsEvidence(k audited) VersionsEvidence {
	v := VersionsEvidence{WebApplications: k.status.Facts.Farm.WebApplications}
	for _, d := range k.status.Databases {
		v.Databases = append(v.Databases, DatabaseVersions{
			Server: d.Server, Name: d.Name, Project: d.Project, Before: d.VersionBefore, After: d.VersionAfter,
			RowsBefore: d.RowsBefore, RowsAfter: d.RowsAfter, OK: d.OK, Note: d.Note, Checked: d.Checked,
		})
	}
	for _, p := range k.file.ProjectWebAccess {
		i := InstanceVersions{URL: p.URL}
		for _, name := range p.Databases() {
			at := slices.IndexFunc(v.Databases, func(d DatabaseVersions) bool {
				return strings.EqualFold(d.Name, name) && strings.EqualFold(d.Server, p.On)
			})
			if at >= 0 {
				i.Databases = append(i.Databases, v.Databases[at])
			}
		}
		v.Instances = append(v.Instances, i)
	}
	return v
}

func (e Evidence) layVersions(d *document) {
	lay(d, e.Versions, func(v VersionsEvidence) {
		var databases, rows, instances [][]string
		for _, b := range v.Databases {
			kind := "SharePoint"
			if b.Project {
				kind = "Project"
			}
			databases = append(databases, []string{b.Server, b.Name, kind, b.Before, b.After, yes(b.OK), e.when(b.Checked), b.Note})
			rows = append(rows, e.versionRows(b, "before", b.RowsBefore)...)
			rows = append(rows, e.versionRows(b, "after", b.RowsAfter)...)
		}
		for _, i := range v.Instances {
			for _, b := range i.Databases {
				instances = append(instances, []string{i.URL, b.Name, b.Before, b.After, yes(b.OK)})
			}
		}
		d.tabulate("Databases", []string{"SQL Server", "database", "kind", "before", "after", "as expected", "read", "note"}, databases)
		d.tabulate("Project Web Access", []string{"address", "database", "before", "after", "as expected"}, instances)
		if len(v.WebApplications) > 0 {
			d.section(3, "Web applications of the farm", append(slices.Clone(v.WebApplications), "What each front-end answered for them is among the smoke tests.")...)
		}
		d.tabulate("Rows of VERSIONS", []string{"SQL Server", "database", "read", "VersionId", "Version", "UserName", "TimeStamp", "FinalizeTimeStamp"}, rows)
	})
}

func (e Evidence) versionRows(b DatabaseVersions, read string, all []farm.VersionRow) [][]string {
	var rows [][]string
	for _, r := range all {
		rows = append(rows, []string{b.Server, b.Name, read, r.Component, r.Version, r.By, utc(r.At), utc(r.Finalized)})
	}
	return rows
}
