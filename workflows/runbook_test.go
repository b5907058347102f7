package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheRunbookIsKeptInTheFarmsNetwork: by the worker that runs the workflow where it serves the farm's site, and else,
// or where that one cannot, by the site's own.
func TestTheRunbookIsKeptInTheFarmsNetwork(t *testing.T) {
	phases := 10
	t.Run("here", func(t *testing.T) {
		w := newWorld(t)
		w.approveEvery()
		w.completes()
		require.Greater(t, w.count("keep runbook"), phases, "after each phase, at gates and at the end")
		require.Zero(t, w.count("save runbook"))
	})
	t.Run("elsewhere", func(t *testing.T) {
		w := newWorld(t)
		w.elsewhere = true
		w.approveEvery()
		w.completes()
		require.Greater(t, w.count("save runbook"), phases)
		require.Equal(t, w.count("keep runbook"), w.count("save runbook"))
	})
	t.Run("disk full", func(t *testing.T) {
		w := newWorld(t)
		w.on["keep runbook"] = first(1, errUnknownHost)
		w.approveEvery()
		w.completes()
		require.Equal(t, 1, w.count("save runbook"))
	})
}
