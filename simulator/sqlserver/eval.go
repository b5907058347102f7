package sqlserver

import (
	"fmt"
)

// eval computes an expression over a row. Conditions give bool, or nil for unknown, as three-valued logic wants.
func (q *query) eval(e expression, r row) (any, error) {
	switch x := e.(type) {
	case literal:
		return x.value, nil
	case variable:
		return q.variable(x.name)
	case columnRef:
		if x.niladic() {
			return q.niladic(x), nil
		}
		_, v, err := r.find(x.parts)
		return v, err
	case cast:
		v, err := q.eval(x.value, r)
		if err != nil {
			return nil, err
		}
		return convert(v, x.to)
	case unary:
		v, err := q.eval(x.operand, r)
		if err != nil || v == nil {
			return nil, err
		}
		if x.operator == "NOT" {
			return v != true, nil
		}
		n, err := integerOf(v)
		return -n, err
	case isNull:
		v, err := q.eval(x.value, r)
		return (v == nil) != x.negate, err
	case inList:
		return q.evalIn(x, r)
	case binary:
		return q.evalBinary(x, r)
	case call:
		return q.evalCall(x, r)
	default:
		return nil, fmt.Errorf("sqlserver: expression %T has no meaning", e)
	}
}

func (q *query) evalIn(x inList, r row) (any, error) {
	v, err := q.eval(x.value, r)
	if err != nil || v == nil {
		return nil, err
	}
	unknown := false
	for _, e := range x.list {
		item, err := q.eval(e, r)
		if err != nil {
			return nil, err
		}
		order, err := compare(v, item)
		switch {
		case err != nil:
			return nil, err
		case item == nil:
			unknown = true
		case order == 0:
			return !x.negate, nil
		}
	}
	if unknown {
		return nil, nil
	}
	return x.negate, nil
}

func (q *query) evalBinary(x binary, r row) (any, error) {
	left, err := q.eval(x.left, r)
	if err != nil {
		return nil, err
	}
	right, err := q.eval(x.right, r)
	if err != nil {
		return nil, err
	}
	switch x.operator {
	case "AND":
		if left == false || right == false {
			return false, nil
		}
	case "OR":
		if left == true || right == true {
			return true, nil
		}
	}
	if left == nil || right == nil {
		return nil, nil
	}
	switch x.operator {
	case "AND":
		return true, nil
	case "OR":
		return false, nil
	case "LIKE":
		return like(textOf(left), textOf(right)), nil
	case "+", "-", "*", "/", "%":
		return arithmetic(x.operator, left, right)
	}
	order, err := compare(left, right)
	if err != nil {
		return nil, err
	}
	switch x.operator {
	case "=":
		return order == 0, nil
	case "<>":
		return order != 0, nil
	case "<":
		return order < 0, nil
	case "<=":
		return order <= 0, nil
	case ">":
		return order > 0, nil
	default:
		return order >= 0, nil
	}
}

func arithmetic(operator string, left, right any) (any, error) {
	l, leftText := left.(string)
	r, rightText := right.(string)
	if operator == "+" && leftText && rightText {
		return l + r, nil
	}
	a, err := integerOf(left)
	if err != nil {
		return nil, err
	}
	b, err := integerOf(right)
	if err != nil {
		return nil, err
	}
	switch operator {
	case "+":
		return a + b, nil
	case "-":
		return a - b, nil
	case "*":
		return a * b, nil
	}
	if b == 0 {
		return nil, sqlError(8134, 16, 1, "Divide by zero error encountered.")
	}
	if operator == "/" {
		return a / b, nil
	}
	return a % b, nil
}
