package sqlserver

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"farmhand/simulator/tds"
)

// compare orders two values; text is compared without case and trailing blanks, and against a number as a number.
func compare(a, b any) (int, error) {
	if a == nil || b == nil {
		return cmp.Compare(rank(a), rank(b)), nil // NULL sorts first
	}
	if t, ok := a.(time.Time); ok {
		u, err := timeOf(b)
		return t.Compare(u), err
	}
	if u, ok := b.(time.Time); ok {
		t, err := timeOf(a)
		return t.Compare(u), err
	}
	s, textA := a.(string)
	u, textB := b.(string)
	if textA && textB {
		fold := func(s string) string { return strings.ToLower(strings.TrimRight(s, " ")) }
		return cmp.Compare(fold(s), fold(u)), nil
	}
	if f, ok := a.(float64); ok {
		n, err := floatOf(b)
		return cmp.Compare(f, n), err
	}
	if f, ok := b.(float64); ok {
		n, err := floatOf(a)
		return cmp.Compare(n, f), err
	}
	x, err := integerOf(a)
	if err != nil {
		return 0, err
	}
	y, err := integerOf(b)
	return cmp.Compare(x, y), err
}

func rank(v any) int {
	if v == nil {
		return 0
	}
	return 1
}

// convert is CAST; NULL stays NULL and bytes stay bytes.
func convert(v any, to tds.Type) (any, error) {
	if _, raw := v.([]byte); raw || v == nil {
		return v, nil
	}
	switch to {
	case tds.TinyInt, tds.SmallInt, tds.Int, tds.BigInt:
		return integerOf(v)
	case tds.Bit:
		n, err := integerOf(v)
		return n != 0, err
	case tds.Float:
		return floatOf(v)
	case tds.DateTime:
		return timeOf(v)
	case tds.UniqueIdentifier:
		s := strings.Trim(textOf(v), "{}")
		if len(s) != 36 {
			return nil, sqlError(8169, 16, 2, "Conversion failed when converting from a character string to uniqueidentifier.")
		}
		return strings.ToUpper(s), nil
	default:
		s := []rune(textOf(v))
		if n := to.Length(); n > 0 && len(s) > n {
			s = s[:n]
		}
		return string(s), nil
	}
}

func integerOf(v any) (int64, error) {
	switch x := v.(type) {
	case int64:
		return x, nil
	case bool:
		if x {
			return 1, nil
		}
		return 0, nil
	case float64:
		return int64(x), nil
	case string:
		n, err := strconv.ParseInt(strings.TrimSpace(x), 10, 64)
		if err != nil {
			return 0, errConversion(x, "int")
		}
		return n, nil
	default:
		return 0, sqlError(206, 16, 2, "Operand type clash: %s is incompatible with int.", typeWord(v))
	}
}

func floatOf(v any) (float64, error) {
	switch x := v.(type) {
	case float64:
		return x, nil
	case string:
		f, err := strconv.ParseFloat(strings.TrimSpace(x), 64)
		if err != nil {
			return 0, errConversion(x, "float")
		}
		return f, nil
	default:
		n, err := integerOf(v)
		return float64(n), err
	}
}

// dateLayouts are the spellings of a datetime literal that mean the same under every language setting, and ISO's.
var dateLayouts = []string{"2006-01-02T15:04:05.999", "2006-01-02 15:04:05.999", "2006-01-02", "20060102 15:04:05.999", "20060102"}

func timeOf(v any) (time.Time, error) {
	switch x := v.(type) {
	case time.Time:
		return x, nil
	case string:
		for _, layout := range dateLayouts {
			if t, err := time.Parse(layout, strings.TrimSpace(x)); err == nil {
				return t, nil
			}
		}
	}
	return time.Time{}, sqlError(241, 16, 1, "Conversion failed when converting datetime from character string.")
}

// textOf is how SQL Server writes a value as text.
func textOf(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case bool:
		if x {
			return "1"
		}
		return "0"
	case time.Time:
		return x.Format("Jan _2 2006  3:04PM")
	default:
		return fmt.Sprint(v)
	}
}

func typeWord(v any) string {
	switch v.(type) {
	case time.Time:
		return "datetime"
	case []byte:
		return "varbinary"
	default:
		return "sql_variant"
	}
}
