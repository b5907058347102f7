package config

import (
	"fmt"
	"reflect"
	"time"

	"go.yaml.in/yaml/v3"

	"farmhand/internal/farm"
)

// field is one key that a mapping may have.
type field struct {
	name string
	typ  reflect.Type
}

// farmDefaults is the `defaults:` of a farm. It exists in the file alone: fillServers copies it into the
// servers, so that the decoded value says for each server what holds for it.
type farmDefaults struct {
	ConnectAs string     `mapstructure:"connect_as"`
	RunAs     string     `mapstructure:"run_as"`
	Stage     string     `mapstructure:"stage"`
	WinRM     farm.WinRM `mapstructure:"winrm"`
	Execution string     `mapstructure:"execution"`
}

// fileOnly lists keys that a file may have and the decoded type has not.
var fileOnly = map[reflect.Type][]field{
	reflect.TypeFor[farm.Farm](): {{"defaults", reflect.TypeFor[farmDefaults]()}},
}

// fieldsOf lists the keys of a mapping that decodes to t: the mapstructure tags, and fileOnly.
func fieldsOf(t reflect.Type) []field {
	var out []field
	for f := range t.Fields() {
		out = append(out, field{f.Tag.Get("mapstructure"), f.Type})
	}
	return append(out, fileOnly[t]...)
}

const noAnchors = "anchors (&) and aliases (*) are not supported: write the value out, so that people read what they approve"

// shape holds nodes against a Go type and returns what fits as plain values for viper. What does not fit is
// noted and left out; a list keeps an empty member in its place so that the others keep their numbers.
func (n *notes) shape(key string, node *yaml.Node, t reflect.Type) (value any, ok bool) {
	p := position{node.Line, node.Column}
	if node.Kind == yaml.AliasNode || node.Anchor != "" {
		n.brokenShape(key, p, noAnchors)
		return nil, false
	}
	if isNull(node) {
		return nil, false
	}
	switch {
	case t.Kind() == reflect.Struct && t != reflect.TypeFor[farm.Version]():
		return n.shapeMapping(key, node, t)
	case t.Kind() == reflect.Slice:
		return n.shapeList(key, node, t)
	}
	return n.shapeScalar(key, node, t)
}

func isNull(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null"
}

func (n *notes) shapeMapping(key string, node *yaml.Node, t reflect.Type) (any, bool) {
	fields := fieldsOf(t)
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	if node.Kind != yaml.MappingNode {
		n.brokenShape(key, position{node.Line, node.Column}, "want keys and values (%s), found %s", list(names), kindOf(node))
		return nil, false
	}
	out := map[string]any{}
	first := map[string]int{} // the line a key was first set on
	var meant []string        // keys that unknown ones look like
	for i := 0; i+1 < len(node.Content); i += 2 {
		k, v := node.Content[i], node.Content[i+1]
		p := position{k.Line, k.Column}
		j := indexField(fields, k)
		if j < 0 {
			meant = append(meant, nearest(k.Value, names))
			n.noteUnknown(key, k, names, node.Style&yaml.FlowStyle != 0 && (isNull(v) || secretPlace(key, names)))
			continue
		}
		name := fields[j].name
		if line, twice := first[name]; twice {
			n.found = append(n.found, Mistake{n.file, p.line, p.column, child(key, name),
				fmt.Sprintf("the key is already set on line %d; keep one of the two", line)})
			continue
		}
		first[name] = p.line
		n.at[child(key, name)] = p
		if value, ok := n.shape(child(key, name), v, fields[j].typ); ok {
			out[name] = value
		}
	}
	for _, name := range meant {
		if _, set := first[name]; name != "" && !set {
			n.broken[child(key, name)] = true // else a misspelled key would be called missing as well
		}
	}
	return out, true
}

func indexField(fields []field, k *yaml.Node) int {
	for i, f := range fields {
		if k.Kind == yaml.ScalarNode && k.Anchor == "" && f.name == k.Value {
			return i
		}
	}
	return -1
}

// noteUnknown records a key that nothing reads. hide keeps the key itself out of the message: in the flow
// mappings {password:hunter2} and {password: hun,ter2} a piece of the secret stands where a key is expected.
func (n *notes) noteUnknown(key string, k *yaml.Node, names []string, hide bool) {
	p := position{k.Line, k.Column}
	if k.Kind == yaml.ScalarNode && k.ShortTag() == "!!merge" {
		n.brokenShape(child(key, "<<"), p, "merge keys (<<) are not supported: write the keys out; a farm's defaults: serve its servers")
		return
	}
	if k.Kind != yaml.ScalarNode || k.Anchor != "" || !plainKey.MatchString(k.Value) {
		n.brokenShape(child(key, "?"), p, "want a key here; known are %s", list(names))
		return
	}
	shown := k.Value
	if hide {
		shown = "?"
	}
	hint := didYouMean(k.Value, names)
	if hint == "" {
		hint = "; known are " + list(names)
	}
	n.brokenShape(child(key, shown), p, "unknown key%s", hint)
}

func (n *notes) shapeList(key string, node *yaml.Node, t reflect.Type) (any, bool) {
	if node.Kind != yaml.SequenceNode {
		n.brokenShape(key, position{node.Line, node.Column}, "want a list, like [a, b] or one line with a dash for each, found %s", kindOf(node))
		return nil, false
	}
	out := make([]any, 0, len(node.Content))
	for i, v := range node.Content {
		n.at[element(key, i)] = position{v.Line, v.Column}
		value, ok := n.shape(element(key, i), v, t.Elem())
		switch {
		case ok:
		case t.Elem().Kind() == reflect.Struct:
			value = map[string]any{}
		default:
			value = ""
		}
		out = append(out, value)
	}
	// An empty list means what no list means, and must give the same digest.
	return out, len(out) > 0
}

// kindOf names what stands in the file, without repeating it.
func kindOf(node *yaml.Node) string {
	switch tag := node.ShortTag(); {
	case node.Kind == yaml.MappingNode:
		return "keys and values"
	case node.Kind == yaml.SequenceNode:
		return "a list"
	case tag == "!!int", tag == "!!float":
		return "a number"
	case tag == "!!bool":
		return "true or false"
	}
	return "text"
}

// isDuration and isVersion pick out the types that are written as text.
func isDuration(t reflect.Type) bool { return t == reflect.TypeFor[time.Duration]() }
func isVersion(t reflect.Type) bool  { return t == reflect.TypeFor[farm.Version]() }
