package sqlserver

import (
	"strconv"
	"strings"

	"farmhand/simulator/tds"
)

// The grammar of expressions, loosest first: OR, AND, NOT, comparisons, + -, * / %, sign.

func (p *parser) expression() expression {
	p.enter()
	defer p.leave()
	left := p.conjunction()
	for p.accept("OR") {
		left = binary{"OR", left, p.conjunction()}
	}
	return left
}

func (p *parser) enter() {
	if p.depth++; p.depth > maxDepth {
		panic(syntaxPanic{at(sqlError(191, 15, 1, "Some part of your SQL statement is nested too deeply."), p.peek().line)})
	}
}

func (p *parser) leave() { p.depth-- }

func (p *parser) conjunction() expression {
	left := p.negation()
	for p.accept("AND") {
		left = binary{"AND", left, p.negation()}
	}
	return left
}

func (p *parser) negation() expression {
	if p.accept("NOT") {
		p.enter()
		defer p.leave()
		return unary{"NOT", p.negation()}
	}
	return p.comparison()
}

func (p *parser) comparison() expression {
	left := p.additive()
	for _, operator := range []string{"=", "<>", "!=", "<=", ">=", "<", ">"} {
		if p.accept(operator) {
			return binary{strings.Replace(operator, "!=", "<>", 1), left, p.additive()}
		}
	}
	if p.accept("IS") {
		negate := p.accept("NOT")
		p.expect("NULL")
		return isNull{left, negate}
	}
	negate := p.accept("NOT")
	switch {
	case p.accept("LIKE"):
		like := binary{"LIKE", left, p.additive()}
		if negate {
			return unary{"NOT", like}
		}
		return like
	case p.accept("IN"):
		p.expect("(")
		in := inList{value: left, negate: negate}
		for more := true; more; more = p.accept(",") {
			in.list = append(in.list, p.additive())
		}
		p.expect(")")
		return in
	case negate:
		p.fail(p.peek())
	}
	return left
}

func (p *parser) additive() expression {
	left := p.multiplicative()
	for {
		switch {
		case p.accept("+"):
			left = binary{"+", left, p.multiplicative()}
		case p.accept("-"):
			left = binary{"-", left, p.multiplicative()}
		default:
			return left
		}
	}
}

func (p *parser) multiplicative() expression {
	left := p.primary()
	for {
		switch {
		case p.accept("*"):
			left = binary{"*", left, p.primary()}
		case p.accept("/"):
			left = binary{"/", left, p.primary()}
		case p.accept("%"):
			left = binary{"%", left, p.primary()}
		default:
			return left
		}
	}
}

func (p *parser) primary() expression {
	p.enter()
	defer p.leave()
	t := p.peek()
	switch {
	case t.kind == tokenString:
		p.next()
		return literal{t.text}
	case t.kind == tokenNumber:
		p.next()
		n, err := strconv.ParseInt(t.text, 10, 64)
		if err != nil {
			p.fail(t)
		}
		return literal{n}
	case t.kind == tokenVariable:
		p.next()
		return variable{t.text}
	case p.accept("NULL"):
		return literal{}
	case p.accept("-"):
		return unary{"-", p.primary()}
	case p.accept("("):
		e := p.expression()
		p.expect(")")
		return e
	case p.accept("CAST", "("):
		e := p.additive()
		p.expect("AS")
		to := p.typeName()
		p.expect(")")
		return cast{e, to}
	case p.accept("CONVERT", "("):
		to := p.typeName()
		p.expect(",")
		e := p.additive()
		p.expect(")")
		return cast{e, to}
	case t.kind == tokenName && p.tokens[p.at+1].is("("):
		p.at += 2
		return p.call(t)
	default:
		return columnRef{p.qualified()}
	}
}

func (p *parser) call(name token) expression {
	c := call{name: strings.ToUpper(name.text), line: name.line}
	switch {
	case p.accept(")"):
		return c
	case p.accept("*"):
		c.star = true
	default:
		for more := true; more; more = p.accept(",") {
			c.args = append(c.args, p.additive())
		}
	}
	p.expect(")")
	return c
}

// typeName reads a data type with its length.
func (p *parser) typeName() tds.Type {
	t := p.next()
	name, size, whole := strings.ToLower(t.text), 0, false
	if p.accept("(") {
		if whole = p.accept("max"); !whole {
			size = p.number()
			if p.accept(",") {
				p.number()
			}
		}
		p.expect(")")
	}
	if size == 0 && !whole {
		size = 30 // of CAST without a length
	}
	to, ok := typeOfName(name, size)
	if !ok {
		panic(syntaxPanic{at(sqlError(243, 16, 1, "Type %s is not a defined system type.", t.text), t.line)})
	}
	return to
}

// typeOfName knows the data types the model has; a size of 0 means max.
func typeOfName(name string, size int) (tds.Type, bool) {
	switch name {
	case "tinyint":
		return tds.TinyInt, true
	case "smallint":
		return tds.SmallInt, true
	case "int":
		return tds.Int, true
	case "bigint":
		return tds.BigInt, true
	case "bit":
		return tds.Bit, true
	case "float":
		return tds.Float, true
	case "datetime":
		return tds.DateTime, true
	case "uniqueidentifier":
		return tds.UniqueIdentifier, true
	case "nvarchar", "varchar", "nchar", "char", "sysname":
		if size == 0 {
			return tds.NVarCharMax, true
		}
		return tds.NVarChar(size), true
	default:
		return tds.Type{}, false
	}
}
