package sqlserver

import (
	"strings"

	"farmhand/simulator/tds"
)

// expression is a node of a parsed expression.
type expression any

type (
	literal   struct{ value any } // nil, int64 or string
	columnRef struct{ parts []string }
	variable  struct{ name string } // with its @
	call      struct {
		name string // upper case
		args []expression
		star bool // COUNT(*)
		line int32
	}
	cast struct {
		value expression
		to    tds.Type
	}
	unary struct {
		operator string // NOT, -
		operand  expression
	}
	binary struct {
		operator    string // AND OR = <> < > <= >= + - * / % LIKE
		left, right expression
	}
	inList struct {
		value  expression
		list   []expression
		negate bool
	}
	isNull struct {
		value  expression
		negate bool
	}
)

// selectItem is one entry of a select list: an expression, or * and alias.*.
type selectItem struct {
	value expression
	alias string
	star  bool
	of    string // the alias before .*
}

// source is one table of a FROM clause and how it is joined to those before it.
type source struct {
	name  []string // one to four parts
	alias string
	on    expression // nil for the first and for a cross join
	outer bool       // LEFT JOIN
	line  int32
}

type orderItem struct {
	value      expression
	descending bool
}

// statement is one parsed statement.
type statement any

type (
	selectStatement struct {
		top     expression // nil without TOP
		items   []selectItem
		from    []source
		where   expression
		groupBy []expression
		orderBy []orderItem
		line    int32
	}
	useStatement struct {
		database string
		line     int32
	}
	setStatement   struct{}
	printStatement struct{ value expression }
	// declareStatement declares variables; each begins as NULL.
	declareStatement struct{ names []string }
	execStatement    struct {
		result    string // the variable that takes the return code, empty for none
		procedure []string
		names     []string // of the arguments; empty where one is given by place
		args      []expression
		line      int32
	}
	backupStatement struct {
		database expression
		paths    []expression
		options  mediaOptions
		line     int32
	}
	restoreStatement struct {
		kind     string     // DATABASE, VERIFYONLY, HEADERONLY, FILELISTONLY
		database expression // of DATABASE
		paths    []expression
		options  mediaOptions
		line     int32
	}
	alterStatement struct {
		database string
		// option is what is set: PARTNER SUSPEND, SINGLE_USER and so on.
		option string
		line   int32
	}
)

// mediaOptions are what stands after WITH of a BACKUP or RESTORE.
type mediaOptions struct {
	overwrite    bool // INIT or FORMAT
	copyOnly     bool
	checksum     bool
	differential bool
	replace      bool // RESTORE: over a database that is there
	noRecovery   bool // RESTORE: another backup follows
	stats        int  // 0: no progress messages
	file         int  // 0: the first
	name         expression
	description  expression
}

// dotted joins the parts of a name for a message.
func dotted(parts []string) string { return strings.Join(parts, ".") }
