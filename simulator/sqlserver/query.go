package sqlserver

import (
	"strings"
	"time"

	"farmhand/simulator/tds"
	"farmhand/simulator/world"
)

// query is the view of the world in which one statement is evaluated.
type query struct {
	instance *Instance
	tx       *world.Tx
	session  *tds.Session
	login    Login
	params   map[string]any // by lower-case name with @
	now      time.Time      // one moment for the whole statement
}

// binding is one table of a FROM clause within a row under evaluation.
type binding struct {
	names   []string // by which columns may refer to it
	columns []tds.Column
	values  []any
}

// row is what an expression is evaluated over: the tables joined, and with GROUP BY all the rows of the group.
type row struct {
	tables []binding
	group  [][]binding
}

// find locates the column a reference names.
func (r row) find(parts []string) (column tds.Column, value any, err error) {
	name, table := parts[len(parts)-1], ""
	if len(parts) > 1 {
		table = parts[len(parts)-2]
	}
	found := 0
	for _, b := range r.tables {
		if table != "" && !b.answersTo(table) {
			continue
		}
		for i, c := range b.columns {
			if strings.EqualFold(c.Name, name) {
				found++
				column = c
				if i < len(b.values) {
					value = b.values[i]
				}
			}
		}
	}
	switch {
	case found > 1:
		return column, nil, sqlError(209, 16, 1, "Ambiguous column name '%s'.", name)
	case found == 1:
		return column, value, nil
	case table != "":
		return column, nil, sqlError(4104, 16, 1, "The multi-part identifier \"%s\" could not be bound.", dotted(parts))
	default:
		return column, nil, errColumn(name)
	}
}

func (b binding) answersTo(name string) bool {
	for _, n := range b.names {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}

// typeOf is the type of a select list's expression.
func (q *query) typeOf(e expression, r row) (tds.Type, error) {
	switch x := e.(type) {
	case literal:
		return typeOfValue(x.value), nil
	case variable:
		v, err := q.variable(x.name)
		return typeOfValue(v), err
	case columnRef:
		if x.niladic() {
			return typeOfValue(q.niladic(x)), nil
		}
		c, _, err := r.find(x.parts)
		return c.Type, err
	case cast:
		return x.to, nil
	case unary:
		return q.typeOf(x.operand, r)
	case binary:
		left, err := q.typeOf(x.left, r)
		if err != nil {
			return left, err
		}
		right, err := q.typeOf(x.right, r)
		if err != nil {
			return right, err
		}
		if left == right && left == tds.Int {
			return tds.Int, nil
		}
		if left.Text() || right.Text() {
			return tds.NVarCharMax, nil
		}
		return tds.BigInt, nil
	case call:
		return q.typeOfCall(x, r)
	default:
		return tds.Bit, nil
	}
}

func (q *query) typeOfCall(c call, r row) (tds.Type, error) {
	switch c.name {
	case "MAX", "MIN", "ISNULL", "COALESCE":
		for _, arg := range c.args {
			if arg != (expression)(literal{}) { // a bare NULL has no type of its own
				return q.typeOf(arg, r)
			}
		}
	case "SUM":
		return tds.BigInt, nil
	case "COUNT":
		return tds.Int, nil
	}
	f, ok := functions[c.name]
	if !ok {
		return tds.Type{}, errFunction(c)
	}
	return f.result, nil
}

func typeOfValue(v any) tds.Type {
	switch x := v.(type) {
	case string:
		if len(x) > 4000 {
			return tds.NVarCharMax
		}
		return tds.NVarChar(len(x))
	case int64:
		if int64(int32(x)) != x {
			return tds.BigInt
		}
		return tds.Int
	case bool:
		return tds.Bit
	case float64:
		return tds.Float
	case time.Time:
		return tds.DateTime
	case []byte:
		return tds.VarBinary(len(x))
	default:
		return tds.Int // a bare NULL is an int in SQL Server
	}
}

func (q *query) variable(name string) (any, error) {
	switch strings.ToUpper(name) {
	case "@@VERSION":
		return q.instance.banner(), nil
	case "@@SERVERNAME":
		return q.instance.name, nil
	case "@@SPID":
		return int64(q.session.ID), nil
	case "@@ROWCOUNT", "@@ERROR", "@@TRANCOUNT":
		return int64(0), nil
	}
	v, ok := q.params[strings.ToLower(name)]
	if !ok {
		return nil, errVariable(name)
	}
	return v, nil
}

// niladic says whether a name is one of the functions written without parentheses.
func (c columnRef) niladic() bool {
	return len(c.parts) == 1 && (strings.EqualFold(c.parts[0], "SYSTEM_USER") || strings.EqualFold(c.parts[0], "CURRENT_TIMESTAMP"))
}

func (q *query) niladic(c columnRef) any {
	if strings.EqualFold(c.parts[0], "SYSTEM_USER") {
		return q.session.User
	}
	return q.now
}
