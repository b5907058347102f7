package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/server/common/headers"
)

// A build says who it is whatever else it is told, and starts nothing.
func TestVersion(t *testing.T) {
	defer func(s, c string) { stamped, commit = s, c }(stamped, commit)
	stamped, commit = "0.1.0", "75a3242"
	var said, mistakes bytes.Buffer
	require.Equal(t, exitStopped, run(t.Context(), []string{"--version", "--db", t.TempDir()}, strings.NewReader(""), &said, &mistakes))
	require.Regexp(t, `^devserver version 0\.1\.0 \(commit 75a3242, go1\.\S+, \w+/\w+, temporal-server `+headers.ServerVersion+`\)\n$`, said.String())
	require.Empty(t, mistakes.String())
	stamped, commit = "", ""
	require.Contains(t, versionText(), "(devel) (go1.")
}
