package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
)

func TestSchema(t *testing.T) {
	for _, name := range config.SchemaNames() {
		got := command(t, nil, "schema", name)
		require.Equal(t, 0, got.code, got.err)
		require.True(t, json.Valid([]byte(got.out)), name)
		require.Contains(t, got.out, `"title": "farmhand: `+name+` file"`)
	}
	got := command(t, nil, "schema", "farm")
	require.Equal(t, 1, got.code)
	require.Contains(t, got.err, "rollout, release, settings")
}
