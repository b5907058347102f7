package farm

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf16"
)

// kbNumber finds the number of an update in what tools write: KB952067, kb 952067, (KB952067), 952067.
var kbNumber = regexp.MustCompile(`(?i)\b(?:KB)?\s?([0-9]{5,8})\b`)

// ErrInventory says that a client inventory cannot be used; the errors beside it name each line.
var ErrInventory = errors.New("client inventory")

// ParseInventory reads a client inventory: CSV with a header line, separated by commas, semicolons or tabs, in UTF-8 or
// in UTF-16 with its mark, as spreadsheets and inventory tools export it. Columns, in any order and letter case:
//
//	computer   its name; must be there
//	product    as the list of installed programs names it
//	version    such as 12.0.6425.1000
//	updates    numbers of installed updates, in any form
//
// At least one of version and updates must be there; other columns are left alone. The error wraps ErrInventory and
// tells every wrong line.
func ParseInventory(data []byte) ([]ClientRecord, error) {
	data = decoded(data)
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	first, _, _ := bytes.Cut(data, []byte("\n"))
	for _, separator := range ";\t" {
		if strings.Count(string(first), string(separator)) > strings.Count(string(first), string(r.Comma)) {
			r.Comma = separator
		}
	}
	r.TrimLeadingSpace = r.Comma != '\t' // a tab is space, too
	header, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("%w: no header line", ErrInventory)
	}
	column := map[string]int{}
	for i, name := range header {
		column[strings.ToLower(strings.TrimSpace(name))] = i
	}
	_, versions := column["version"]
	_, updates := column["updates"]
	if _, ok := column["computer"]; !ok || !versions && !updates {
		return nil, fmt.Errorf("%w: line 1: want the column computer, and version or updates beside it; found %s", ErrInventory, strings.Join(header, ", "))
	}
	var out []ClientRecord
	mistakes := []error{ErrInventory}
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			mistakes = append(mistakes, err)
			break // what follows cannot be told apart
		}
		line, _ := r.FieldPos(0)
		record, err := clientRecord(fields, column)
		if err != nil {
			mistakes = append(mistakes, fmt.Errorf("line %d: %w", line, err))
			continue
		}
		record.Line = line
		out = append(out, record)
	}
	if len(mistakes) > 1 {
		return nil, errors.Join(mistakes...)
	}
	return out, nil
}

func clientRecord(fields []string, column map[string]int) (ClientRecord, error) {
	get := func(name string) string {
		if i, ok := column[name]; ok && i < len(fields) {
			return strings.TrimSpace(fields[i])
		}
		return ""
	}
	r := ClientRecord{Computer: get("computer"), Product: get("product")}
	if r.Computer == "" {
		return r, errors.New("no computer")
	}
	if text := get("version"); text != "" {
		v, err := ParseVersion(text)
		if err != nil {
			return r, err
		}
		r.Version = v
	}
	r.Updates = updateNumbers(get("updates"))
	return r, nil
}

// updateNumbers finds the numbers of updates in a text, as KB and digits.
func updateNumbers(text string) (out []string) {
	for _, m := range kbNumber.FindAllStringSubmatch(text, -1) {
		out = append(out, "KB"+m[1])
	}
	return out
}

// decoded brings UTF-16 to UTF-8 and drops the mark.
func decoded(data []byte) []byte {
	var at func(i int) uint16
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		at = func(i int) uint16 { return uint16(data[i]) | uint16(data[i+1])<<8 }
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		at = func(i int) uint16 { return uint16(data[i+1]) | uint16(data[i])<<8 }
	default:
		return bytes.TrimPrefix(data, []byte("\ufeff"))
	}
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		units = append(units, at(i))
	}
	return []byte(string(utf16.Decode(units)))
}
