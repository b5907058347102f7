package windows

import (
	"strconv"
	"strings"
	"unicode/utf16"
)

// Record is one line of a script's answer.
type Record struct {
	Name   string
	Fields []Field
}

// Field is one field of a Record.
type Field struct{ Name, Value string }

// NewRecord makes a record from names and values in turn.
func NewRecord(name string, pairs ...string) Record {
	r := Record{Name: name}
	for i := 0; i+1 < len(pairs); i += 2 {
		r.Fields = append(r.Fields, Field{pairs[i], pairs[i+1]})
	}
	return r
}

// String is the line as a script prints it, without its end.
func (r Record) String() string {
	var b strings.Builder
	b.WriteString(r.Name)
	for _, f := range r.Fields {
		b.WriteString("\t" + f.Name + "=" + escape(f.Value))
	}
	return b.String()
}

// escape writes every UTF-16 unit outside printable ASCII, and the percent sign, as %XXXX (scripts' package
// comment).
func escape(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		if u >= ' ' && u < 0x7f && u != '%' {
			b.WriteByte(byte(u))
			continue
		}
		h := strings.ToUpper(strconv.FormatUint(uint64(u), 16))
		b.WriteString("%" + strings.Repeat("0", 4-len(h)) + h)
	}
	return b.String()
}
