package view

import (
	"fmt"
	"io"
	"strconv"
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
}

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
	d.Sections = append(d.Sections, section{Level: level, Title: title, Lines: lines})
	return &d.Sections[len(d.Sections)-1]
}

// tabulate adds a section with a table, and none where the table is empty.
func (d *document) tabulate(level int, title string, head []string, rows [][]string) {
	if len(rows) > 0 {
		d.section(level, title).Table = table{head, rows}
	}
}

// document lays the evidence out in the order an auditor reads it.
func (e Evidence) document() document {
	d := document{Title: "Evidence: " + e.Rollout, Mark: e.Mark}
	d.Subtitle = fmt.Sprintf("%s. Printed %s; times are UTC and %s.", strings.ToLower(e.Mark.headline()), utc(e.Printed), e.Zone)

	var verdict [][]string
	for _, f := range e.Farms {
		verdict = append(verdict, []string{f.Name, f.Mark.Icon + " " + f.Mark.Word, orWord(f.Why, strings.Join(f.Exceptions, "; ")), e.when(f.Started), e.when(f.Finished), f.Elapsed.String(), f.UsersOff.Elapsed.String()})
	}
	d.tabulate(2, "Verdict", []string{"farm", "outcome", "why, exceptions", "started", "finished", "took", "users off"}, verdict)
	d.tabulate(2, "Owners", []string{"role", "who"}, e.owners())
	d.tabulate(2, "Change record", []string{"field", "value"}, filled([][]string{{"ticket", e.Change.Ticket}, {"risk", e.Change.Risk}, {"back out", e.Change.BackOut}, {"tested on", e.Change.TestedOn}}))
	d.tabulate(2, "Plan", []string{"field", "value"}, e.approved())
	var terms [][]string
	for _, l := range e.LicenseTerms {
		terms = append(terms, []string{l.Package, l.AcceptedBy})
	}
	d.tabulate(2, "License terms", []string{"package", "accepted by"}, terms)
	for _, f := range e.Farms {
		e.farmSections(&d, f)
	}
	if e.Clients != "" {
		d.section(2, "Clients", e.Clients)
	}
	var clients [][]string
	for _, f := range e.Farms {
		if c := f.Clients; c != nil {
			clients = append(clients, []string{f.Name, c.Source(), c.SHA256, utc(c.Written), fmt.Sprint(c.Total), fmt.Sprint(c.Ready), behindText(*c)})
		}
	}
	d.tabulate(3, "Client inventories", []string{"farm", "from", "SHA-256", "written", "clients", "meet the requirement", "behind"}, clients)
	return d
}

// behindText counts the clients that are behind and names the first of them.
func behindText(c farm.ClientFacts) string {
	said := []string{strconv.Itoa(c.Behind)}
	for _, n := range c.Named {
		said = append(said, n.Computer+" ("+n.Found+")")
	}
	return strings.Join(said, "; ")
}

func (e Evidence) owners() [][]string {
	rows := [][]string{{"started by", e.StartedBy}, {"operators", strings.Join(e.Operators, ", ")}}
	for _, f := range e.Farms {
		rows = append(rows, []string{f.Name + ": requested by", f.RequestedBy}, []string{f.Name + ": carried out by", strings.Join(f.Executors, ", ")})
	}
	return filled(rows)
}

func (e Evidence) approved() [][]string {
	rows := [][]string{{"release", e.Release}, {"digest of rollout and release", e.Digest}}
	if e.Data != nil {
		for _, p := range e.Data.Packages {
			rows = append(rows, []string{p.KB, p.Title})
		}
	}
	if e.File != nil {
		for _, g := range e.File.Gates {
			rows = append(rows, []string{"gate " + string(g.Name), fmt.Sprintf("%d of group %s", max(1, g.Quorum), g.Group)})
		}
	}
	return filled(rows)
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
		m.heading(s.Level, "%s", escape(s.Title))
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
	}
	return strings.Join(parts, "\n")
}
