package sqlserver

import (
	"slices"
	"strings"
	"unicode/utf8"

	"farmhand/simulator/tds"
)

// function is a built-in scalar function.
type function struct {
	result   tds.Type
	min, max int // number of arguments
	eval     func(q *query, args []any) (any, error)
}

var functions map[string]function

// The table refers to functions that come back to it, so it is filled at start.
func init() {
	functions = map[string]function{
		"SERVERPROPERTY":     {tds.NVarChar(128), 1, 1, (*query).serverProperty},
		"DATABASEPROPERTYEX": {tds.NVarChar(128), 2, 2, (*query).databaseProperty},
		"DB_NAME":            {sysname, 0, 1, (*query).databaseName},
		"DB_ID":              {tds.Int, 0, 1, (*query).databaseID},
		"SUSER_SNAME":        {sysname, 0, 1, (*query).userName},
		"SUSER_NAME":         {sysname, 0, 1, (*query).userName},
		"IS_SRVROLEMEMBER":   {tds.Int, 1, 2, (*query).isServerRoleMember},
		"HAS_DBACCESS":       {tds.Int, 1, 1, (*query).hasDatabaseAccess},
		"GETDATE":            {tds.DateTime, 0, 0, (*query).clock},
		"GETUTCDATE":         {tds.DateTime, 0, 0, (*query).clock},
		"ISNULL":             {tds.NVarCharMax, 2, 2, coalesce},
		"COALESCE":           {tds.NVarCharMax, 2, 32, coalesce},
		"UPPER":              {tds.NVarCharMax, 1, 1, text(func(s string) any { return strings.ToUpper(s) })},
		"LOWER":              {tds.NVarCharMax, 1, 1, text(func(s string) any { return strings.ToLower(s) })},
		"RTRIM":              {tds.NVarCharMax, 1, 1, text(func(s string) any { return strings.TrimRight(s, " ") })},
		"LEN":                {tds.Int, 1, 1, text(func(s string) any { return int64(utf8.RuneCountInString(strings.TrimRight(s, " "))) })},
	}
}

var aggregates = []string{"COUNT", "MAX", "MIN", "SUM"}

func errFunction(c call) error {
	return at(sqlError(195, 15, 10, "'%s' is not a recognized built-in function name.", c.name), c.line)
}

func (q *query) evalCall(c call, r row) (any, error) {
	if slices.Contains(aggregates, c.name) {
		return q.aggregate(c, r)
	}
	f, ok := functions[c.name]
	if !ok {
		return nil, errFunction(c)
	}
	if len(c.args) < f.min || len(c.args) > f.max {
		return nil, at(sqlError(174, 15, 1, "The %s function requires %d argument(s).", strings.ToLower(c.name), f.min), c.line)
	}
	args := make([]any, len(c.args))
	for i, e := range c.args {
		var err error
		if args[i], err = q.eval(e, r); err != nil {
			return nil, err
		}
	}
	return f.eval(q, args)
}

// aggregate runs over the rows of the group; NULLs do not count.
func (q *query) aggregate(c call, r row) (any, error) {
	if c.star && c.name == "COUNT" {
		return int64(len(r.group)), nil
	}
	if len(c.args) != 1 {
		return nil, at(sqlError(174, 15, 1, "The %s function requires 1 argument(s).", strings.ToLower(c.name)), c.line)
	}
	var best any
	var count, sum int64
	for _, tables := range r.group {
		v, err := q.eval(c.args[0], row{tables: tables})
		if err != nil {
			return nil, err
		}
		if v == nil {
			continue
		}
		count++
		if c.name == "SUM" {
			n, err := integerOf(v)
			if err != nil {
				return nil, err
			}
			sum += n
			continue
		}
		order, err := compare(v, best)
		if err != nil {
			return nil, err
		}
		if best == nil || c.name == "MAX" && order > 0 || c.name == "MIN" && order < 0 {
			best = v
		}
	}
	switch {
	case c.name == "COUNT":
		return count, nil
	case c.name == "SUM" && count > 0:
		return sum, nil
	default:
		return best, nil
	}
}

// hasAggregate says whether a query makes groups even without GROUP BY.
func hasAggregate(e expression) bool {
	switch x := e.(type) {
	case call:
		return slices.Contains(aggregates, x.name) || slices.ContainsFunc(x.args, hasAggregate)
	case cast:
		return hasAggregate(x.value)
	case unary:
		return hasAggregate(x.operand)
	case binary:
		return hasAggregate(x.left) || hasAggregate(x.right)
	default:
		return false
	}
}

// text makes a function of one text argument; NULL gives NULL.
func text(f func(string) any) func(*query, []any) (any, error) {
	return func(_ *query, args []any) (any, error) {
		if args[0] == nil {
			return nil, nil
		}
		return f(textOf(args[0])), nil
	}
}

func coalesce(_ *query, args []any) (any, error) {
	for _, a := range args {
		if a != nil {
			return a, nil
		}
	}
	return nil, nil
}

func (q *query) clock([]any) (any, error) { return q.now, nil }

func (q *query) userName([]any) (any, error) { return q.session.User, nil }

func (q *query) isServerRoleMember(args []any) (any, error) {
	roles := []string{"public", "sysadmin", "securityadmin", "serveradmin", "setupadmin", "processadmin", "diskadmin", "dbcreator", "bulkadmin"}
	role := strings.ToLower(textOf(args[0]))
	if !slices.Contains(roles, role) {
		return nil, nil
	}
	login := q.login
	if len(args) > 1 {
		login = Login{}
		if !q.tx.Get(loginKey(q.instance.name, textOf(args[1])), &login) {
			return nil, nil
		}
	}
	return flag(login.inRole(role)), nil
}

// flag is a yes or no of type int, as catalog functions give it.
func flag(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

func (q *query) hasDatabaseAccess(args []any) (any, error) {
	d, ok := FindDatabase(q.tx, q.instance.name, textOf(args[0]))
	if !ok {
		return nil, nil
	}
	return flag(d.State == "ONLINE" && q.login.mayUse(d.Name)), nil
}

func (q *query) databaseName(args []any) (any, error) {
	if len(args) == 0 {
		return q.session.Database, nil
	}
	id, err := integerOf(args[0])
	if err != nil {
		return nil, err
	}
	for _, d := range Databases(q.tx, q.instance.name) {
		if int64(d.ID) == id {
			return d.Name, nil
		}
	}
	return nil, nil
}

func (q *query) databaseID(args []any) (any, error) {
	name := q.session.Database
	if len(args) > 0 {
		name = textOf(args[0])
	}
	if d, ok := FindDatabase(q.tx, q.instance.name, name); ok {
		return int64(d.ID), nil
	}
	return nil, nil
}
