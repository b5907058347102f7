package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/version"
)

// TestVersion: also where the settings have a mistake, for that is when people ask.
func TestVersion(t *testing.T) {
	t.Setenv("FARMHAND_LOG_LEVEL", "shouting")
	r := command(t, nil, "--version")
	require.Equal(t, ran{code: exitDone, out: "starter version " + version.Current().String() + "\n"}, r)
}
