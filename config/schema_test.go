package config_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"farmhand/config"
)

// compiled is one of the schemas, ready to judge.
func compiled(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	text, ok := config.Schema(name)
	require.True(t, ok, name)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource(name, doc))
	s, err := c.Compile(name)
	require.NoError(t, err)
	return s
}

// inJSON is a YAML node as an editor's YAML server hands it to a schema: times are text in today's YAML.
func inJSON(t require.TestingT, node *yaml.Node) any {
	switch node.Kind {
	case yaml.DocumentNode:
		return inJSON(t, node.Content[0])
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			out[node.Content[i].Value] = inJSON(t, node.Content[i+1])
		}
		return out
	case yaml.SequenceNode:
		out := []any{}
		for _, member := range node.Content {
			out = append(out, inJSON(t, member))
		}
		return out
	}
	if node.ShortTag() == "!!timestamp" {
		return node.Value
	}
	var value any
	require.NoError(t, node.Decode(&value))
	return value
}

func parsed(t *testing.T, text []byte) *yaml.Node {
	t.Helper()
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal(text, &doc))
	return &doc
}

// TestSchemasTakeEveryFile: the examples, the releases and the files of all rehearsals.
func TestSchemasTakeEveryFile(t *testing.T) {
	for name, patterns := range map[string][]string{
		"rollout":  {"examples/contoso.yaml", "testdata/valid.yaml", "../simulator/testdata/*/rollout.yaml", "../test/*/testdata/*/rollout.yaml"},
		"release":  {"releases/*.yaml", "../simulator/testdata/*/release.yaml"},
		"settings": {"examples/farmhand.yaml"},
	} {
		schema, count := compiled(t, name), 0
		for _, pattern := range patterns {
			files, err := filepath.Glob(pattern)
			require.NoError(t, err)
			for _, file := range files {
				text, err := os.ReadFile(file)
				require.NoError(t, err)
				require.NoError(t, schema.Validate(inJSON(t, parsed(t, text))), file)
				count++
			}
		}
		require.GreaterOrEqual(t, count, map[string]int{"rollout": 40, "release": 5, "settings": 1}[name])
	}
	require.NoError(t, compiled(t, "rollout").Validate(inJSON(t, parsed(t, []byte(wholeFile)))))
}

// mutated changes one place of a document: another key, or a value of another kind.
func mutated(t *rapid.T, doc *yaml.Node) {
	var mappings, values []*yaml.Node
	var walk func(node *yaml.Node)
	walk = func(node *yaml.Node) {
		if node.Kind == yaml.MappingNode {
			mappings = append(mappings, node)
		}
		for i, n := range node.Content {
			if node.Kind != yaml.MappingNode || i%2 == 1 {
				values = append(values, n)
				walk(n)
			}
		}
	}
	walk(doc.Content[0])
	if rapid.Bool().Draw(t, "key") {
		m := rapid.SampledFrom(mappings).Draw(t, "mapping")
		if len(m.Content) == 0 || rapid.Bool().Draw(t, "add") {
			m.Content = append(m.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "zebra"}, &yaml.Node{Kind: yaml.ScalarNode, Value: "x"})
			return
		}
		at := 2 * rapid.IntRange(0, len(m.Content)/2-1).Draw(t, "at")
		if rapid.Bool().Draw(t, "rename") {
			m.Content[at].Value += "_x"
		} else {
			m.Content = append(m.Content[:at:at], m.Content[at+2:]...)
		}
		return
	}
	other := rapid.SampledFrom([]string{"word", "12", "1.5", "true", "null", "[]", "{}", "[word]", "{zebra: x}", "5m", "1.2.3.4", "2026-11-23"}).Draw(t, "value")
	var changed yaml.Node
	if err := yaml.Unmarshal([]byte(other), &changed); err != nil {
		t.Fatal(err)
	}
	*rapid.SampledFrom(values).Draw(t, "place") = *changed.Content[0]
}

// misshapen reports whether a file was refused for a key that nobody knows or for a value of a wrong kind.
func misshapen(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "unknown key") || strings.Contains(err.Error(), ", found "))
}

// TestSchemaAndDecoderAgree: whatever is changed in a file, what the decoder refuses for its shape the schema refuses, and
// what the schema refuses the decoder refuses.
func TestSchemaAndDecoderAgree(t *testing.T) {
	release, ok := config.ReleaseSource("infrastructure-update")
	require.True(t, ok)
	settings, err := os.ReadFile("examples/farmhand.yaml")
	require.NoError(t, err)
	dir := t.TempDir()
	decodeFile := func(decode func(path string) error) func(text []byte) error {
		return func(text []byte) error {
			path := filepath.Join(dir, "file.yaml")
			require.NoError(t, os.WriteFile(path, text, 0o600))
			return decode(path)
		}
	}
	for _, tt := range []struct {
		name   string
		text   []byte
		decode func(text []byte) error
	}{
		{"rollout", []byte(wholeFile), func(text []byte) error { _, _, err := config.Decode("r.yaml", text, "."); return err }},
		{"release", release, decodeFile(func(path string) error { _, err := config.LoadReleaseFile(path); return err })},
		{"settings", settings, decodeFile(func(path string) error { _, err := config.LoadSettings(path); return err })},
	} {
		schema := compiled(t, tt.name)
		require.NoError(t, tt.decode(tt.text))
		rapid.Check(t, func(r *rapid.T) {
			var doc yaml.Node
			require.NoError(r, yaml.Unmarshal(tt.text, &doc))
			mutated(r, &doc)
			text, err := yaml.Marshal(&doc)
			require.NoError(r, err)
			refused, mistakes := schema.Validate(inJSON(r, &doc)), tt.decode(text)
			if misshapen(mistakes) {
				require.Error(r, refused, "%v\n%s", mistakes, text)
			}
			if refused != nil {
				require.Error(r, mistakes, "%v\n%s", refused, text)
			}
		})
	}
}
