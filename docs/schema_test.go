package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
)

// TestSchemas: the schemas in config/schema are those of today's keys, explained as configuration.md explains them.
func TestSchemas(t *testing.T) {
	sections := map[string]string{"rollout": "The rollout file", "release": "The release file", "settings": "Settings"}
	for _, name := range config.SchemaNames() {
		rows := keyRows(t, read(t, "configuration.md"), sections[name])
		want, err := config.NewSchema(name, func(key string) config.KeyNote { return noteOf(rows, key) })
		require.NoError(t, err)
		path := filepath.Join(root, "config", "schema", name+".schema.json")
		if *update {
			require.NoError(t, os.WriteFile(path, want, 0o644))
		}
		require.Equal(t, string(want), read(t, path), "%s is not what keys and configuration.md say: make schema", path)
	}
}

// TestSchemasExplain: who points at a key in an editor reads its row of configuration.md, or that of what it stands in.
func TestSchemasExplain(t *testing.T) {
	rows := keyRows(t, read(t, "configuration.md"), "The rollout file")
	for key, want := range map[string]config.KeyNote{
		"rollout":                   {Text: "the rollout's name; its workflow is `rollout/NAME`. Letters, digits, dot, dash, underscore; at most 63", Required: true},
		"farms.servers.run_as":      {Text: "the Windows account packages and the wizard run under"}, // farms.defaults may have it
		"farms.servers.winrm.port":  {Text: "by scheme. Default: `5985`, `5986`"},
		"farms.sql_servers.port":    {Text: "Default: `1433`"},
		"sites.windows.zone":        {Text: "a name of the IANA time zone database, such as `Europe/Berlin`", Required: true},
		"license_terms.accepted_by": {Text: "for every package: `license_terms.package` (KB) and `license_terms.accepted_by`"},
		"change":                    {},
	} {
		require.Equal(t, want, noteOf(rows, key), key)
	}
}

var tableRow = regexp.MustCompile("(?m)^\\| (`[^|]*`) \\|(.*)\\|$")

// keyRows reads the tables of a chapter: a note for each key that a row begins with.
func keyRows(t *testing.T, page, chapter string) map[string]config.KeyNote {
	t.Helper()
	_, text, ok := strings.Cut(page, "\n## "+chapter+"\n")
	require.True(t, ok, "configuration.md has no chapter %s", chapter)
	text, _, _ = strings.Cut(text, "\n## ")
	rows := map[string]config.KeyNote{}
	for _, m := range tableRow.FindAllStringSubmatch(text, -1) {
		cells := strings.Split(m[2], "|")
		note := config.KeyNote{Text: plainText(cells[len(cells)-1])}
		if len(cells) > 1 {
			standard := plainText(cells[len(cells)-2])
			switch {
			case standard == "required":
				note.Required = true
			case strings.HasPrefix(standard, "required"): // under some condition
				note.Text = strings.TrimPrefix(note.Text+". R"+standard[1:], ". ")
			case standard != "" && standard != "none":
				note.Text = strings.TrimPrefix(note.Text+". Default: "+standard, ". ")
			}
		}
		for _, key := range span.FindAllStringSubmatch(m[1], -1) {
			if _, twice := rows[key[1]]; !twice {
				rows[key[1]] = note
			}
		}
	}
	require.NotEmpty(t, rows)
	return rows
}

var markdownLink = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)

// plainText is a cell as editors show it.
func plainText(cell string) string {
	return strings.TrimSpace(markdownLink.ReplaceAllString(cell, "$1"))
}

// inheritable are the keys of a server that the farm's defaults may hold instead.
var inheritable = []string{"connect_as", "run_as", "stage"}

// noteOf finds the row of a key: its own, that of its end where the beginning goes without saying, or that of the key it
// stands in.
func noteOf(rows map[string]config.KeyNote, key string) config.KeyNote {
	note, found := rows[key]
	for _, from := range []string{"farms.servers.", "farms.defaults.", "farms.project_web_access.", "farms.", "sites.", "language_packs.", "notify.receivers."} {
		if short, ok := strings.CutPrefix(key, from); ok && !found {
			note, found = rows[short]
		}
	}
	if around := strings.LastIndexByte(key, '.'); !found && around > 0 {
		note = config.KeyNote{Text: noteOf(rows, key[:around]).Text}
	}
	if slices.Contains(inheritable, key[strings.LastIndexByte(key, '.')+1:]) {
		note.Required = false
	}
	return note
}
