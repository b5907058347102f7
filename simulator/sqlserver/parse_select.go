package sqlserver

import (
	"slices"
)

func (p *parser) selectStatement(line int32) statement {
	s := selectStatement{line: line}
	if p.accept("TOP") {
		s.top = p.primary()
	}
	for {
		s.items = append(s.items, p.selectItem())
		if !p.accept(",") {
			break
		}
	}
	if p.accept("FROM") {
		s.from = p.from()
	}
	if p.accept("WHERE") {
		s.where = p.expression()
	}
	if p.accept("GROUP", "BY") {
		for more := true; more; more = p.accept(",") {
			s.groupBy = append(s.groupBy, p.additive())
		}
	}
	if p.accept("ORDER", "BY") {
		for more := true; more; more = p.accept(",") {
			o := orderItem{value: p.additive(), descending: p.accept("DESC")}
			if !o.descending {
				p.accept("ASC")
			}
			s.orderBy = append(s.orderBy, o)
		}
	}
	if !p.atStatementEnd() {
		p.fail(p.peek())
	}
	return s
}

func (p *parser) selectItem() selectItem {
	if p.accept("*") {
		return selectItem{star: true}
	}
	if t := p.peek(); (t.kind == tokenName || t.kind == tokenQuoted) && p.tokens[p.at+1].is(".") && p.at+2 < len(p.tokens) && p.tokens[p.at+2].is("*") {
		p.at += 3
		return selectItem{star: true, of: t.text}
	}
	item := selectItem{value: p.additive()}
	item.alias = p.alias(true)
	return item
}

// alias reads [AS] name; a select list also takes the name as a string.
func (p *parser) alias(text bool) string {
	as := p.accept("AS")
	t := p.peek()
	switch {
	case t.kind == tokenQuoted, t.kind == tokenName && !slices.ContainsFunc(reserved, t.is), t.kind == tokenString && text:
		return p.next().text
	case as:
		p.fail(t)
	}
	return ""
}

func (p *parser) from() []source {
	var out []source
	for {
		s := source{line: p.peek().line, name: p.qualified()}
		s.alias = p.alias(false)
		p.tableHint()
		out = append(out, s)
		for {
			j, joined := p.join()
			if !joined {
				break
			}
			out = append(out, j)
		}
		if !p.accept(",") {
			return out
		}
	}
}

func (p *parser) join() (source, bool) {
	var s source
	switch {
	case p.accept("JOIN"), p.accept("INNER", "JOIN"):
	case p.accept("LEFT", "JOIN"), p.accept("LEFT", "OUTER", "JOIN"):
		s.outer = true
	default:
		return s, false
	}
	s.line = p.peek().line
	s.name = p.qualified()
	s.alias = p.alias(false)
	p.tableHint()
	p.expect("ON")
	s.on = p.expression()
	return s, true
}

// tableHint passes over WITH (NOLOCK): nothing here locks.
func (p *parser) tableHint() {
	if p.accept("WITH", "(") || p.accept("(") {
		p.expect("NOLOCK")
		p.expect(")")
	}
}
