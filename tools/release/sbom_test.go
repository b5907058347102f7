package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

// TestInventory is of the test's own program: it is linked with modules, too.
func TestInventory(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	info, ok := debug.ReadBuildInfo()
	require.True(t, ok)
	require.NotEmpty(t, info.Deps)
	licenses := map[string]terms{}
	for _, d := range info.Deps {
		licenses[d.Path+"@"+d.Version] = terms{licenses: []string{"Apache-2.0", "MIT"}}
	}
	unstated := info.Deps[0].Path + "@" + info.Deps[0].Version
	licenses[unstated] = terms{}
	id := identity{version: "1.2.3", commit: hash, at: noon}
	draw := func() ([]byte, error) { return inventory(id, programs[0], platform{"linux", "amd64"}, self, licenses) }
	text, err := draw()
	require.NoError(t, err)
	again, err := draw()
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))

	var value any
	require.NoError(t, json.Unmarshal(text, &value))
	require.NoError(t, specification(t).Validate(value), "the schema of CycloneDX 1.6")

	var bom cdx.BOM
	require.NoError(t, json.Unmarshal(text, &bom))
	require.Equal(t, "2026-11-23T12:00:00Z", bom.Metadata.Timestamp)
	require.Equal(t, "1.2.3", bom.Metadata.Component.Version)
	sum, err := sumOfFile(self)
	require.NoError(t, err)
	require.Equal(t, sum, (*bom.Metadata.Component.Hashes)[0].Value)
	found := map[string]cdx.Component{}
	for _, c := range *bom.Components {
		found[c.Name+"@"+c.Version] = c
	}
	require.Len(t, found, len(info.Deps)+1)
	require.Contains(t, found, "std@"+runtime.Version())
	for _, d := range info.Deps {
		require.Contains(t, found, d.Path+"@"+d.Version)
	}
	require.Nil(t, found[unstated].Licenses)

	delete(licenses, unstated)
	_, err = draw()
	require.ErrorContains(t, err, unstated+", whose license nobody has looked at")
}

// specification is the schema of CycloneDX's own library.
func specification(t *testing.T) *jsonschema.Schema {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/CycloneDX/cyclonedx-go").Output()
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	const address = "http://cyclonedx.org/schema/"
	for name, file := range map[string]string{
		"bom-1.6.schema.json": "bom-1.6.schema.json", "spdx.schema.json": "spdx.schema.json", "jsf-0.82.schema.json": "jsf-0.82.schemax.json",
	} {
		text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "schema", file))
		require.NoError(t, err)
		schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		require.NoError(t, err)
		require.NoError(t, compiler.AddResource(address+name, schema))
	}
	schema, err := compiler.Compile(address + "bom-1.6.schema.json")
	require.NoError(t, err)
	return schema
}
