package sqlserver

import "farmhand/simulator/tds"

// relation is a table as a query sees it, base table or catalog view alike.
type relation struct {
	columns []tds.Column
	rows    [][]any // nil, int64, bool, float64, string or time.Time
}

// sysname is the type of names in the catalog.
var sysname = tds.NVarChar(128)

// column is a short form for the catalog's definitions.
func column(name string, t tds.Type) tds.Column { return tds.Column{Name: name, Type: t} }
