package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write docs/commands/devserver.md anew")

// TestManual: docs/commands/devserver.md holds what --help prints.
func TestManual(t *testing.T) {
	var help bytes.Buffer
	_, err := parseOptions([]string{"--help"}, &help)
	require.ErrorIs(t, err, flag.ErrHelp)
	page := "# devserver\n\nDrawn from the program by `make manual`: what `devserver --help` prints. Exit codes are in\n" +
		"[configuration.md](../configuration.md#commands-and-exit-codes).\n\n```\n" + strings.ReplaceAll(help.String(), "\t", "  ") + "```\n"
	path := filepath.Join("..", "docs", "commands", "devserver.md")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(page), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), page, "docs/commands/devserver.md is not what --help prints: make manual")
}
