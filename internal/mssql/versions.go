package mssql

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// ErrNoVersions says that a database has no VERSIONS table that the login can see: it is not a database of SharePoint or
// Project Server, or it has never been provisioned.
var ErrNoVersions = errors.New("the database has no VERSIONS table")

// coreComponent is the VersionId of the row that stands for the database itself (domain.md B.5).
const coreComponent = "00000000-0000-0000-0000-000000000000"

// VersionRow is one row of a VERSIONS table. The table is a history: a component has a row for every update it went
// through. The columns of Project Server's databases are not published, so every column is kept as it came in Fields, and
// the named ones are filled where the table has them.
type VersionRow struct {
	// Component is VersionId in lower case without braces.
	Component string `json:"component"`
	// Text is Version as it is in the table; Version is the same as numbers, zero when Text is no version.
	Text    string       `json:"text"`
	Version farm.Version `json:"version"`
	// ID orders the history; 0 when the table has no such column.
	ID int64 `json:"id"`
	// UserName is who ran the update, TimeStamp when, in UTC.
	UserName  string    `json:"user_name,omitempty"`
	TimeStamp time.Time `json:"time_stamp"`
	// Finalized is FinalizeTimeStamp, in UTC, zero when it is NULL.
	Finalized time.Time `json:"finalized"`
	Fields    []Field   `json:"fields"`
}

// Versions reads the VERSIONS table of a database: first which columns it has, then every row, as the article's
// "select * from versions" does.
func (s *Server) Versions(ctx context.Context, database string) ([]VersionRow, error) {
	op := operation{span: "sql.versions", doing: "read the VERSIONS table of " + database, database: database}
	name, err := QuoteName(database)
	if err != nil {
		return nil, s.misuse(op, err)
	}
	columns := map[string]bool{}
	err = s.query(ctx, op, func(rows *sql.Rows) error {
		var column string
		err := rows.Scan(&column)
		columns[strings.ToLower(column)] = true
		return err
	}, "SELECT COLUMN_NAME FROM "+name+".INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = 'dbo' AND TABLE_NAME = 'Versions'")
	if err != nil {
		return nil, err
	}
	if !columns["version"] {
		return nil, &Error{Kind: KindNotFound, Server: s.name, Doing: op.doing, Message: ErrNoVersions.Error(), Err: ErrNoVersions,
			Advice: "check the name of the database and the login's rights"}
	}
	var all []VersionRow
	err = s.query(ctx, op, func(rows *sql.Rows) error {
		r, err := scanVersion(rows)
		all = append(all, r)
		return err
	}, "SELECT * FROM "+name+".dbo.Versions")
	return all, err
}

func scanVersion(rows *sql.Rows) (VersionRow, error) {
	var r VersionRow
	err := scanRow(rows, r.set)
	return r, err
}

// set keeps one value, and fills the named field that belongs to it.
func (r *VersionRow) set(column, sqlType string, value any) {
	text := fieldText(sqlType, value)
	r.Fields = append(r.Fields, Field{Name: column, Value: text, Null: value == nil})
	moment, _ := value.(time.Time)
	switch strings.ToLower(column) {
	case "versionid":
		r.Component = strings.ToLower(strings.Trim(text, "{} "))
	case "version":
		r.Text = text
		r.Version, _ = farm.ParseVersion(text) // a text that is no version stays visible and never counts as one
	case "id":
		r.ID, _ = strconv.ParseInt(text, 10, 64)
	case "username":
		r.UserName = text
	case "timestamp":
		r.TimeStamp = moment
	case "finalizetimestamp":
		r.Finalized = moment
	}
}

// Highest returns the version a database is at. Each component is at the version of its newest row (highest ID), never at
// the greatest text: "12.0.0.10000" sorts before "12.0.0.6318". The core component speaks for the database; a table without
// one is at the highest version among its components. No rows, or a newest row that is no version, give the zero Version,
// which passes no check.
func Highest(rows []VersionRow) farm.Version { return Current(rows).Version }

// Current returns the row that Highest speaks of, zero when there is none.
func Current(rows []VersionRow) VersionRow {
	newest := Components(rows)
	var highest VersionRow
	for _, r := range newest {
		if r.Component == coreComponent {
			return r
		}
		if r.Version.Compare(highest.Version) > 0 {
			highest = r
		}
	}
	return highest
}

// Components returns the newest row of each component, in the order in which the components first appear.
func Components(rows []VersionRow) []VersionRow {
	var newest []VersionRow
	at := map[string]int{}
	for _, r := range rows {
		i, seen := at[r.Component]
		switch {
		case !seen:
			at[r.Component] = len(newest)
			newest = append(newest, r)
		case r.newerThan(newest[i]):
			newest[i] = r
		}
	}
	return newest
}

// Unfinished reports whether the row's FinalizeTimeStamp is there and NULL: as the specification words it, an upgrade
// that began and has not ended (domain.md B.5, an inference).
func (r VersionRow) Unfinished() bool {
	return slices.ContainsFunc(r.Fields, func(f Field) bool { return strings.EqualFold(f.Name, "FinalizeTimeStamp") && f.Null })
}

// newerThan orders rows of one component; without an ID column the higher version is the newer one.
func (r VersionRow) newerThan(old VersionRow) bool {
	if r.ID != old.ID {
		return r.ID > old.ID
	}
	return r.Version.Compare(old.Version) > 0
}
