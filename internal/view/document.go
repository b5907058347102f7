package view

import (
	"fmt"
	"io"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// document is a report before it is printed: Markdown and HTML are two prints of the same sections, so
// that neither says more than the other.
type document struct {
	Title    string
	Mark     Mark
	Subtitle string
	Sections []section

	deeper int // added to the level of headings: 1 within one of several farms
}

// section is a heading with what stands below it; one without a title goes on below the heading before it.
type section struct {
	Level int
	Title string
	Lines []string
	// Code is what people copy, a line each.
	Code  []string
	Table table
	Chart *chart
}

type table struct {
	Head []string
	Rows [][]string
}

func (d *document) section(level int, title string, lines ...string) *section {
	if level > 2 {
		level += d.deeper
	}
	d.Sections = append(d.Sections, section{Level: level, Title: title, Lines: lines})
	return &d.Sections[len(d.Sections)-1]
}

// tabulate adds a section with a table, and none where the table is empty.
func (d *document) tabulate(title string, head []string, rows [][]string) {
	if len(rows) > 0 {
		d.section(3, title).Table = table{head, rows}
	}
}

// say adds lines below the last heading, and nothing where there are none.
func (d *document) say(lines ...string) {
	if len(lines) > 0 {
		d.section(3, "", lines...)
	}
}

// lay prints one section of every farm; several farms have a heading each, where there is anything below it.
func lay[T any](d *document, farms []Of[T], show func(T)) {
	for _, f := range farms {
		if len(farms) == 1 {
			show(f.Evidence)
			return
		}
		heading := len(d.Sections)
		title := "Farm " + f.Farm
		if f.Farm == "" {
			title = "The rollout itself"
		}
		d.section(3, title)
		d.deeper = 1
		show(f.Evidence)
		d.deeper = 0
		if len(d.Sections) == heading+1 {
			d.Sections = d.Sections[:heading]
		}
	}
}

// sections are the parts of the evidence in the order an auditor reads them: the fields of Evidence.
var sections = []struct {
	title string
	// none is said where a rollout has nothing of the kind.
	none string
	lay  func(Evidence, *document)
}{
	{"Verdict, exceptions, owners", "No farm was begun.", Evidence.layVerdict},
	{"Change record, window, extensions", "The rollout names no change record.", Evidence.layChange},
	{"Plan, rollout file, release, program and script hashes", "", Evidence.layPlan},
	{"What it was rehearsed on", "The change record does not say what this was tested on.", Evidence.layRehearsed},
	{"Preflight findings and who accepted each", "Preflight found nothing.", Evidence.layFindings},
	{"Licence and package hashes per server", "No package was looked at.", Evidence.layPackages},
	{"Restore points and their verification", "Nothing was backed up.", Evidence.layRestore},
	{"Decisions: who, role, reason, digest, what was shown, signature", "Nobody has decided anything.", Evidence.layDecisions},
	{"Timeline in UTC and local time, clock offsets", "Nothing has happened.", Evidence.layTimeline},
	{"Per server: commands, accounts, exit codes, reboots, versions, services before and after", "No server was reached.", Evidence.layServers},
	{"Per database, Web application and PWA: raw VERSIONS before and after", "No database was found.", Evidence.layVersions},
	{"Users-off proofs, outage minutes", "Users were never off.", Evidence.layUsersOff},
	{"Interventions, work done by hand, notes", "Nobody had to step in.", Evidence.layPeople},
	{"Clients", "The release asks nothing of clients.", Evidence.layClients},
	{"Smoke tests", "No page was asked for.", Evidence.laySmokeTests},
	{"Residual work: what is still stopped, what people must do", "Nothing is left to do.", Evidence.layResidual},
	{"Logs with hashes", "No log was read.", Evidence.layLogs},
}

// document lays the evidence out.
func (e Evidence) document() document {
	title := "Evidence: " + e.Rollout
	if e.Farm != "" {
		title += ", farm " + e.Farm
	}
	d := document{Title: title, Mark: e.Mark}
	d.Subtitle = fmt.Sprintf("%s. Printed %s; times are UTC and %s.", strings.ToLower(e.Mark.headline()), utc(e.Printed), e.Zone)
	for i, s := range sections {
		d.section(2, fmt.Sprintf("%d. %s", i+1, s.title))
		before := len(d.Sections)
		if s.lay(e, &d); len(d.Sections) == before {
			d.say(s.none)
		}
	}
	return d
}

// filled leaves out the rows without a value.
func filled(rows [][]string) [][]string {
	var out [][]string
	for _, r := range rows {
		if r[len(r)-1] != "" {
			out = append(out, r)
		}
	}
	return out
}

// when is a time in UTC, and in local time where that is another.
func (e Evidence) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	text := utc(t)
	if local := t.In(e.local()); local.Format("15:04") != t.UTC().Format("15:04") {
		text += "\n" + local.Format("Mon 15:04:05 MST")
	}
	return text
}

// Markdown writes the evidence as Markdown.
func (e Evidence) Markdown(w io.Writer) error {
	d := e.document()
	var m markdown
	m.line("# %s", escape(d.Title))
	m.line("\n%s", escape(d.Subtitle))
	for _, s := range d.Sections {
		if s.Title != "" {
			m.heading(s.Level, "%s", escape(s.Title))
		}
		for _, l := range s.Lines {
			m.line("%s\n", escape(l))
		}
		if len(s.Code) > 0 {
			m.code("sql", s.Code...)
		}
		m.table(s.Table.Head, s.Table.Rows)
	}
	_, err := io.WriteString(w, m.String())
	return err
}

func exitWord(exit *int) string {
	if exit == nil {
		return ""
	}
	return fmt.Sprint(*exit)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func factsText(fs []farm.Fact) string {
	parts := make([]string, len(fs))
	for i, f := range fs {
		parts[i] = f.Label + ": " + f.Text
		if !f.Seen.IsZero() {
			parts[i] += ", seen " + utc(f.Seen)
		}
	}
	return strings.Join(parts, "\n")
}

func versionText(v farm.Version) string {
	if v.IsZero() {
		return ""
	}
	return v.String()
}
