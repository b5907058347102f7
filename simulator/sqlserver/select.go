package sqlserver

import (
	"errors"
	"slices"

	"farmhand/simulator/tds"
)

// selectRows runs a query. The rows are complete before the first is sent: no lock of the world waits for a client.
func (r *run) selectRows(s selectStatement) error {
	var result relation
	if err := r.query(func(q *query) (err error) {
		result, err = q.selectStatement(s)
		return err
	}); err != nil {
		if e, ok := errors.AsType[*tds.Error](err); ok && e.Line == 0 {
			e.Line = s.line
		}
		return err
	}
	r.w.Columns(result.columns...)
	for _, values := range result.rows {
		r.w.Row(values...)
	}
	r.w.Done(uint64(len(result.rows)))
	return nil
}

func (q *query) selectStatement(s selectStatement) (relation, error) {
	rows, shape, err := q.join(s.from)
	if err != nil {
		return relation{}, err
	}
	if rows, err = q.filter(rows, s.where, shape); err != nil {
		return relation{}, err
	}
	items, err := expandStars(s.items, shape)
	if err != nil {
		return relation{}, err
	}
	out := relation{columns: make([]tds.Column, len(items))}
	for i, item := range items {
		t, err := q.typeOf(item.value, shape)
		if err != nil {
			return relation{}, err
		}
		out.columns[i] = tds.Column{Name: nameOf(item), Type: t}
	}
	if rows, err = q.group(s, items, rows, shape); err != nil {
		return relation{}, err
	}
	if err := q.sort(rows, s.orderBy, items, shape); err != nil {
		return relation{}, err
	}
	if s.top != nil {
		v, err := q.eval(s.top, row{})
		if err != nil {
			return relation{}, err
		}
		n, err := integerOf(v)
		if err != nil {
			return relation{}, err
		}
		rows = rows[:min(int64(len(rows)), max(n, 0))]
	}
	for _, r := range rows {
		values := make([]any, len(items))
		for i, item := range items {
			v, err := q.eval(item.value, r)
			if err != nil {
				return relation{}, err
			}
			if values[i], err = convert(v, out.columns[i].Type); err != nil {
				return relation{}, err
			}
		}
		out.rows = append(out.rows, values)
	}
	return out, nil
}

// join builds the rows of the FROM clause by nested loops. shape is a row without values, for names and types.
func (q *query) join(from []source) (rows []row, shape row, err error) {
	rows = []row{{}}
	for _, s := range from {
		t, err := q.table(s.name)
		if err != nil {
			if e, ok := errors.AsType[*tds.Error](err); ok {
				e.Line = s.line
			}
			return nil, shape, err
		}
		names := []string{s.name[len(s.name)-1]}
		if s.alias != "" {
			names = []string{s.alias}
		}
		empty := binding{names: names, columns: t.columns}
		shape.tables = append(slices.Clip(shape.tables), empty)
		if s.on != nil {
			if _, err := q.eval(s.on, shape); err != nil {
				return nil, shape, err
			}
		}
		var joined []row
		for _, left := range rows {
			matched := false
			for _, values := range t.rows {
				candidate := row{tables: append(slices.Clip(left.tables), binding{names, t.columns, values})}
				keep, err := q.holds(s.on, candidate)
				if err != nil {
					return nil, shape, err
				}
				if keep {
					matched = true
					joined = append(joined, candidate)
				}
			}
			if s.outer && !matched {
				joined = append(joined, row{tables: append(slices.Clip(left.tables), empty)})
			}
		}
		rows = joined
	}
	return rows, shape, nil
}

// filter keeps the rows for which the condition is true. It is evaluated on the shape as well, so that a wrong column is
// an error even when there is no row.
func (q *query) filter(rows []row, where expression, shape row) ([]row, error) {
	if where == nil {
		return rows, nil
	}
	if _, err := q.eval(where, shape); err != nil {
		return nil, err
	}
	var out []row
	for _, r := range rows {
		keep, err := q.holds(where, r)
		if err != nil {
			return nil, err
		}
		if keep {
			out = append(out, r)
		}
	}
	return out, nil
}

func (q *query) holds(condition expression, r row) (bool, error) {
	if condition == nil {
		return true, nil
	}
	v, err := q.eval(condition, r)
	return v == true, err
}

func expandStars(items []selectItem, shape row) ([]selectItem, error) {
	var out []selectItem
	for _, item := range items {
		if !item.star {
			out = append(out, item)
			continue
		}
		before := len(out)
		for _, b := range shape.tables {
			if item.of != "" && !b.answersTo(item.of) {
				continue
			}
			for _, c := range b.columns {
				out = append(out, selectItem{value: columnRef{[]string{b.names[0], c.Name}}, alias: c.Name})
			}
		}
		if len(out) == before {
			return nil, sqlError(263, 16, 1, "Must specify table to select from.")
		}
	}
	return out, nil
}

// nameOf is the heading of a column: its alias, the column's own name, or nothing.
func nameOf(item selectItem) string {
	if item.alias != "" {
		return item.alias
	}
	if c, ok := item.value.(columnRef); ok && !c.niladic() {
		return c.parts[len(c.parts)-1]
	}
	return ""
}
