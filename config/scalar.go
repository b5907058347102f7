package config

import (
	"reflect"
	"time"

	"go.yaml.in/yaml/v3"

	"farmhand/internal/farm"
)

// shapeScalar reads one value that is neither a mapping nor a list.
func (n *notes) shapeScalar(key string, node *yaml.Node, t reflect.Type) (any, bool) {
	p := position{node.Line, node.Column}
	want := wanted(t)
	if node.Kind != yaml.ScalarNode {
		n.brokenShape(key, p, "want %s, found %s", want, kindOf(node))
		return nil, false
	}
	switch {
	case isDuration(t):
		if message := durationMistake(key, node.Value); message != "" {
			n.brokenShape(key, p, "%s", message)
			return nil, false
		}
		return node.Value, true
	case isVersion(t):
		if _, err := farm.ParseVersion(node.Value); err != nil {
			n.brokenShape(key, p, "%s", err)
			return nil, false
		}
		return node.Value, true
	}
	var value any
	var err error
	switch tag := node.ShortTag(); {
	case t.Kind() == reflect.Int && tag == "!!int":
		var i int
		err = node.Decode(&i)
		value = i
	case t.Kind() == reflect.Bool && tag == "!!bool":
		var b bool
		err = node.Decode(&b)
		value = b
	case t.Kind() == reflect.String && plainText[tag]:
		if hidden := hiddenCharacter(node.Value, severalLines[lastName(key)]); hidden != "" {
			n.brokenShape(key, p, "the text holds the character %s, which people do not see: they would approve something else than it shows", hidden)
			return nil, false
		}
		value = node.Value // as typed: 2026-11-22 and 1.0 stay what the author wrote
	default:
		n.brokenShape(key, p, "want %s, found %s", want, kindOf(node))
		return nil, false
	}
	if err != nil {
		n.brokenShape(key, p, "want %s, found one that is too large", want)
		return nil, false
	}
	return value, true
}

// plainText holds the YAML tags whose text may stand where text is wanted. A bare true is not among them:
// the author of `name: yes` is asked for quotes.
var plainText = map[string]bool{"!!str": true, "!!int": true, "!!float": true, "!!timestamp": true}

func wanted(t reflect.Type) string {
	switch {
	case isDuration(t):
		return "a duration with its unit, like 30s, 5m or 1h30m"
	case isVersion(t):
		return "a version, like 12.0.6318.5000"
	case t.Kind() == reflect.Int:
		return "a number"
	case t.Kind() == reflect.Bool:
		return "true or false"
	}
	return "text"
}

// durationMistake says what is wrong with a duration's spelling, or nothing.
func durationMistake(key, text string) string {
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return quoted(key, text) + " is not a duration; want one with its unit, like 30s, 5m or 1h30m"
	case d < 0:
		return quoted(key, text) + " is negative; want a duration like 30s, 5m or 1h30m"
	}
	return ""
}
