package sqlserver

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind int

const (
	tokenEnd      tokenKind = iota
	tokenName               // identifier or keyword
	tokenQuoted             // [name] or "name": never a keyword
	tokenVariable           // @x or @@x
	tokenNumber
	tokenString
	tokenSymbol
)

// token is one word of a batch. line counts from 1, for error messages.
type token struct {
	kind tokenKind
	text string // a name without its brackets, a string without its quotes
	line int32
}

// is compares a keyword or symbol; a quoted name is neither.
func (t token) is(word string) bool {
	return (t.kind == tokenName || t.kind == tokenSymbol) && strings.EqualFold(t.text, word)
}

type lexer struct {
	rest string
	line int32
}

// tokenize cuts a batch into tokens; the last one is tokenEnd.
func tokenize(batch string) ([]token, error) {
	l := &lexer{rest: batch, line: 1}
	var out []token
	for {
		if err := l.skipSpace(); err != nil {
			return nil, err
		}
		t, err := l.next()
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		if t.kind == tokenEnd {
			return out, nil
		}
	}
}

// skipSpace passes over white space and comments; block comments nest.
func (l *lexer) skipSpace() error {
	for l.rest != "" {
		r := l.rest[0]
		switch {
		case r == '\n' || r == ' ' || r == '\t' || r == '\r':
			l.take(1)
		case strings.HasPrefix(l.rest, "--"):
			end := strings.IndexByte(l.rest, '\n')
			if end < 0 {
				end = len(l.rest)
			}
			l.take(end)
		case strings.HasPrefix(l.rest, "/*"):
			if err := l.skipComment(); err != nil {
				return err
			}
		default:
			return nil
		}
	}
	return nil
}

func (l *lexer) skipComment() error {
	depth, line := 0, l.line
	for l.rest != "" {
		switch {
		case strings.HasPrefix(l.rest, "/*"):
			depth++
			l.take(2)
		case strings.HasPrefix(l.rest, "*/"):
			depth--
			l.take(2)
			if depth == 0 {
				return nil
			}
		default:
			l.take(1)
		}
	}
	return at(sqlError(113, 15, 1, "Missing end comment mark '*/'."), line)
}

// take removes n bytes and counts the lines in them.
func (l *lexer) take(n int) string {
	s := l.rest[:n]
	l.rest = l.rest[n:]
	l.line += int32(strings.Count(s, "\n"))
	return s
}

func (l *lexer) next() (token, error) {
	line := l.line
	if l.rest == "" {
		return token{kind: tokenEnd, line: line}, nil
	}
	switch c := l.rest[0]; {
	case c == '\'':
		return l.quoted(tokenString, '\'')
	case (c == 'N' || c == 'n') && strings.HasPrefix(l.rest[1:], "'"):
		l.take(1)
		return l.quoted(tokenString, '\'')
	case c == '[':
		return l.quoted(tokenQuoted, ']')
	case c == '"':
		return l.quoted(tokenQuoted, '"')
	case c == '@':
		n := 1
		if strings.HasPrefix(l.rest, "@@") {
			n = 2
		}
		return token{tokenVariable, l.take(n + nameLength(l.rest[n:])), line}, nil
	case c >= '0' && c <= '9':
		n := len(l.rest) - len(strings.TrimLeft(l.rest, "0123456789"))
		return token{tokenNumber, l.take(n), line}, nil
	}
	if n := nameLength(l.rest); n > 0 {
		return token{tokenName, l.take(n), line}, nil
	}
	for _, s := range []string{"<>", "!=", "<=", ">="} {
		if strings.HasPrefix(l.rest, s) {
			return token{tokenSymbol, l.take(2), line}, nil
		}
	}
	if strings.IndexByte("()=<>,.;+-*/%", l.rest[0]) >= 0 {
		return token{tokenSymbol, l.take(1), line}, nil
	}
	r, _ := utf8.DecodeRuneInString(l.rest)
	return token{}, at(sqlError(102, 15, 1, "Incorrect syntax near '%s'.", string(r)), line)
}

// quoted reads to the closing mark; the mark doubled stands for itself.
func (l *lexer) quoted(kind tokenKind, closing byte) (token, error) {
	line := l.line
	l.take(1)
	var text strings.Builder
	for l.rest != "" {
		end := strings.IndexByte(l.rest, closing)
		if end < 0 {
			text.WriteString(l.take(len(l.rest)))
			break
		}
		text.WriteString(l.take(end))
		l.take(1)
		if l.rest == "" || l.rest[0] != closing {
			return token{kind, text.String(), line}, nil
		}
		text.WriteByte(closing)
		l.take(1)
	}
	return token{}, at(sqlError(105, 15, 1, "Unclosed quotation mark after the character string '%s'.", text.String()), line)
}

// nameLength is how many bytes from the start belong to a regular identifier.
func nameLength(s string) int {
	for i, r := range s {
		if unicode.IsLetter(r) || r == '_' || r == '#' || i > 0 && (unicode.IsDigit(r) || r == '@' || r == '$') {
			continue
		}
		return i
	}
	return len(s)
}
