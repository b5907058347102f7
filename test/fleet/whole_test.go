//go:build e2e

package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFleet rehearses the small fleet with real processes: waves, canaries, a freeze that has ended, two voices at each gate, a farm that
// fails within the budget, and a worker that is killed in mid-install.
func TestFleet(t *testing.T) {
	var out, bad bytes.Buffer
	code := run(t.Context(), []string{"-size", "small", "-bin", filepath.Join("..", "..", "bin"), "-dir", filepath.Join(t.TempDir(), "fleet")}, &out, &bad)
	t.Log(out.String())
	require.Zero(t, code, bad.String())
}
