package simulator

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"farmhand/internal/farm"
)

// checkSteps says which holds and faults name a step or a kind that there is none of, with the lines of the file.
func (t Twin) checkSteps(data []byte) error {
	var file yaml.Node
	if err := yaml.Unmarshal(data, &file); err != nil {
		return err
	}
	var errs []error
	wrong := func(list string, i int, found map[string]string) {
		for key, what := range found {
			errs = append(errs, fmt.Errorf("line %d: %s[%d].%s: %s", lineOf(&file, list, i, key), list, i, key, what))
		}
	}
	for i, h := range t.Holds {
		wrong("holds", i, mistakes(h.Step, "", false))
	}
	for i, f := range t.Faults {
		wrong("faults", i, mistakes(f.Step, f.Kind, true))
	}
	return errors.Join(errs...)
}

// lineOf finds where a key of the i-th entry of a list is written; a key that is missing is missed where the entry begins.
func lineOf(file *yaml.Node, list string, i int, key string) int {
	if len(file.Content) == 0 {
		return 0
	}
	entries := valueOf(file.Content[0], list)
	if entries == nil || i >= len(entries.Content) {
		return 0
	}
	entry := entries.Content[i]
	if value := valueOf(entry, key); value != nil {
		return value.Line
	}
	return entry.Line
}

// valueOf finds a key of a mapping, which an alias may stand for; nil when it is not there.
func valueOf(mapping *yaml.Node, key string) *yaml.Node {
	if mapping.Kind == yaml.AliasNode {
		mapping = mapping.Alias
	}
	if mapping.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

// checkSubject compares the package or database of a fault's step with the release and the farms.
func (t Twin) checkSubject(step string, r farm.Rollout, rel farm.Release, wrong func(format string, args ...any)) {
	what, name, _ := strings.Cut(step, " ")
	switch strings.ToLower(what) {
	case "package", "fetch":
		if !slices.ContainsFunc(rel.Packages, func(p farm.Package) bool { return strings.EqualFold(p.KB, name) || strings.EqualFold(p.ID(), name) }) {
			wrong("fault at %q: the release has no package %q", step, name)
		}
	case "backup", "attach":
		if !slices.ContainsFunc(t.Databases, func(d TwinDatabase) bool { return equal(name)(d.Name) }) &&
			!known(r, "", func(f farm.Farm) bool { return slices.ContainsFunc(databaseNames(f), equal(name)) }) {
			wrong("fault at %q: no farm has a database %q", step, name)
		}
	}
}
