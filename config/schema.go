package config

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"farmhand/internal/farm"
)

//go:embed schema/*.schema.json
var schemaFiles embed.FS

// schemaTypes are the files that have a schema, by its name, and what they decode to.
var schemaTypes = map[string]reflect.Type{
	"rollout":  reflect.TypeFor[farm.Rollout](),
	"release":  reflect.TypeFor[farm.Release](),
	"settings": reflect.TypeFor[Settings](),
}

// SchemaNames lists the files that have a JSON Schema: rollout, release and settings.
func SchemaNames() []string { return []string{"rollout", "release", "settings"} }

// Schema is the JSON Schema of one of SchemaNames, for editors. ok is false for any other name.
func Schema(name string) (text []byte, ok bool) {
	if !slices.Contains(SchemaNames(), name) {
		return nil, false
	}
	text, err := schemaFiles.ReadFile(path.Join("schema", name+".schema.json"))
	return text, err == nil
}

// KeyNote is what a schema says of a key besides the values it takes.
type KeyNote struct {
	// Text explains the key.
	Text string
	// Required says that the key cannot be left out.
	Required bool
}

// NewSchema draws the JSON Schema of one of SchemaNames anew, from the tables the decoder itself works by: what the decoder
// refuses for its shape, an unknown key or a wrong type, the schema refuses, and what the schema refuses the decoder
// refuses, empty text in place of a word and the odd spellings of numbers aside. explain is asked once for each key, by its
// path from the top without places in lists, such as farms.servers.winrm.port.
func NewSchema(name string, explain func(key string) KeyNote) ([]byte, error) {
	t, ok := schemaTypes[name]
	if !ok {
		return nil, fmt.Errorf("no schema %q; schemas are %s", name, list(SchemaNames()))
	}
	d := schemaDrawing{definitions: map[string]any{}, explain: explain}
	top := d.mapping("", t)
	top["$schema"] = "http://json-schema.org/draft-07/schema#" // the draft that editors' YAML servers know best
	top["title"] = "farmhand: " + name + " file"
	top["definitions"] = d.definitions
	text, err := json.MarshalIndent(top, "", "  ")
	return append(text, '\n'), err
}

// schemaDrawing is a schema while it is drawn.
type schemaDrawing struct {
	definitions map[string]any
	explain     func(key string) KeyNote
}

// mapping draws the keys and values of a struct. Null is a key left out, here and below.
func (d schemaDrawing) mapping(key string, t reflect.Type) plain {
	properties, required := plain{}, []string{}
	for _, f := range fieldsOf(t) {
		at := child(key, f.name)
		note := d.explain(at)
		value := d.value(at, f.typ, wordsOf(t, f))
		if note.Text != "" {
			value["description"] = note.Text
		}
		if note.Required {
			required = append(required, f.name)
		}
		properties[f.name] = value
	}
	out := plain{"type": orNull("object"), "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

func orNull(kinds ...string) []string { return append(kinds, "null") }

// value draws what a key of type t may hold.
func (d schemaDrawing) value(key string, t reflect.Type, words []string) plain {
	switch {
	case isDuration(t): // 0 needs no unit
		return plain{"type": orNull("string", "integer"), "pattern": durationPattern, "minimum": 0, "maximum": 0}
	case isVersion(t):
		return plain{"type": orNull("string"), "pattern": `^\s*\d+(\.\d+){2,3}\s*$`}
	case t.Kind() == reflect.Struct:
		name := strings.ToLower(t.Name()[:1]) + t.Name()[1:]
		if _, drawn := d.definitions[name]; !drawn {
			d.definitions[name] = nil // the place is taken, should a type ever hold itself
			d.definitions[name] = d.mapping(key, t)
		}
		return plain{"$ref": "#/definitions/" + name}
	case t.Kind() == reflect.Slice:
		return plain{"type": orNull("array"), "items": d.value(key, t.Elem(), words)}
	case t.Kind() == reflect.Int:
		return plain{"type": orNull("integer")}
	case t.Kind() == reflect.Bool:
		return plain{"type": orNull("boolean")}
	case words != nil:
		return plain{"enum": wordValues(words)}
	}
	return plain{"type": orNull("string", "number")} // text may be written as a number: ticket: 41877
}

const durationPattern = `^(\+?((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+|[-+]?0)$`

// wordValues are words as YAML may spell them: 1.2 without quotes is a number.
func wordValues(words []string) []any {
	var out []any
	for _, w := range words {
		out = append(out, w)
	}
	for _, w := range words {
		if number, err := strconv.ParseFloat(w, 64); err == nil {
			out = append(out, number)
		}
	}
	return append(out, nil)
}
