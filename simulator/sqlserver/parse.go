package sqlserver

import (
	"slices"
)

// parser walks over the tokens of one batch. Its methods panic with a syntaxPanic, which parseBatch turns into an error:
// a recursive descent reads better without an error after every word.
type parser struct {
	tokens []token
	at     int
	depth  int
}

type syntaxPanic struct{ err error }

// maxDepth bounds the nesting of expressions, as SQL Server does (error 191).
const maxDepth = 200

// parseBatch reads a whole batch before anything of it runs, as SQL Server does.
func parseBatch(batch string) (out []statement, err error) {
	tokens, err := tokenize(batch)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case syntaxPanic:
			out, err = nil, r.err
		default:
			panic(r)
		}
	}()
	for {
		for p.accept(";") {
		}
		if p.peek().kind == tokenEnd {
			return out, nil
		}
		out = append(out, p.statement(len(out) == 0))
	}
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != tokenEnd {
		p.at++
	}
	return t
}

func (p *parser) accept(words ...string) bool {
	if p.at+len(words) > len(p.tokens) {
		return false
	}
	for i, w := range words {
		if !p.tokens[p.at+i].is(w) {
			return false
		}
	}
	p.at += len(words)
	return true
}

func (p *parser) expect(word string) {
	if !p.accept(word) {
		p.fail(p.peek())
	}
}

func (p *parser) fail(t token) { panic(syntaxPanic{errSyntax(t)}) }

func (p *parser) statement(first bool) statement {
	t := p.next()
	switch {
	case t.is("SELECT"):
		return p.selectStatement(t.line)
	case t.is("USE"):
		return useStatement{database: p.identifier(), line: t.line}
	case t.is("SET"):
		if p.peek().kind != tokenName { // an option of the session; a variable would need DECLARE
			p.fail(p.peek())
		}
		for !p.atStatementEnd() {
			p.next()
		}
		return setStatement{}
	case t.is("PRINT"):
		return printStatement{value: p.expression()}
	case t.is("DECLARE"):
		return p.declare()
	case t.is("EXEC"), t.is("EXECUTE"):
		result := ""
		if p.atAssignment() {
			result = p.next().text
			p.next()
		}
		s := p.exec(p.qualified(), t.line)
		s.result = result
		return s
	case t.is("BACKUP"):
		return p.backup(t.line)
	case t.is("RESTORE"):
		return p.restore(t.line)
	case t.is("ALTER"):
		return p.alter(t.line)
	case first && (t.kind == tokenName || t.kind == tokenQuoted) && !slices.ContainsFunc(reserved, t.is):
		p.at-- // a batch may begin with the bare name of a procedure
		return p.exec(p.qualified(), t.line)
	default:
		p.fail(t)
		return nil
	}
}

// statementWords begin a statement even without a semicolon before them.
var statementWords = []string{"SELECT", "USE", "SET", "PRINT", "EXEC", "EXECUTE", "BACKUP", "RESTORE", "ALTER", "DECLARE"}

// reserved words cannot be an alias or the bare name of a procedure.
var reserved = append([]string{
	"FROM", "WHERE", "GROUP", "ORDER", "BY", "AS", "ON", "JOIN", "INNER", "LEFT", "OUTER", "CROSS", "AND", "OR", "NOT", "LIKE",
	"IN", "IS", "NULL", "ASC", "DESC", "TOP", "WITH", "TO", "HAVING", "UNION", "DISTINCT", "BETWEEN", "CASE", "INSERT", "UPDATE",
	"DELETE", "CREATE", "DROP", "TRUNCATE", "IF", "ELSE", "WHILE", "BEGIN", "END", "GO", "SHUTDOWN", "KILL",
}, statementWords...)

func (p *parser) atStatementEnd() bool {
	t := p.peek()
	return t.kind == tokenEnd || t.is(";") || slices.ContainsFunc(statementWords, t.is)
}

// identifier is a name, with or without brackets, that is not a reserved word.
func (p *parser) identifier() string {
	t := p.next()
	if t.kind != tokenQuoted && (t.kind != tokenName || slices.ContainsFunc(reserved, t.is)) {
		p.fail(t)
	}
	return t.text
}

// qualified is a name of up to four parts; a middle part may be missing, as in msdb..backupset.
func (p *parser) qualified() []string {
	parts := []string{p.identifier()}
	for p.accept(".") {
		if p.peek().is(".") {
			parts = append(parts, "")
			continue
		}
		parts = append(parts, p.identifier())
	}
	if len(parts) > 4 {
		p.fail(p.peek())
	}
	return parts
}

// atAssignment says whether "@name =" follows.
func (p *parser) atAssignment() bool {
	return p.peek().kind == tokenVariable && p.tokens[p.at+1].is("=")
}

// declare reads the variables of a DECLARE with their types. SQL Server 2005 lets none begin with a value.
func (p *parser) declare() statement {
	var s declareStatement
	for {
		t := p.next()
		if t.kind != tokenVariable {
			p.fail(t)
		}
		s.names = append(s.names, t.text)
		p.accept("AS")
		p.typeName()
		if !p.accept(",") {
			return s
		}
	}
}

func (p *parser) exec(name []string, line int32) execStatement {
	s := execStatement{procedure: name, line: line}
	for !p.atStatementEnd() {
		argument := ""
		if p.atAssignment() {
			argument = p.next().text
			p.next()
		}
		s.names, s.args = append(s.names, argument), append(s.args, p.additive())
		if !p.accept(",") {
			break
		}
	}
	if !p.atStatementEnd() {
		p.fail(p.peek())
	}
	return s
}
