package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/server/common/searchattribute/sadefs"
)

// attributes maps the name of a custom search attribute to its type. It is a flag.Value, so that --search-attribute
// can be repeated.
type attributes map[string]enumspb.IndexedValueType

// attributeName is what Temporal's visibility queries can name without quoting.
var attributeName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// String prints the attributes in name order.
func (a attributes) String() string {
	parts := make([]string, 0, len(a))
	for _, name := range slices.Sorted(maps.Keys(a)) {
		parts = append(parts, name+"="+a[name].String())
	}
	return strings.Join(parts, ",")
}

// Set adds one attribute written as Name=Type.
func (a attributes) Set(text string) error {
	name, typeName, found := strings.Cut(text, "=")
	if !found || !attributeName.MatchString(name) {
		return fmt.Errorf("%q is not Name=Type", text)
	}
	valueType, err := enumspb.IndexedValueTypeFromString(typeName)
	if err != nil || valueType == enumspb.INDEXED_VALUE_TYPE_UNSPECIFIED {
		return fmt.Errorf("%q is not a search attribute type: use Keyword, Datetime, Int, Bool, Double, Text or KeywordList", typeName)
	}
	if have, ok := a[name]; ok && have != valueType {
		return fmt.Errorf("search attribute %s is %s, not %s", name, have, valueType)
	}
	a[name] = valueType
	return nil
}

// assignColumns gives every wanted attribute a column of the visibility table. A SQL visibility store has a fixed set
// of columns per type (Keyword01, Keyword02, ...), and a namespace maps them to names. Names that have a column keep
// it, because rows written earlier are stored under it. It reports whether anything was added.
func (a attributes) assignColumns(aliases map[string]string) (added bool, err error) {
	columns := sadefs.GetDBIndexSearchAttributes(nil).GetCustomSearchAttributes()
	columnOf := make(map[string]string, len(aliases))
	for column, name := range aliases {
		columnOf[name] = column
	}
	for _, name := range slices.Sorted(maps.Keys(a)) {
		valueType := a[name]
		if column, ok := columnOf[name]; ok {
			if columns[column] != valueType {
				return false, fmt.Errorf("search attribute %s is stored as %s in this database and %s was asked for: "+
					"a type cannot change, use another name or another --db", name, columns[column], valueType)
			}
			continue
		}
		column, ok := freeColumn(columns, aliases, valueType)
		if !ok {
			return false, fmt.Errorf("no column is left for search attribute %s of type %s: use fewer", name, valueType)
		}
		aliases[column] = name
		added = true
	}
	return added, nil
}

// freeColumn returns the first column of a type that has no name yet.
func freeColumn(columns map[string]enumspb.IndexedValueType, aliases map[string]string, valueType enumspb.IndexedValueType) (string, bool) {
	for _, column := range slices.Sorted(maps.Keys(columns)) {
		if _, taken := aliases[column]; !taken && columns[column] == valueType {
			return column, true
		}
	}
	return "", false
}
