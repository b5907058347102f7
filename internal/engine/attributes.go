package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// Attributes are search attributes by name, with the type each must have.
type Attributes map[string]enumspb.IndexedValueType

// Want lists the search attributes that code sets through typed keys.
func Want(keys ...temporal.SearchAttributeKey) Attributes {
	want := Attributes{}
	for _, k := range keys {
		want[k.GetName()] = k.GetValueType()
	}
	return want
}

// MissingAttributesError says which search attributes a namespace lacks, or has with another type. Its text holds the
// commands that create them.
type MissingAttributesError struct {
	Namespace string
	Missing   Attributes
	// Wrong are attributes of another type, as "Name is Text, want Keyword".
	Wrong []string
}

// Error says what to run, one command a line.
func (e *MissingAttributesError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "search attributes that workflows set are not as they must be in namespace %s:", e.Namespace)
	for _, w := range e.Wrong {
		fmt.Fprintf(&b, "\n  %s: a type cannot change, use another namespace", w)
	}
	if len(e.Missing) > 0 {
		b.WriteString("\n  some are missing: starter namespace adds them, and so does")
	}
	for _, name := range slices.Sorted(maps.Keys(e.Missing)) {
		fmt.Fprintf(&b, "\n  temporal operator search-attribute create --namespace %s --name %s --type %s", e.Namespace, name, e.Missing[name])
	}
	return b.String()
}

// CheckAttributes compares a namespace's search attributes with those wanted. The error is *MissingAttributesError, or
// that of asking.
func CheckAttributes(ctx context.Context, c client.Client, namespace string, want Attributes) error {
	have, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return fmt.Errorf("search attributes of namespace %s: %w", namespace, err)
	}
	return compareAttributes(namespace, have.GetCustomAttributes(), want)
}

func compareAttributes(namespace string, have map[string]enumspb.IndexedValueType, want Attributes) error {
	e := &MissingAttributesError{Namespace: namespace, Missing: Attributes{}}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		switch got, ok := have[name]; {
		case !ok:
			e.Missing[name] = want[name]
		case got != want[name]:
			e.Wrong = append(e.Wrong, fmt.Sprintf("%s is %s, want %s", name, got, want[name]))
		}
	}
	if len(e.Missing) == 0 && len(e.Wrong) == 0 {
		return nil
	}
	return e
}
