package sqlserver

import (
	"slices"
	"strings"
)

// group makes one row of each group. Its plain columns are those of the group's first row: SQL Server would refuse
// columns that are not grouped (8120), and so does this.
func (q *query) group(s selectStatement, items []selectItem, rows []row, shape row) ([]row, error) {
	grouped := len(s.groupBy) > 0
	for _, item := range items {
		grouped = grouped || hasAggregate(item.value)
	}
	if !grouped {
		return rows, nil
	}
	for _, item := range items {
		c, plain := item.value.(columnRef)
		same := func(g expression) bool {
			x, ok := g.(columnRef)
			return ok && strings.EqualFold(x.parts[len(x.parts)-1], c.parts[len(c.parts)-1])
		}
		if plain && !slices.ContainsFunc(s.groupBy, same) {
			return nil, sqlError(8120, 16, 1, "Column '%s' is invalid in the select list because it is not contained in either "+
				"an aggregate function or the GROUP BY clause.", dotted(c.parts))
		}
	}
	if len(s.groupBy) == 0 {
		all := row{tables: shape.tables}
		for _, r := range rows {
			all.group = append(all.group, r.tables)
		}
		return []row{all}, nil
	}
	var order []string
	groups := map[string]*row{}
	for _, r := range rows {
		var key strings.Builder
		for _, g := range s.groupBy {
			v, err := q.eval(g, r)
			if err != nil {
				return nil, err
			}
			key.WriteString(strings.ToLower(textOf(v)) + "\x00")
		}
		k := key.String()
		if groups[k] == nil {
			groups[k] = &row{tables: r.tables}
			order = append(order, k)
		}
		groups[k].group = append(groups[k].group, r.tables)
	}
	out := make([]row, len(order))
	for i, k := range order {
		out[i] = *groups[k]
	}
	return out, nil
}

// sort orders rows; a name may be an alias and a number a place in the select list.
func (q *query) sort(rows []row, order []orderItem, items []selectItem, shape row) error {
	if len(order) == 0 {
		return nil
	}
	keys := make([]expression, len(order))
	for i, o := range order {
		keys[i] = o.value
		switch x := o.value.(type) {
		case literal:
			if n, ok := x.value.(int64); ok && n >= 1 && n <= int64(len(items)) {
				keys[i] = items[n-1].value
			}
		case columnRef:
			at := slices.IndexFunc(items, func(s selectItem) bool { return len(x.parts) == 1 && strings.EqualFold(s.alias, x.parts[0]) })
			if at >= 0 {
				keys[i] = items[at].value
			}
		}
		if _, err := q.typeOf(keys[i], shape); err != nil {
			return err
		}
	}
	var failed error
	slices.SortStableFunc(rows, func(a, b row) int {
		for i, k := range keys {
			x, err := q.eval(k, a)
			y, err2 := q.eval(k, b)
			if err == nil {
				err = err2
			}
			c, err3 := 0, err
			if err == nil {
				c, err3 = compare(x, y)
			}
			if err3 != nil {
				failed = err3
				return 0
			}
			if order[i].descending {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	})
	return failed
}
