package sqlserver

import (
	"strconv"
	"strings"
	"time"

	"farmhand/simulator/tds"
)

// sharePointVersions is the Versions table of SharePoint's databases ([MS-WSSFO] 2.2.7.11).
var sharePointVersions = []TableColumn{
	{"VersionId", "uniqueidentifier"}, {"Version", "nvarchar(64)"}, {"Id", "int"}, {"UserName", "nvarchar(255)"}, {"TimeStamp", "datetime"},
	{"FinalizeTimeStamp", "datetime"}, {"Mode", "int"}, {"ModeStack", "int"}, {"Updates", "int"}, {"Notes", "nvarchar(1024)"},
}

// projectVersions is that of Project Server's databases. Their schema was never published: the twin leaves the columns of
// the upgrade's book-keeping out, so that a client that takes them for granted notices.
var projectVersions = []TableColumn{
	{"VersionId", "uniqueidentifier"}, {"Version", "nvarchar(64)"}, {"Id", "int"}, {"UserName", "nvarchar(255)"}, {"TimeStamp", "datetime"},
	{"Notes", "nvarchar(1024)"},
}

// userTables are the tables of a database, its Versions table first.
func userTables(d Database) []Table {
	if d.Versions == nil {
		return d.Tables
	}
	versions := Table{Name: "Versions", Columns: sharePointVersions}
	if d.ProjectServer {
		versions.Columns = projectVersions
	}
	for _, v := range d.Versions {
		var finalize any
		if v.Finalize != nil {
			finalize = *v.Finalize
		}
		values := []any{v.VersionID, v.Version, v.ID, v.UserName, v.TimeStamp, finalize, v.Mode, v.ModeStack, v.Updates, v.Notes}
		if d.ProjectServer {
			values = []any{v.VersionID, v.Version, v.ID, v.UserName, v.TimeStamp, v.Notes}
		}
		versions.Rows = append(versions.Rows, values)
	}
	return append([]Table{versions}, d.Tables...)
}

// word is the data type without its length.
func (c TableColumn) word() string {
	word, _, _ := strings.Cut(c.Type, "(")
	return strings.ToLower(word)
}

// length is the n of nvarchar(n); 0 for other types and for max.
func (c TableColumn) length() int {
	_, rest, _ := strings.Cut(c.Type, "(")
	n, _ := strconv.Atoi(strings.TrimSuffix(rest, ")"))
	return n
}

func (c TableColumn) tds() tds.Column {
	t, ok := typeOfName(c.word(), c.length())
	if !ok {
		t = tds.NVarCharMax
	}
	return column(c.Name, t)
}

func (t Table) relation() relation {
	r := relation{}
	for _, c := range t.Columns {
		r.columns = append(r.columns, c.tds())
	}
	for _, values := range t.Rows {
		out := make([]any, len(r.columns))
		for i, v := range values[:min(len(values), len(out))] {
			out[i] = stored(v, r.columns[i].Type)
		}
		r.rows = append(r.rows, out)
	}
	return r
}

// stored gives back the type that a value lost in the world's JSON.
func stored(v any, t tds.Type) any {
	switch x := v.(type) {
	case int:
		return int64(x)
	case float64:
		switch t {
		case tds.Float:
			return x
		case tds.Bit:
			return x != 0
		}
		return int64(x)
	case string:
		if t == tds.DateTime {
			if at, err := time.Parse(time.RFC3339Nano, x); err == nil {
				return at.UTC()
			}
			return nil
		}
	case time.Time:
		return x.UTC()
	}
	return v
}
